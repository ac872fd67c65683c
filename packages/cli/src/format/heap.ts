import { formatBytes, formatDuration } from "@heaptide/base";
import type { HeapReport, Suspect } from "@heaptide/hprof";
import type { HeapResult } from "../commands/heap.ts";
import type { Terminal } from "../terminal.ts";
import { pathLines, percent } from "./heap-path.ts";
import { type Column, formatCount, section } from "./table.ts";

export function formatHeap(result: HeapResult, terminal: Terminal): string {
  return [
    head(result),
    suspects(result, terminal),
    section("Classes", CLASSES, result.classes, terminal),
    section("Held by roots alone", BIGGEST, result.biggest, terminal),
    section("Class loaders", LOADERS, result.loaders, terminal),
    section("Threads", THREADS, result.threads, terminal),
    missing(result, terminal),
  ]
    .filter((part) => part.length > 0)
    .map((part) => part.join("\n"))
    .join("\n\n");
}

function head({ file, dump, totals, reach, pause, saved }: HeapResult): string[] {
  const { strong, weak, unreachable } = reach;
  const compressed = dump.compressedReferences ? ", compressed references" : "";
  return [
    `${file}: ${formatBytes(dump.size)}, HPROF ${dump.version}, ids of ${dump.idSize} bytes${compressed}, taken ${dump.at}`,
    `${formatCount(totals.objects)} objects of ${formatCount(totals.classes)} classes: ${formatBytes(totals.bytes)}`,
    `alive ${formatBytes(strong.bytes)} in ${formatCount(strong.objects)} objects; only weakly referenced ${formatBytes(weak.bytes)} in ` +
      `${formatCount(weak.objects)}; unreachable ${formatBytes(unreachable.bytes)} in ${formatCount(unreachable.objects)}`,
    ...(saved === null ? [] : [`kept in ${saved.path}, ${formatBytes(saved.bytes)}`]),
    ...(pause === null ? [] : [`the process stood still for ${formatDuration(pause)}`]),
  ];
}

function suspects({ suspects: found }: HeapResult, terminal: Terminal): string[] {
  if (found.length === 0) return ["Suspects: none. No single place keeps 10 % of what is alive."];
  return found.flatMap((suspect, i) => [
    ...(i > 0 ? [""] : []),
    terminal.style("bold", `Suspect ${i + 1}: ${sentence(suspect)}`),
    ...pathLines(suspect.path, terminal),
  ]);
}

function sentence({ holder, collection, elements, share, retained, kind, class: name }: Suspect): string {
  const amount = `${percent(share)} of what is alive, ${formatBytes(retained)}`;
  const pile = elements ? `${formatCount(elements.count)} ${elements.class} (${formatBytes(elements.retained)})` : "";
  if (kind === "class") return `${pile}, mostly by ${holder}: ${amount}`;
  const place = collection?.class ?? name;
  return pile ? `${holder} keeps ${pile} in a ${place}: ${amount}` : `${holder} keeps a ${place}: ${amount}`;
}

const CLASSES: readonly Column<HeapReport["classes"][number]>[] = [
  { title: "instances", align: "right", cell: (row) => formatCount(row.instances) },
  { title: "bytes", align: "right", cell: (row) => formatBytes(row.bytes) },
  { title: "retained", align: "right", cell: (row) => formatBytes(row.retained) },
  { title: "class", align: "left", cell: (row) => row.class },
];

const BIGGEST: readonly Column<HeapReport["biggest"][number]>[] = [
  { title: "retained", align: "right", cell: (row) => formatBytes(row.retained) },
  { title: "address", align: "left", cell: (row) => row.address },
  { title: "object", align: "left", cell: (row) => row.class },
];

const LOADERS: readonly Column<HeapReport["loaders"][number]>[] = [
  { title: "loaders", align: "right", cell: (row) => formatCount(row.count) },
  { title: "classes", align: "right", cell: (row) => formatCount(row.classes) },
  { title: "retained", align: "right", cell: (row) => formatBytes(row.retained) },
  { title: "loader", align: "left", cell: (row) => row.loader },
  {
    title: "held by",
    align: "left",
    cell: (row) => row.holders.map(({ holder, count }) => `${holder}${count > 1 ? ` ×${count}` : ""}`).join(", "),
  },
];

const THREADS: readonly Column<HeapReport["threads"][number]>[] = [
  { title: "retained", align: "right", cell: (row) => formatBytes(row.retained) },
  { title: "thread", align: "left", cell: (row) => row.name ?? row.class },
  { title: "at", align: "left", cell: (row) => row.stack[0]?.frame ?? "" },
];

function missing({ missing: { cut, damaged, duplicates, short } }: HeapResult, terminal: Terminal): string[] {
  const lines: string[] = [];
  if (cut) {
    const lost =
      cut.missing === null ? "how much is missing cannot be told" : `${formatBytes(cut.missing)} of its last segment at least are missing`;
    lines.push(
      `The file ends at byte ${cut.offset} before the dump does: ${lost}. What refers to objects behind it looks smaller than it was.`,
    );
  }
  if (damaged.stretches > 0)
    lines.push(`${formatBytes(damaged.bytes)} in ${damaged.stretches} places could not be read; the objects there are left out.`);
  if (duplicates > 0) lines.push(`${formatCount(duplicates)} objects stand in the dump twice; the first record counts.`);
  if (short > 0) lines.push(`${formatCount(short)} instances have fewer bytes than their class has fields; their references are left out.`);
  return lines.map((line) => terminal.style("yellow", line));
}
