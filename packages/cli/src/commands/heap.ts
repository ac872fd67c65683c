import { HeaptideError } from "@heaptide/base";
import { type HeapReport, type OpenDump, openDump, type OpenOptions, reportHeap } from "@heaptide/hprof";
import { heapDump } from "@heaptide/jvm";
import { type Context, defineCommand } from "../command.ts";
import { formatHeap } from "../format/heap.ts";
import { count, flag, optionalFile } from "../options.ts";

/** The report of a dump, with its time in ISO 8601. */
export interface HeapResult extends Omit<HeapReport, "dump"> {
  readonly type: "heap";
  readonly file: string;
  readonly dump: Omit<HeapReport["dump"], "at"> & { readonly at: string };
  /** How long the process stood still for the dump, milliseconds; null for a file that was there. */
  readonly pause: number | null;
}

export const command = defineCommand({
  description:
    "Analyses a heap dump (HPROF, of any JVM): who holds most and what piles up there, classes with what they retain, class loaders, threads. Takes " +
    "a few seconds for each GB, and 25 to 40 bytes of memory for each object. A dump that was cut off or is damaged is read as far as it goes.\n\n" +
    "With --pid a running JVM is asked for a dump, which is removed afterwards. The process stands still meanwhile: about 5 s for each GB that is alive.",
  options: {
    file: optionalFile("a heap dump, e.g. made by `jcmd <pid> GC.heap_dump /tmp/heap.hprof`"),
    pid: count("N", "take a dump of this JVM and analyse it"),
    all: flag("with --pid: dead objects too, no collection first"),
    top: count("n", "rows of each list", 15),
  },
  examples: [
    { line: "heaptide heap heap.hprof", says: "who holds the memory" },
    { line: "heaptide heap --pid 4711", says: "of a running JVM: it stands still while it writes the dump" },
    { line: "heaptide heap heap.hprof --top 100 --json", says: "the same for a program" },
    { line: "heaptide heap path heap.hprof com.shop.Cart", says: "what keeps the objects of a class" },
  ],
  async run(context, { file, pid, all, top }): Promise<HeapResult> {
    if ((file === undefined) === (pid === undefined))
      throw new HeaptideError("HEAP_DUMP_WANTED", { given: file === undefined ? "neither" : "both" });
    if (file !== undefined) return report(context, file, top, null);
    context.progress.update(`Process ${pid} writes its heap`);
    const dump = await heapDump(pid!, { kind: all ? "all" : "live", signal: context.signal });
    try {
      return await report(context, dump.file, top, dump.pause);
    } finally {
      await dump.remove();
    }
  },
  format: formatHeap,
});

async function report(context: Context, file: string, top: number, pause: number | null): Promise<HeapResult> {
  return withDump(context, file, async ({ reader }) => {
    context.progress.update("Looking for suspects");
    const { dump, ...rest } = await reportHeap(reader, { top });
    return { type: "heap", file, ...rest, dump: { ...dump, at: new Date(dump.at).toISOString() }, pause };
  });
}

/** Opens a dump, showing how far it is, hands it to `use`, and closes it. */
export async function withDump<T>({ progress, signal }: Context, file: string, use: (dump: OpenDump) => Promise<T>): Promise<T> {
  const began = performance.now();
  const onProgress: OpenOptions["onProgress"] = ({ stage, done }) => {
    const elapsed = ((performance.now() - began) / 1000).toFixed(1);
    progress.update(`${file}: ${stage}${done > 0 ? ` ${Math.round(done * 100)} %` : ""}, ${elapsed} s`);
  };
  const dump = await openDump(file, { signal, onProgress });
  try {
    return await use(dump);
  } finally {
    await dump.close();
  }
}
