import { formatBytes } from "@heaptide/base";
import { type DuplicateStrings, duplicateStrings } from "@heaptide/hprof";
import { defineCommand } from "../command.ts";
import { percent } from "../format/heap-path.ts";
import { printable } from "../format/heap-query.ts";
import { type Column, formatCount, table } from "../format/table.ts";
import { count, fileArgument, memoryOption } from "../options.ts";
import { withDump } from "../with-dump.ts";

export interface HeapStringsResult extends DuplicateStrings {
  readonly type: "heap-strings";
  readonly file: string;
}

const COLUMNS: readonly Column<DuplicateStrings["texts"][number]>[] = [
  { title: "wasted", align: "right", cell: ({ wasted }) => formatBytes(wasted) },
  { title: "copies", align: "right", cell: (row) => formatCount(row.count) },
  { title: "mostly held by", align: "left", cell: ({ holder, share }) => (holder === null ? "nothing" : `${percent(share)} ${holder}`) },
  { title: "text", align: "left", cell: ({ text }) => JSON.stringify(printable(text)) },
];

export const command = defineCommand({
  description:
    "Finds texts that stand in a heap dump more than once, what they waste and what holds them. Texts that strings share already count once. Reads the " +
    "whole file three times more than `heaptide heap`.",
  options: { file: fileArgument("a heap dump"), top: count("n", "texts to show", 20), memory: memoryOption },
  examples: [{ line: "heaptide heap strings heap.hprof", says: "which texts are worth being shared" }],
  run: (context, { file, top, memory }): Promise<HeapStringsResult> =>
    withDump(context, { file, memory }, async ({ reader }) => ({
      type: "heap-strings",
      file,
      ...(await duplicateStrings(reader, { top })),
    })),
  format(result, terminal) {
    const { texts, arrays, bytes, wasted, copies } = result;
    const sum = `${formatCount(copies)} of ${formatCount(arrays)} texts (${formatBytes(bytes)}) are copies: ${formatBytes(wasted)} wasted.`;
    return texts.length === 0
      ? `No text stands there twice, of ${formatCount(arrays)}.`
      : [table(COLUMNS, texts, terminal.width), "", sum].join("\n");
  },
});
