import { formatBytes } from "@heaptide/base";
import { reportUnreachable, type Unreachable } from "@heaptide/hprof";
import { defineCommand } from "../command.ts";
import { type Column, formatCount, section } from "../format/table.ts";
import { count, fileArgument, memoryOption } from "../options.ts";
import { withDump } from "../with-dump.ts";

export interface HeapUnreachableResult extends Unreachable {
  readonly type: "heap-unreachable";
  readonly file: string;
}

const CLASSES: readonly Column<Unreachable["classes"][number]>[] = [
  { title: "objects", align: "right", cell: (row) => formatCount(row.count) },
  { title: "bytes", align: "right", cell: ({ bytes }) => formatBytes(bytes) },
  { title: "retained", align: "right", cell: ({ retained }) => formatBytes(retained) },
  { title: "class", align: "left", cell: (row) => row.class },
];

const TOPS: readonly Column<Unreachable["tops"][number]>[] = [
  { title: "retained", align: "right", cell: ({ retained }) => formatBytes(retained) },
  { title: "address", align: "left", cell: ({ address }) => address },
  { title: "object", align: "left", cell: (row) => row.class },
];

export const command = defineCommand({
  description:
    "Shows what in a heap dump is garbage: no root leads there. By class, and what was at the top of it, whose loss would explain the rest. Dumps of live " +
    "objects, which most tools make by default, have next to none: `jcmd <pid> GC.heap_dump -all FILE` keeps it.",
  options: { file: fileArgument("a heap dump"), top: count("n", "rows of each list", 20), memory: memoryOption },
  examples: [{ line: "heaptide heap unreachable heap.hprof", says: "what a process threw away since the last collection" }],
  run: (context, { file, top, memory }): Promise<HeapUnreachableResult> =>
    withDump(context, { file, memory }, async ({ index }) => ({ type: "heap-unreachable", file, ...reportUnreachable(index, { top }) })),
  format(result, terminal) {
    if (result.objects === 0) return "Nothing is unreachable: the dump was taken after a collection, or of live objects alone.";
    return [
      `${formatCount(result.objects)} objects, ${formatBytes(result.bytes)}, are unreachable.`,
      "",
      ...section("Classes", CLASSES, result.classes, terminal),
      "",
      ...section(`At the top of it, of ${formatCount(result.topCount)}`, TOPS, result.tops, terminal),
    ].join("\n");
  },
});
