import { type FileHandle, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { FlinkClient, startCluster } from "@heaptide/flink";
import { startRecording, stopRecording } from "@heaptide/jvm";
import { Diagnosis } from "@heaptide/model";
import { Child, freePort } from "./child.ts";
import type { BenchmarkContext, Report } from "./report.ts";

const JAR = fileURLToPath(new URL("../../lab/jobs/target/lab-jobs.jar", import.meta.url));

const WARM_UP = 45_000;
/** Starting a recording makes the JVM compile anew what it had compiled, which lasts up to half a minute and is paid once. */
const RECORDING: Alternation = { pairs: 6, settle: 30_000, window: 12_000 };
/** Short windows, because the speed of a shared machine changes by a factor of two from one second to the next, by far more than what is measured. */
const WATCHER: Alternation = { pairs: 150, settle: 250, window: 1_500 };
const READ_EVERY = 100;
const GOAL = 0.01;

/**
 * The throughput of a job that does nothing but compute, with Heaptide and without, in alternating windows of one run. What it costs has three parts:
 * the recording that it keeps on in the target, switched on and off before anything watches; what `heaptide serve` takes of the other core and of the caches while it works,
 * by holding it still (SIGSTOP) in every other window; and the pauses that its looks cause, which fall into few windows and are therefore counted whole, as the watcher measures them.
 * The first two are medians of pairs: single pairs differ by tens of percent on a machine that others use as well. All processes that take part go before others of the machine, where
 * that is allowed.
 */
export async function benchmark({ signal, progress }: BenchmarkContext): Promise<Report> {
  await using resources = new AsyncDisposableStack();
  const data = await mkdtemp(join(tmpdir(), "heaptide-overhead-"));
  resources.defer(() => rm(data, { recursive: true, force: true }));
  const cluster = await startCluster({ signal, onProgress: progress });
  resources.defer(() => cluster.stop());

  const flink = new FlinkClient(cluster.restUrl);
  const countFile = join(data, "count");
  await flink.runJar(await flink.uploadJar(JAR), { entryClass: "org.heaptide.lab.CpuBoundJob", args: ["--count", countFile] });
  const pid = cluster.taskManagers[0]!.pid;
  for (const taking of [pid, cluster.jobManager.pid, process.pid]) await putFirst(taking);
  progress(`warming up for ${WARM_UP / 1000} s`);
  await pause(WARM_UP, undefined, { signal });
  await using counter = await RecordCounter.of(countFile);

  const recording = await lossBy(RECORDING, {
    rate: () => counter.fastest(RECORDING, signal),
    on: async () => void (await startRecording(pid, { name: "overhead" })),
    off: () => stopRecording(pid, { name: "overhead" }),
    told: (text) => progress(`recording: ${text}`),
  });
  progress("waiting until the watcher has judged");
  await using watcher = await watch(cluster.restUrl, data, signal);
  const [before, begun] = [await watcher.pauses(), performance.now()];
  const working = await lossBy(WATCHER, {
    rate: () => counter.mean(WATCHER, signal),
    on: async () => watcher.go(),
    off: async () => watcher.hold(),
    told: (text) => progress(`watcher: ${text}`),
  });
  watcher.go();
  const after = await watcher.pauses();
  const paused = (after.total - before.total) / (performance.now() - begun);
  const middle = recording.middle + working.middle + paused;
  return {
    title: "Overhead on Flink",
    conditions: `CPU-bound job, Flink ${cluster.version}, ${cpus().length} cores, ${RECORDING.pairs} pairs of windows of ${RECORDING.window / 1000} s and ${WATCHER.pairs} of ${WATCHER.window / 1000} s`,
    rows: [
      { what: "throughput lost", value: percent(middle), goal: `below ${percent(GOAL)}`, held: middle < GOAL },
      { what: "of it by the recording, median of pairs", value: estimate(recording), goal: null, held: null },
      { what: "of it by the watcher's work, median of pairs", value: estimate(working), goal: null, held: null },
      { what: "of it by the pauses of its looks", value: percent(paused), goal: null, held: null },
      { what: "longest pause caused", value: `${after.longest.toFixed(0)} ms`, goal: null, held: null },
    ],
  };
}

/** Pairs of windows, milliseconds, one with and one without, the effect now in the first and now in the second, so that a drift weighs on both alike. */
interface Alternation {
  readonly pairs: number;
  /** Between a switch and the window that is measured. */
  readonly settle: number;
  readonly window: number;
}

interface Effect {
  /** The throughput of a window that begins once it has settled. */
  readonly rate: () => Promise<number>;
  readonly on: () => Promise<void>;
  readonly off: () => Promise<void>;
  readonly told: (text: string) => void;
}

/** Shares of the throughput: the median of the pairs, and the order statistics that hold the true median in 95 of 100 runs. */
interface Loss {
  readonly middle: number;
  readonly low: number;
  readonly high: number;
}

async function lossBy({ pairs }: Alternation, { rate, on, off, told }: Effect): Promise<Loss> {
  const losses: number[] = [];
  const window = async (switched: () => Promise<void>) => {
    await switched();
    return rate();
  };
  while (losses.length < pairs) {
    const first = losses.length % 2 === 0;
    const [before, after] = first ? [await window(on), await window(off)] : [await window(off), await window(on)];
    losses.push(first ? 1 - before / after : 1 - after / before);
    told(`pair ${losses.length} of ${pairs}, ${percent(losses.at(-1)!)} lost`);
  }
  losses.sort((a, b) => a - b);
  // The rank below the median of n values is binomial: normal with a standard deviation of √n / 2.
  const reach = (1.96 * Math.sqrt(pairs)) / 2;
  const at = (rank: number) => losses[Math.min(Math.max(Math.round(rank), 0), pairs - 1)]!;
  return { middle: quantile(losses, 0.5), low: at((pairs - 1) / 2 - reach), high: at((pairs - 1) / 2 + reach) };
}

/** @param ascending not empty */
function quantile(ascending: readonly number[], share: number): number {
  const place = (ascending.length - 1) * share;
  const [below, above] = [ascending[Math.floor(place)]!, ascending[Math.ceil(place)]!];
  return below + (above - below) * (place - Math.floor(place));
}

/** Before the other sessions of this machine, whose work would weigh more than what is measured. Only root may, and only Linux can. */
async function putFirst(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/autogroup`, "-19").catch(() => undefined);
}

const estimate = ({ middle, low, high }: Loss): string => `${percent(middle)} [${percent(low)}, ${percent(high)}]`;

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

/** How many elements the job has digested, from the file that it maps: exact at any moment, and the job is not asked. */
class RecordCounter {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async of(path: string): Promise<RecordCounter> {
    return new RecordCounter(await open(path));
  }

  /** Elements a second over the window. */
  async mean({ settle, window }: Alternation, signal: AbortSignal): Promise<number> {
    await pause(settle, undefined, { signal });
    return this.#rate(window, signal);
  }

  /** Elements a second at the fast end of short stretches of the window: what the machine gives while nobody else is at it. */
  async fastest({ settle, window }: Alternation, signal: AbortSignal): Promise<number> {
    await pause(settle, undefined, { signal });
    const rates: number[] = [];
    for (const end = performance.now() + window; performance.now() < end;) rates.push(await this.#rate(READ_EVERY, signal));
    return quantile(
      rates.sort((a, b) => a - b),
      0.9,
    );
  }

  async [Symbol.asyncDispose]() {
    await this.#file.close();
  }

  async #rate(during: number, signal: AbortSignal): Promise<number> {
    const [begin, before] = [performance.now(), await this.#count()];
    await pause(during, undefined, { signal });
    return (((await this.#count()) - before) * 1000) / (performance.now() - begin);
  }

  async #count(): Promise<number> {
    const { buffer } = await this.#file.read(Buffer.alloc(8), 0, 8, 0);
    return Number(buffer.readBigUInt64BE());
  }
}

/** `heaptide serve` as its user runs it. Disposing ends it and waits until it is gone. */
async function watch(flinkUrl: string, data: string, signal: AbortSignal) {
  const port = await freePort();
  const child = new Child(["serve", "--flink", flinkUrl, "--port", String(port), "--data", data]);
  const diagnosis = async () => Diagnosis.parse(await (await fetch(`http://127.0.0.1:${port}/api/diagnosis`)).json());
  // Until it has judged: what it costs to watch a process day by day is asked here; the first minute costs up to twice the pause budget.
  const judged = async () =>
    (await diagnosis().catch(() => null))?.processes.some(
      ({ process, verdict }) => process.role === "taskmanager" && verdict === "healthy",
    ) ?? false;
  for (let attempt = 0; attempt < 180 && !(await judged()); attempt++) await pause(1000, undefined, { signal });
  return {
    hold: () => void process.kill(child.pid, "SIGSTOP"),
    go: () => void process.kill(child.pid, "SIGCONT"),
    /** That looking caused in the busiest process, milliseconds. */
    pauses: async () => {
      const { cost } = await diagnosis();
      return { total: Math.max(0, ...cost.map(({ total }) => total)), longest: Math.max(0, ...cost.map(({ longest }) => longest)) };
    },
    async [Symbol.asyncDispose]() {
      process.kill(child.pid, "SIGCONT");
      await child[Symbol.asyncDispose]();
    },
  };
}
