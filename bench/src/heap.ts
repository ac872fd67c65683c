import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { formatBytes } from "@heaptide/base";
import { findJdks, type Jdk } from "@heaptide/testkit";
import { type BenchmarkContext, median, type Report, type ReportRow } from "./report.ts";
import { HEAPTIDE } from "./whole-process.ts";

const run = promisify(execFile);

/** Thousands of sessions that the dump's program keeps, and how often each tool looks at the dump. */
const DUMPS = [
  { name: "small", sessions: 360, heap: "3g", runs: 3 },
  { name: "large", sessions: 1950, heap: "6g", runs: 1 },
] as const;

/** Of hprof-slurp's time and memory, of hprof-analyzer's, and bytes for each object. */
const GOALS = { histogramTime: 0.5, histogramMemory: 0.5, analysisTime: 0.2, analysisMemory: 0.8, perObject: 25 };

/** A leak in a static map, beside it maps, trees and lists of mixed objects, some shared. */
const PROGRAM = `
  import java.util.*; import java.util.concurrent.*;
  public class Mix {
    static final HashMap<String, Session> LEAK = new HashMap<>();
    static final ConcurrentHashMap<Long, String> NAMES = new ConcurrentHashMap<>();
    static final TreeMap<Integer, byte[]> TREE = new TreeMap<>();
    static final ArrayList<Object> LIST = new ArrayList<>();
    static final class Session {
      final String user; final byte[] data; final List<Long> seen = new ArrayList<>(); final Object[] shared; int count; boolean open;
      Session(String user, int size, Object[] shared) {
        this.user = user; this.data = new byte[size]; this.shared = shared;
        for (int i = 0; i < size % 7; i++) seen.add(1000L * size + i);
      }
    }
    public static void main(String[] args) throws Exception {
      int sessions = Integer.parseInt(args[0]) * 1000;
      Random random = new Random(7);
      Object[] shared = new Object[100];
      for (int i = 0; i < 100; i++) shared[i] = "shared-" + i;
      for (int i = 0; i < sessions; i++) LEAK.put("user-" + i, new Session("name-" + i % 1000 + "-" + i, 100 + random.nextInt(400), shared));
      for (int i = 0; i < sessions * 8 / 5; i++) NAMES.put((long) i * 31, "v" + i % 5000);
      for (int i = 0; i < sessions * 4 / 5; i++) TREE.put(random.nextInt(), new byte[random.nextInt(64)]);
      for (int i = 0; i < sessions * 12 / 5; i++)
        LIST.add(i % 3 == 0 ? (Object) new int[random.nextInt(8)] : i % 3 == 1 ? (Object) i : (Object) new LinkedList<Object>(Arrays.asList(i, "x")));
      System.out.println("ready");
      System.in.read();
    }
  }`;

/**
 * `heaptide heap histogram` beside hprof-slurp, `heaptide heap` beside hprof-analyzer: whole processes in turns, dumps from a real JVM. The two others
 * are taken from the folder in PEERS where they are (`cargo install hprof-slurp hprof-analyzer --locked --root <folder>`); without them ours run alone. Linux
 * only, for the memory of the others' processes; needs 4 GB of disk and GNU time.
 */
export async function benchmark({ signal, progress }: BenchmarkContext): Promise<Report> {
  const jdk = findJdks()[0];
  if (!jdk) throw new Error("There is no JDK on this machine.");
  const folder = await mkdtemp(join(tmpdir(), "heaptide-bench-heap-"));
  const rows: ReportRow[] = [];
  const peers = process.env["PEERS"] ?? "";
  try {
    await writeFile(join(folder, "Mix.java"), PROGRAM);
    await run(join(jdk.home, "bin/javac"), ["-d", folder, join(folder, "Mix.java")], { signal });
    for (const spec of DUMPS) {
      progress(`making the ${spec.name} dump`);
      const dump = await makeDump(jdk, folder, spec);
      rows.push(...(await compare(dump, spec, { peers, signal, progress })));
      await rm(dump.file);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const others = existsSync(join(peers, "bin/hprof-slurp")) ? "" : ", without the other tools: they were not there";
  const conditions = `dumps of JDK ${jdk.major}, Node ${process.versions.node}, medians of ${DUMPS.map(({ runs }) => runs).join(" and ")} alternating runs, whole processes${others}`;
  return { title: "Heap dumps", conditions, rows };
}

interface Dump {
  readonly file: string;
  readonly size: number;
  /** As the JVM's own class histogram has them. */
  readonly objects: number;
  readonly bytes: number;
}

async function makeDump(jdk: Jdk, folder: string, { name, sessions, heap }: (typeof DUMPS)[number]): Promise<Dump> {
  const file = join(folder, `${name}.hprof`);
  const java = spawn(join(jdk.home, "bin/java"), [`-Xmx${heap}`, "-XX:+UseParallelGC", "-cp", folder, "Mix", String(sessions)]);
  try {
    await new Promise((resolve, reject) => {
      java.stdout.once("data", resolve);
      java.once("close", () => reject(new Error("The program ended before its dump was made.")));
    });
    const jcmd = async (...words: string[]): Promise<string> => (await run(join(jdk.home, "bin/jcmd"), [`${java.pid}`, ...words])).stdout;
    await jcmd("GC.heap_dump", file);
    const [, objects, bytes] = /^Total +(\d+) +(\d+)/m.exec(await jcmd("GC.class_histogram"))!.map(Number) as [number, number, number];
    return { file, size: (await stat(file)).size, objects, bytes };
  } finally {
    java.kill("SIGKILL");
  }
}

interface Measured {
  /** Milliseconds and bytes. */
  readonly time: number;
  readonly memory: number;
  readonly output: string;
}

async function measure(words: readonly string[], signal: AbortSignal): Promise<Measured> {
  const began = performance.now();
  const { stdout, stderr } = await run("/usr/bin/time", ["-f", "peak %M", ...words], { signal, maxBuffer: 64 << 20 });
  return { time: performance.now() - began, memory: Number(/peak (\d+)/.exec(stderr)![1]) * 1024, output: stdout };
}

async function compare(
  dump: Dump,
  { name, runs }: (typeof DUMPS)[number],
  { peers, signal, progress }: BenchmarkContext & { readonly peers: string },
): Promise<ReportRow[]> {
  const tools: Readonly<Record<string, readonly string[]>> = {
    "heap histogram": [...HEAPTIDE, "heap", "histogram", dump.file, "--json"],
    "hprof-slurp": [join(peers, "bin/hprof-slurp"), dump.file],
    heap: [...HEAPTIDE, "heap", dump.file, "--json"],
    "hprof-analyzer": [join(peers, "bin/hprof-analyzer"), dump.file, "--format", "json"],
  };
  const there = Object.entries(tools).filter(([, [program]]) => existsSync(program!));
  const measured = new Map<string, Measured[]>(there.map(([tool]) => [tool, []]));
  for (let i = -1; i < runs; i++) {
    for (const [tool, words] of there) {
      // The analyser of the other tool is run once for the page cache by ours; it takes a minute.
      if (i < 0 && tool === "hprof-analyzer") continue;
      const result = await measure(words, signal);
      if (i >= 0) measured.get(tool)!.push(result);
      progress(`${name}, ${tool}: ${(result.time / 1000).toFixed(2)} s, ${formatBytes(result.memory)}`);
    }
  }
  return rowsOf(dump, name, measured);
}

function rowsOf(dump: Dump, name: string, measured: ReadonlyMap<string, readonly Measured[]>): ReportRow[] {
  const of = (tool: string, pick: (m: Measured) => number): number => median(measured.get(tool)?.map(pick) ?? []);
  const time = (tool: string): number => of(tool, (m) => m.time);
  const memory = (tool: string): number => of(tool, (m) => m.memory);
  const title = `${formatBytes(dump.size)}, ${(dump.objects / 1e6).toFixed(1)} M objects`;
  const plain = { goal: null, held: null };
  const counted = JSON.parse(measured.get("heap histogram")![0]!.output) as { bytes: number };
  const off = Math.abs(counted.bytes - dump.bytes) / dump.bytes;
  const perObject = memory("heap") / dump.objects;
  const ratio = (what: string, value: number, goal: number): ReportRow[] =>
    Number.isNaN(value) ? [] : [{ what: `${name}: ${what}`, value: value.toFixed(2), goal: `<= ${goal}`, held: value <= goal }];
  const figures = [...measured.keys()].map((tool) => ({
    what: `${name} (${title}): ${tool}`,
    value: `${(time(tool) / 1000).toFixed(2)} s, ${formatBytes(memory(tool))}`,
    ...plain,
  }));
  return [
    ...figures,
    ...ratio("histogram, time of hprof-slurp's", time("heap histogram") / time("hprof-slurp"), GOALS.histogramTime),
    ...ratio("histogram, memory of hprof-slurp's", memory("heap histogram") / memory("hprof-slurp"), GOALS.histogramMemory),
    { what: `${name}: histogram, off the JVM's own`, value: `${(off * 100).toFixed(4)} %`, goal: "<= 0.1 %", held: off <= 0.001 },
    ...ratio("analysis, time of hprof-analyzer's", time("heap") / time("hprof-analyzer"), GOALS.analysisTime),
    ...ratio("analysis, memory of hprof-analyzer's", memory("heap") / memory("hprof-analyzer"), GOALS.analysisMemory),
    {
      what: `${name}: analysis, bytes an object`,
      value: perObject.toFixed(1),
      goal: `<= ${GOALS.perObject}`,
      held: perObject <= GOALS.perObject,
    },
  ];
}
