import { execFile } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { formatBytes } from "@heaptide/base";
import { findJdks, type Jdk } from "@heaptide/testkit";
import { type BenchmarkContext, median, type Report, type ReportRow } from "./report.ts";

const run = promisify(execFile);
const OURS = fileURLToPath(new URL("./jfr/read-all.ts", import.meta.url));
const sourceOf = (program: string): string => fileURLToPath(new URL(`./jfr/${program}.java`, import.meta.url));
/** Steps of each of the program's threads, and pairs of runs: recordings of about 21 and 167 MB. */
const SIZES = [
  { steps: 138_000, pairs: 9 },
  { steps: 1_075_000, pairs: 5 },
] as const;
/** Of what the JDK's reader takes. */
const TIME_GOAL = 0.7;
const MEMORY_GOAL = 1 / 3;
/** Profile settings, with thresholds off: every park, lock and new allocation buffer is an event. */
const SETTINGS = [
  "settings=profile",
  "jdk.ThreadPark#threshold=0ms",
  "jdk.JavaMonitorEnter#threshold=0ms",
  "jdk.ObjectAllocationInNewTLAB#enabled=true",
  "jdk.ObjectAllocationOutsideTLAB#enabled=true",
];

interface Measured {
  readonly events: number;
  readonly frames: number;
  /** Milliseconds from start to end of the process. */
  readonly time: number;
  /** Bytes. */
  readonly peak: number;
}

interface Pair {
  readonly ours: Measured;
  readonly theirs: Measured;
  /** What `heaptide jfr` needs, all other events skipped. */
  readonly leaks: Measured;
}

/**
 * All events of a small and a large recording decoded, with their stacks: our reader and the JDK's `RecordingFile`, each a process of its own with its
 * start-up counted, in turns. Both must find the same events and frames. Linux only, for the peak of a Java process.
 */
export async function benchmark({ signal, progress }: BenchmarkContext): Promise<Report> {
  const jdk = findJdks()[0];
  if (!jdk) throw new Error("There is no JDK on this machine.");
  const folder = await mkdtemp(join(tmpdir(), "heaptide-bench-jfr-"));
  try {
    await run(join(jdk.home, "bin/javac"), ["-d", folder, sourceOf("Busy"), sourceOf("ReadAll")], { signal });
    const rows: ReportRow[] = [];
    for (const { steps, pairs: count } of SIZES) {
      const file = await record(jdk, folder, { steps, signal, progress });
      const pairs = await inTurns(jdk, folder, { file, count, signal, progress });
      rows.push(...rowsOf(pairs, (await stat(file)).size));
      await rm(file);
    }
    const conditions = `JDK ${jdk.major}, Node ${process.versions.node}, medians of ${SIZES.map(({ pairs }) => pairs).join(" and ")} alternating runs, whole processes`;
    return { title: "All events of a recording, with their stacks", conditions, rows };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Recording = Pick<BenchmarkContext, "signal" | "progress"> & { readonly steps: number };

async function record(jdk: Jdk, folder: string, { steps, signal, progress }: Recording): Promise<string> {
  const file = join(folder, "busy.jfr");
  progress(`recording a busy program, ${steps} steps on each of four threads`);
  const options = ["-Xmx128m", `-XX:StartFlightRecording:${SETTINGS.join(",")},filename=${file}`, "-cp", folder];
  await run(join(jdk.home, "bin/java"), [...options, "Busy", String(steps)], { signal });
  return file;
}

type Turns = Pick<BenchmarkContext, "signal" | "progress"> & { readonly file: string; readonly count: number };

async function inTurns(jdk: Jdk, folder: string, { file, count, signal, progress }: Turns): Promise<Pair[]> {
  const theirs = [join(jdk.home, "bin/java"), "-cp", folder, "ReadAll", file];
  const ours = [process.execPath, OURS, file];
  // One each that does not count: the page cache, and our compile cache.
  for (const command of [ours, theirs]) await measure(command, signal);
  const pairs: Pair[] = [];
  for (let pair = 1; pair <= count; pair++) {
    const measured = {
      ours: await measure(ours, signal),
      theirs: await measure(theirs, signal),
      leaks: await measure([...ours, "--leaks"], signal),
    };
    pairs.push(measured);
    progress(`run ${pair} of ${count}: ${milliseconds(measured.ours.time)}, JDK ${milliseconds(measured.theirs.time)}`);
  }
  return pairs;
}

async function measure([program = "", ...words]: readonly string[], signal: AbortSignal): Promise<Measured> {
  const start = performance.now();
  const { stdout } = await run(program, words, { signal });
  const time = performance.now() - start;
  const [events = 0, frames = 0, peak = 0] = stdout.trim().split(" ").map(Number);
  return { events, frames, time, peak: peak * 1024 };
}

function rowsOf(pairs: readonly Pair[], size: number): ReportRow[] {
  const { events, frames } = pairs[0]!.ours;
  for (const { ours, theirs, leaks } of pairs) {
    if (ours.events !== events || theirs.events !== events || leaks.events !== events)
      throw new Error("The readers disagree on the number of events.");
    if (ours.frames !== frames || theirs.frames !== frames) throw new Error("The readers disagree on the number of frames.");
  }
  const of = (pick: (pair: Pair) => number): number => median(pairs.map(pick));
  const time = of(({ ours, theirs }) => ours.time / theirs.time);
  const memory = of(({ ours, theirs }) => ours.peak / theirs.peak);
  const both = (pick: (measured: Measured) => number, print: (value: number) => string): string =>
    `${print(of(({ ours }) => pick(ours)))} / ${print(of(({ theirs }) => pick(theirs)))}`;
  const plain = { goal: null, held: null };
  const name = formatBytes(size);
  return [
    { what: `${name}: events, frames of their stacks`, value: `${events}, ${frames}`, ...plain },
    { what: `${name}: time, ours / RecordingFile`, value: both(({ time: taken }) => taken, milliseconds), ...plain },
    { what: `${name}: time, ratio`, value: time.toFixed(2), goal: `<= ${TIME_GOAL}`, held: time <= TIME_GOAL },
    { what: `${name}: peak memory, ours / RecordingFile`, value: both(({ peak }) => peak, formatBytes), ...plain },
    { what: `${name}: peak memory, ratio`, value: memory.toFixed(2), goal: `<= ${MEMORY_GOAL.toFixed(2)}`, held: memory <= MEMORY_GOAL },
    { what: `${name}: what heaptide jfr reads of it, time`, value: milliseconds(of(({ leaks }) => leaks.time)), ...plain },
  ];
}

function milliseconds(time: number): string {
  return `${time.toFixed(0)} ms`;
}
