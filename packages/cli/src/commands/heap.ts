import { formatBytes, formatDuration, HeaptideError } from "@heaptide/base";
import { type HeapReport, type OpenDump, openDump, type OpenOptions, reportHeap } from "@heaptide/hprof";
import { forecastHeapDump, heapDump, type HeapDumpForecast, requireRoom } from "@heaptide/jvm";
import { stat } from "node:fs/promises";
import { type Context, defineCommand } from "../command.ts";
import { progressOf } from "../dump-progress.ts";
import { formatHeap } from "../format/heap.ts";
import { bytes, count, flag, optionalFile, text } from "../options.ts";

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
    memory: bytes("the process may take this much; where that is little, arrays wait on disk, which takes longer"),
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
    const analysis = { top, memory, save };
    if ((file === undefined) === (pid === undefined))
      throw new HeaptideError("HEAP_DUMP_WANTED", { given: file === undefined ? "neither" : "both" });
    if (file !== undefined) return { ...(await report(context, file, analysis)), pause: null, forecast: null };
    return ofProcess(context, pid!, { all, to, analysis });
  },
  format: formatHeap,
});

interface Analysis {
  readonly top: number;
  readonly memory: number | undefined;
  readonly save: boolean;
}

interface FromProcess {
  readonly all: boolean;
  readonly to: string | undefined;
  readonly analysis: Analysis;
}

/** A dump takes this much longer than was foretold before it is given up. */
const PATIENCE = 5;
const PATIENCE_AT_LEAST = 60_000;

async function ofProcess(context: Context, pid: number, { all, to, analysis }: FromProcess): Promise<HeapResult> {
  const { signal, progress } = context;
  const forecast = await forecastHeapDump(pid, { path: to, signal });
  progress.line(
    `Process ${pid} has ${formatBytes(forecast.used)} in use: it will stand still for ${formatDuration(forecast.pause.low)} to ` +
      `${formatDuration(forecast.pause.high)}, and write up to ${formatBytes(forecast.size)} into ${forecast.folder}.`,
  );
  requireRoom(pid, forecast);
  progress.update(`Process ${pid} writes its heap`);
  const timeout = Math.max(PATIENCE_AT_LEAST, forecast.pause.high * PATIENCE);
  const dump = await heapDump(pid, { kind: all ? "all" : "live", path: to, signal, timeout });
  try {
    // An index beside a dump that is removed serves nobody.
    const kept = { ...analysis, save: analysis.save && to !== undefined };
    return { ...(await report(context, dump.file, kept)), pause: dump.pause, forecast };
  } finally {
    if (to === undefined) await dump.remove();
  }
}

async function report(context: Context, file: string, { top, memory, save }: Analysis): Promise<Omit<HeapResult, "pause" | "forecast">> {
  const use = async (open: OpenDump): Promise<Omit<HeapResult, "pause" | "forecast">> => {
    context.progress.update("Looking for suspects");
    const { dump, ...rest } = await reportHeap(open.reader, { top });
    if (save) context.progress.update("Saving the analysis");
    const saved = save && open.save ? await open.save() : null;
    return { type: "heap", file, ...rest, dump: { ...dump, at: new Date(dump.at).toISOString() }, saved };
  };
  return withDump(context, file, use, { memory });
}

/** Opens a dump, showing how far it is, hands it to `use`, and closes it: what was unpacked for it is removed, also when it is given up. */
export async function withDump<T>(
  { progress, signal }: Context,
  file: string,
  use: (dump: OpenDump) => Promise<T>,
  options: OpenOptions = {},
): Promise<T> {
  const size = await stat(file).then(
    (found) => found.size,
    () => null,
  );
  const dump = await openDump(file, { ...options, signal, onProgress: progressOf(file, size, (said) => progress.update(said)) });
  try {
    return await use(dump);
  } finally {
    await dump.close();
  }
}
