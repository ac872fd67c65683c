import { HeaptideError } from "@heaptide/base";
import type { HeapReport } from "@heaptide/hprof";
import { savedReport } from "@heaptide/hprof/saved-report";
import type { HeapDumpForecast } from "@heaptide/jvm";
import { type Context, defineCommand } from "../command.ts";
import { formatHeap } from "../format/heap.ts";
import { count, flag, memoryOption, optionalFile, text } from "../options.ts";

/** The report of a dump, with its time in ISO 8601. */
export interface HeapResult extends Omit<HeapReport, "dump"> {
  readonly type: "heap";
  readonly file: string;
  readonly dump: Omit<HeapReport["dump"], "at"> & { readonly at: string };
  /** How long the process stood still for the dump, milliseconds, and what was foretold; null for a file that was there. */
  readonly pause: number | null;
  readonly forecast: HeapDumpForecast | null;
  /** Where the analysis was kept, and how many bytes that takes; null where that was not asked for. */
  readonly saved: { readonly path: string; readonly bytes: number } | null;
}

export const command = defineCommand({
  description:
    "Analyses a heap dump (HPROF, of any JVM): who holds most and what piles up there, classes with what they retain, class loaders, threads. Takes " +
    "a few seconds for each GB, and 25 to 40 bytes of memory for each object. A dump that was cut off or is damaged is read as far as it goes.\n\n" +
    "With --pid a running JVM is asked for a dump, which is removed afterwards unless --to says where it shall stay. The process stands still meanwhile, 4 to 15 s " +
    "for each GB: how long is foretold on stderr before it is asked. Where its disk might not take the dump, it is not asked.",
  options: {
    file: optionalFile("a heap dump, e.g. made by `jcmd <pid> GC.heap_dump /tmp/heap.hprof`"),
    pid: count("N", "take a dump of this JVM and analyse it"),
    all: flag("with --pid: dead objects too, no collection first"),
    to: text("file", "with --pid: keeps the dump there, a path in the file system of the process"),
    top: count("n", "rows of each list", 15),
    memory: memoryOption,
    save: flag("keep the analysis beside the dump, as <file>.heaptide: all heap commands open it at once then"),
  },
  examples: [
    { line: "heaptide heap heap.hprof", says: "who holds the memory" },
    { line: "heaptide heap --pid 4711", says: "of a running JVM: it stands still while it writes the dump" },
    { line: "heaptide heap heap.hprof --save", says: "the same, kept: the next look takes a blink" },
    { line: "heaptide heap big.hprof --memory 1g", says: "within a GiB of memory" },
    { line: "heaptide heap heap.hprof --top 100 --json", says: "the same for a program" },
    { line: "heaptide heap path heap.hprof com.shop.Cart", says: "what keeps the objects of a class" },
  ],
  async run(context, { file, pid, all, to, top, memory, save }): Promise<HeapResult> {
    if ((file === undefined) === (pid === undefined))
      throw new HeaptideError("HEAP_DUMP_WANTED", { given: file === undefined ? "neither" : "both" });
    if (file !== undefined) return report(context, file, { top, memory, save });
    // An index beside a dump that is removed serves nobody.
    const analysis = { top, memory, save: save && to !== undefined };
    const { heapOfProcess } = await import("../heap-of-process.ts");
    return heapOfProcess(context, pid!, { all, to }, (dump) => report(context, dump, analysis));
  },
  format: formatHeap,
});

interface Analysis {
  readonly top: number;
  readonly memory: number | undefined;
  readonly save: boolean;
}

/** Of an analysis that was saved, its report; else the analysis, whose code is loaded only then. */
async function report(context: Context, file: string, { top, memory, save }: Analysis): Promise<HeapResult> {
  const known = save ? null : await savedReport(file, { top });
  if (known) return resultOf(file, known, null);
  const [{ reportHeap }, { withDump }] = await Promise.all([import("@heaptide/hprof"), import("../with-dump.ts")]);
  return withDump(context, { file, memory }, async (open) => {
    context.progress.update("Looking for suspects");
    const found = await reportHeap(open.reader, { top });
    if (save) context.progress.update("Saving the analysis");
    return resultOf(file, found, save && open.save ? await open.save() : null);
  });
}

function resultOf(file: string, { dump, ...rest }: HeapReport, saved: HeapResult["saved"]): HeapResult {
  return { type: "heap", file, ...rest, dump: { ...dump, at: new Date(dump.at).toISOString() }, saved, pause: null, forecast: null };
}
