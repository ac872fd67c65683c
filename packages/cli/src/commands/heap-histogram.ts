import { formatBytes } from "@heaptide/base";
import { type DumpHistogram, dumpHistogram } from "@heaptide/hprof/histogram";
import { defineCommand } from "../command.ts";
import { progressOf } from "../dump-progress.ts";
import { type Column, formatCount, table } from "../format/table.ts";
import { count, fileArgument } from "../options.ts";

export interface HeapHistogramResult extends DumpHistogram {
  readonly type: "heap-histogram";
  readonly file: string;
}

const COLUMNS: readonly Column<DumpHistogram["classes"][number]>[] = [
  { title: "instances", align: "right", cell: (row) => formatCount(row.instances) },
  { title: "bytes", align: "right", cell: (row) => formatBytes(row.bytes) },
  { title: "class", align: "left", cell: (row) => row.class },
];

export const command = defineCommand({
  description:
    "Counts the objects of each class in a heap dump, with the sizes that they had in the JVM. Reads the file once and needs little memory, whatever " +
    "its size; what keeps the objects is told by `heaptide heap`.",
  options: {
    file: fileArgument("a heap dump"),
    top: count("n", "classes to print", 20),
  },
  examples: [{ line: "heaptide heap histogram heap.hprof --top 50", says: "what the dump consists of" }],
  async run({ progress, signal }, { file, top }): Promise<HeapHistogramResult> {
    const histogram = await dumpHistogram(file, {
      signal,
      onProgress: progressOf(file, null, (said) => progress.update(said)),
    });
    return { type: "heap-histogram", file, ...histogram, classes: histogram.classes.slice(0, top) };
  },
  format(result, terminal) {
    const lines = [
      table(COLUMNS, result.classes, terminal.width),
      "",
      `${formatCount(result.objects)} objects, ${formatBytes(result.bytes)}.`,
    ];
    if (result.cut || result.damaged > 0)
      lines.push(terminal.style("yellow", "The dump is not whole; this is what is there. `heaptide heap` says what is missing."));
    return lines.join("\n");
  },
});
