import { HeaptideError } from "@heaptide/base";
import {
  compareHeaps,
  describePath,
  type HeapComparison,
  type HeapSummary,
  type HolderChange,
  type OpenDump,
  type RootPath,
  shortestPath,
  summarizeHeap,
} from "@heaptide/hprof";
import { type Context, defineCommand } from "../command.ts";
import { formatHeapDiff } from "../format/heap-diff.ts";
import { count, fileArgument, fileArguments, memoryOption } from "../options.ts";
import { withDump } from "../with-dump.ts";

export interface HeapDiffResult extends Omit<HeapComparison, "dumps" | "holders"> {
  readonly type: "heap-diff";
  readonly dumps: readonly (Omit<HeapComparison["dumps"][number], "at"> & { readonly at: string })[];
  readonly holders: readonly (HolderChange & {
    /** In the last dump, of one of them; null where there is none any more. */
    readonly path: RootPath | null;
  })[];
}

export const command = defineCommand({
  description:
    "Compares heap dumps of one process, the oldest first: which classes grew by objects, bytes and what they retain, behind which static field, local " +
    "variable or root they grew, and which single objects did. Objects are followed by their address, and by the way that leads to them where the " +
    "collector moved them. One dump is open at a time.",
  options: {
    file: fileArgument("the oldest heap dump"),
    others: fileArguments("later ones"),
    top: count("n", "rows of each list", 15),
    memory: memoryOption,
  },
  examples: [
    { line: "heaptide heap diff before.hprof after.hprof", says: "what grew between two dumps" },
    { line: "heaptide heap diff 10h.hprof 11h.hprof 12h.hprof --top 50 --json", says: "a row of them, for a program" },
  ],
  async run(context, { file, others, top, memory }): Promise<HeapDiffResult> {
    const files = [file, ...others];
    const same = files.find((name, i) => files.indexOf(name) !== i);
    if (same !== undefined) throw new HeaptideError("HEAP_DUMPS_ALIKE", { file: same });
    const summaries: HeapSummary[] = [];
    for (const name of files.slice(0, -1))
      summaries.push(await withDump(context, { file: name, memory }, ({ reader }) => summarizeHeap(reader)));
    return withDump(context, { file: files.at(-1)!, memory }, async (dump) =>
      resultOf(dump, [...summaries, await summarizeHeap(dump.reader)], top, context),
    );
  },
  format: formatHeapDiff,
});

async function resultOf(
  { index, reader }: OpenDump,
  summaries: readonly HeapSummary[],
  top: number,
  { signal }: Context,
): Promise<HeapDiffResult> {
  const { dumps, classes, holders, objects } = compareHeaps(summaries);
  const described: HeapDiffResult["holders"][number][] = [];
  for (const row of holders.slice(0, top)) {
    signal.throwIfAborted();
    const example = row.example === null ? null : index.at(Number(row.example));
    const path = example === null ? null : shortestPath(index, example);
    described.push({ ...row, path: path && (await describePath(reader, path)) });
  }
  return {
    type: "heap-diff",
    dumps: dumps.map((dump) => ({ ...dump, at: new Date(dump.at).toISOString() })),
    classes: classes.slice(0, top),
    holders: described,
    objects: objects.filter(({ retained }) => new Set(retained).size > 1).slice(0, top),
  };
}
