import { formatBytes, formatDuration } from "@heaptide/base";
import { change, type RootPath } from "@heaptide/hprof";
import type { HeapDiffResult } from "../commands/heap-diff.ts";
import type { Terminal } from "../terminal.ts";
import { type Column, formatCount, formatSigned, section } from "./table.ts";

export function formatHeapDiff(result: HeapDiffResult, terminal: Terminal): string {
  const { dumps, classes, holders, objects } = result;
  return [
    head(dumps, terminal),
    section("Classes, by what they retain", CLASSES, classes, terminal),
    section("Behind which place they grew", HOLDERS, holders, terminal),
    section("Single objects", OBJECTS, objects, terminal),
    classes.length === 0 ? ["Nothing has changed."] : [],
  ]
    .filter((part) => part.length > 0)
    .map((part) => part.join("\n"))
    .join("\n\n");
}

function head(dumps: HeapDiffResult["dumps"], terminal: Terminal): string[] {
  const first = Date.parse(dumps[0]!.at);
  const lines = dumps.map(({ name, at, totals, live }) => {
    const after = Date.parse(at) - first;
    const since = after > 0 ? `, ${formatDuration(after)} later` : "";
    return `${name}: ${at}${since}, ${formatCount(totals.objects)} objects, ${formatBytes(totals.bytes)}, alive ${formatBytes(live.bytes)}`;
  });
  if (dumps.some(({ at }, i) => i > 0 && at < dumps[i - 1]!.at))
    lines.push(terminal.style("yellow", "A later file was taken earlier: what shrank here may have grown."));
  for (const { name } of dumps.filter(({ whole }) => !whole))
    lines.push(
      terminal.style("yellow", `${name} is not whole: what is missing looks like loss or growth. \`heaptide heap\` says what it is.`),
    );
  return lines;
}

type Class = HeapDiffResult["classes"][number];
const CHANGES: readonly Column<Class>[] = [
  { title: "instances", align: "right", cell: (row) => formatSigned(change(row.instances), formatCount) },
  { title: "bytes", align: "right", cell: (row) => formatSigned(change(row.bytes), formatBytes) },
  { title: "retained", align: "right", cell: (row) => formatSigned(change(row.retained), formatBytes) },
];

const CLASSES: readonly Column<Class>[] = [
  ...CHANGES,
  { title: "to", align: "right", cell: (row) => formatBytes(row.retained.at(-1)!) },
  { title: "class", align: "left", cell: (row) => row.class },
];

const HOLDERS: readonly Column<HeapDiffResult["holders"][number]>[] = [
  ...CHANGES,
  { title: "class", align: "left", cell: (row) => row.class },
  { title: "held by", align: "left", cell: ({ holder, path }) => (path === null ? holder : `${holder}${wayFrom(holder, path)}`) },
];

/** What lies between the holder and the object: ` › elementData › [3]`. */
function wayFrom(holder: string, { steps }: RootPath): string {
  const at = steps.findLastIndex(({ by }) => by?.kind === "static" || by?.kind === "local");
  const below = holder.startsWith("static ") || holder.startsWith("local ") ? steps.slice(at + 1) : steps.slice(1);
  return below.map(({ by }) => ` › ${by?.kind === "element" ? "[…]" : by?.name}`).join("");
}

const OBJECTS: readonly Column<HeapDiffResult["objects"][number]>[] = [
  { title: "retained", align: "right", cell: ({ retained }) => formatSigned(change(retained), formatBytes) },
  { title: "to", align: "right", cell: ({ retained }) => formatBytes(retained.at(-1) ?? 0) },
  { title: "known by", align: "left", cell: ({ matched }) => matched },
  { title: "object", align: "left", cell: ({ class: name }) => name },
  { title: "path", align: "left", cell: ({ path, addresses }) => path ?? addresses.findLast((address) => address !== null)! },
];
