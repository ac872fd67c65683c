import { formatBytes } from "@heaptide/base";
import type { HeapCollectionsResult } from "../commands/heap-collections.ts";
import type { Terminal } from "../terminal.ts";
import { percent } from "./heap-path.ts";
import { type Column, formatCount, section } from "./table.ts";

export function formatHeapCollections(result: HeapCollectionsResult, terminal: Terminal): string {
  const { collections, crowded, arrays, sparse, constant, passedOver } = result;
  const parts = [
    section("Collections", COLLECTIONS, collections, terminal),
    section("Maps whose entries share buckets", CROWDED, crowded, terminal),
    section("Arrays of references", ARRAYS, arrays, terminal),
    section("The arrays with most empty slots", SPARSE, sparse, terminal),
    section("Arrays whose elements are all the same", CONSTANT, constant, terminal),
    passedOver > 0 ? [terminal.style("yellow", `${formatCount(passedOver)} arrays were too large to be looked at.`)] : [],
  ].filter((part) => part.length > 0);
  return parts.length === 0 ? "There are no collections and no arrays." : parts.map((part) => part.join("\n")).join("\n\n");
}

const COLLECTIONS: readonly Column<HeapCollectionsResult["collections"][number]>[] = [
  { title: "wasted", align: "right", cell: ({ wasted }) => formatBytes(wasted) },
  { title: "count", align: "right", cell: (row) => formatCount(row.count) },
  { title: "empty", align: "right", cell: ({ empty }) => formatCount(empty) },
  { title: "elements", align: "right", cell: ({ elements }) => formatCount(elements) },
  { title: "filled", align: "right", cell: ({ fill }) => (fill === null ? "" : percent(fill)) },
  { title: "collisions", align: "right", cell: ({ collisions }) => (collisions === null ? "" : percent(collisions)) },
  { title: "class", align: "left", cell: (row) => row.class },
];

const CROWDED: readonly Column<HeapCollectionsResult["crowded"][number]>[] = [
  { title: "entries", align: "right", cell: ({ elements }) => formatCount(elements) },
  { title: "buckets used", align: "right", cell: ({ used, slots }) => `${formatCount(used)} of ${formatCount(slots)}` },
  { title: "collisions", align: "right", cell: ({ collisions }) => percent(collisions) },
  { title: "address", align: "left", cell: ({ address }) => address },
  { title: "map", align: "left", cell: (row) => row.class },
];

const ARRAYS: readonly Column<HeapCollectionsResult["arrays"][number]>[] = [
  { title: "wasted", align: "right", cell: ({ wasted }) => formatBytes(wasted) },
  { title: "count", align: "right", cell: (row) => formatCount(row.count) },
  { title: "only null", align: "right", cell: ({ empty }) => formatCount(empty) },
  { title: "filled", align: "right", cell: ({ slots, used }) => (slots === 0 ? "" : percent(used / slots)) },
  { title: "class", align: "left", cell: (row) => row.class },
];

const SPARSE: readonly Column<HeapCollectionsResult["sparse"][number]>[] = [
  { title: "wasted", align: "right", cell: ({ wasted }) => formatBytes(wasted) },
  { title: "used", align: "right", cell: ({ used, length }) => `${formatCount(used)} of ${formatCount(length)}` },
  { title: "address", align: "left", cell: ({ address }) => address },
  { title: "class", align: "left", cell: (row) => row.class },
];

const CONSTANT: readonly Column<HeapCollectionsResult["constant"][number]>[] = [
  { title: "bytes", align: "right", cell: ({ bytes }) => formatBytes(bytes) },
  { title: "count", align: "right", cell: (row) => formatCount(row.count) },
  { title: "class", align: "left", cell: (row) => row.class },
];
