import { type FillReport, reportFill } from "@heaptide/hprof";
import { defineCommand } from "../command.ts";
import { formatHeapCollections } from "../format/heap-collections.ts";
import { count, fileArgument, memoryOption } from "../options.ts";
import { withDump } from "../with-dump.ts";

export interface HeapCollectionsResult extends FillReport {
  readonly type: "heap-collections";
  readonly file: string;
}

export const command = defineCommand({
  description:
    "How well collections and arrays of a heap dump are filled: empty and sparse ones by class with what they waste, maps whose entries share buckets, the " +
    "arrays with most empty slots, and arrays of numbers that are all the same. Knows the collections of the JDK and what extends them. Reads the whole " +
    "file twice more than `heaptide heap`.",
  options: { file: fileArgument("a heap dump"), top: count("n", "rows of each list", 15), memory: memoryOption },
  examples: [{ line: "heaptide heap collections heap.hprof", says: "what is larger than what it holds" }],
  run: (context, { file, top, memory }): Promise<HeapCollectionsResult> =>
    withDump(context, { file, memory }, async ({ index }) => ({ type: "heap-collections", file, ...(await reportFill(index, { top })) })),
  format: formatHeapCollections,
});
