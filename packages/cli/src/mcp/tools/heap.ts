import { stat } from "node:fs/promises";
import { type HeapReport, queryHeap, reportHeap } from "@heaptide/hprof";
import { describeJvm, heapDump } from "@heaptide/jvm";
import { z } from "zod";
import { command as pathCommand } from "../../commands/heap-path.ts";
import { withDump } from "../../with-dump.ts";
import { defineTool, type Workbench } from "../tool.ts";

const file = z.string().min(1).describe("path of a heap dump (.hprof or .hprof.gz) on this host");
const top = z.number().int().min(1).max(200).default(15).describe("rows of each list");

/** Writing a dump takes about twice as long as counting what is in it, from which first pauses are predicted. */
const DUMP_FACTOR = 2;

export const openDump = defineTool({
  name: "open_dump",
  title: "Open a heap dump",
  description:
    "What a heap dump holds: leak suspects down to the static field, the biggest objects with what they retain, classes, class loaders, threads. Takes seconds for each " +
    "GB. With `pid` instead of `file` a running JVM is asked for a dump, which stands still meanwhile (about 5 s for each GB alive) and is refused where that " +
    "would exceed the budget; the dump is removed afterwards. heap_path and heap_query ask a file further.",
  input: { file: file.optional(), pid: z.number().int().positive().optional().describe("take a dump of this JVM"), top },
  touches: "pauses a process",
  async run(bench, input, signal) {
    if (input.file !== undefined) return { file: input.file, ...(await report(bench, input.file, input.top, signal)) };
    const pid = z.number({ error: "file or pid is needed" }).parse(input.pid);
    const { heapUsed } = await describeJvm(pid);
    const look = { pid, probe: "heap dump", liveSet: heapUsed === null ? null : heapUsed * DUMP_FACTOR };
    const { seen, cost } = await bench.budgets.spend(look, () => heapDump(pid, { kind: "live", signal }));
    try {
      const { size } = await stat(seen.file);
      return { pid, size, cost, ...(await report(bench, seen.file, input.top, signal)) };
    } finally {
      await seen.remove();
    }
  },
});

export const heapPath = defineTool({
  name: "heap_path",
  title: "What keeps objects alive",
  description:
    "For a heap dump: the shortest paths from what the JVM always keeps to the objects of a class, merged, or to one object by its address.",
  input: { file, target: z.string().min(1).describe("a class as in Java source, or an address such as 0x7f00a8"), top },
  touches: "nothing",
  run: ({ context }, input, signal) => pathCommand.run({ ...context, signal }, { ...input, memory: undefined }),
});

export const heapQuery = defineTool({
  name: "heap_query",
  title: "Ask a heap dump",
  description:
    "For a heap dump: a subset of OQL, e.g. `select address(m), retained(m), o.size from java.util.TreeMap m where retained(m) > 1000000 order by retained(m) desc limit 10`. " +
    "Functions of an object: retained shallow address class text length path reach dominator; over all: count sum min max avg.",
  input: { file, query: z.string().min(1), top },
  touches: "nothing",
  run: ({ context }, input, signal) =>
    withDump({ ...context, signal }, { file: input.file }, async ({ reader }) => ({
      ...(await queryHeap(reader, input.query, { most: input.top, signal })),
    })),
});

async function report({ context }: Workbench, path: string, rows: number, signal: AbortSignal): Promise<HeapReport> {
  return withDump({ ...context, signal }, { file: path }, ({ reader }) => reportHeap(reader, { top: rows }));
}
