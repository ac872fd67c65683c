import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { FlinkClient, startCluster } from "@heaptide/flink";
import { startRecording, stopRecording } from "@heaptide/jvm";
import { Diagnosis } from "@heaptide/model";
import type { BenchmarkContext, Report } from "./report.ts";

const CLI = fileURLToPath(new URL("../../packages/cli/bin/heaptide.mjs", import.meta.url));
const JAR = fileURLToPath(new URL("../../lab/jobs/target/lab-jobs.jar", import.meta.url));

const WARM_UP = 45_000;
/** Starting a recording makes the JVM compile anew what it had compiled, which lasts up to half a minute and is paid once. */
const RECORDING: Alternation = { pairs: 4, settle: 30_000, window: 12_000 };
/** Short windows, because a machine that is shared drifts by ten percent within a minute, by far more than what is measured. */
const WATCHER: Alternation = { pairs: 24, settle: 1_000, window: 4_000 };
/** Flink's own refresh of its metrics, the same with and without a watcher: the default of 10 s would blur the windows' borders. */
const METRIC_REFRESH = 500;
const GOAL = 0.01;

/**
 * The throughput of a job that does nothing but compute, with Heaptide and without, in alternating windows of one run. What it costs has two parts:
 * the recording that it keeps on in the target, switched on and off before anything watches; and `heaptide serve` at its work (its pauses, and what
 * it takes of the other core and of the caches), which is held still (SIGSTOP) in every other window. A look that fell due while it was held is made up for at once, so
 * that there are twice as many looks in a watched second as there are in real life: the figure is rather too high than too low. All processes that take
 * part go before others of the machine, where that is allowed.
 */
export async function benchmark({ signal, progress }: BenchmarkContext): Promise<Report> {
  await using resources = new AsyncDisposableStack();
  const data = await mkdtemp(join(tmpdir(), "heaptide-overhead-"));
  resources.defer(() => rm(data, { recursive: true, force: true }));
  const cluster = await startCluster({
    signal,
    onProgress: progress,
    configuration: { "metrics.fetcher.update-interval": String(METRIC_REFRESH) },
  });
  resources.defer(() => cluster.stop());

  const flink = new FlinkClient(cluster.restUrl);
  const job = await flink.runJar(await flink.uploadJar(JAR), { entryClass: "org.heaptide.lab.CpuBoundJob" });
  const counter = await RecordCounter.of(flink, job);
  const pid = cluster.taskManagers[0]!.pid;
  for (const taking of [pid, cluster.jobManager.pid, process.pid]) await putFirst(taking);
  progress(`warming up for ${WARM_UP / 1000} s`);
  await pause(WARM_UP, undefined, { signal });
  const rate = (alternation: Alternation) => counter.rate(alternation, signal);

  const recording = await lossBy(RECORDING, rate, {
    on: async () => void (await startRecording(pid, { name: "overhead" })),
    off: () => stopRecording(pid, { name: "overhead" }),
    told: (text) => progress(`recording: ${text}`),
  });
  progress("waiting until the watcher has judged");
  await using watcher = await watch(cluster.restUrl, data, signal);
  const watching = await lossBy(WATCHER, rate, {
    on: async () => watcher.go(),
    off: async () => watcher.hold(),
    told: (text) => progress(`watcher: ${text}`),
  });
  watcher.go();
  const longest = await watcher.longestPause();
  const loss = { mean: recording.mean + watching.mean, error: Math.hypot(recording.error, watching.error) };
  return {
    title: "Overhead on Flink",
    conditions: `CPU-bound job, Flink ${cluster.version}, ${cpus().length} cores, ${RECORDING.pairs} pairs of windows of ${RECORDING.window / 1000} s and ${WATCHER.pairs} of ${WATCHER.window / 1000} s`,
    rows: [
      { what: "throughput lost", value: estimate(loss), goal: `below ${percent(GOAL)}`, held: loss.mean < GOAL },
      { what: "of it by the recording", value: estimate(recording), goal: null, held: null },
      { what: "of it by the watcher's work and its pauses", value: estimate(watching), goal: null, held: null },
      { what: "longest pause caused", value: `${longest.toFixed(0)} ms`, goal: null, held: null },
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
  readonly on: () => Promise<void>;
  readonly off: () => Promise<void>;
  readonly told: (text: string) => void;
}

/** Shares of the throughput: the mean of the pairs, because a median would hide pauses that fall into few windows, and its standard error. */
interface Loss {
  readonly mean: number;
  readonly error: number;
}

/** @param rate the throughput of a window that begins once it has settled */
async function lossBy(
  alternation: Alternation,
  rate: (alternation: Alternation) => Promise<number>,
  { on, off, told }: Effect,
): Promise<Loss> {
  const losses: number[] = [];
  const window = async (switched: () => Promise<void>) => {
    await switched();
    return rate(alternation);
  };
  while (losses.length < alternation.pairs) {
    const first = losses.length % 2 === 0;
    const [before, after] = first ? [await window(on), await window(off)] : [await window(off), await window(on)];
    losses.push(first ? 1 - before / after : 1 - after / before);
    told(`pair ${losses.length} of ${alternation.pairs}, ${percent(losses.at(-1)!)} lost`);
  }
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  const variance = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / (losses.length - 1);
  return { mean, error: Math.sqrt(variance / losses.length) };
}

/** Before the other sessions of this machine, whose work would weigh more than what is measured. Only root may, and only Linux can. */
async function putFirst(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/autogroup`, "-19").catch(() => undefined);
}

/** With the interval that holds the true value in 95 of 100 runs. */
function estimate({ mean, error }: Loss): string {
  return `${percent(mean)} [${percent(mean - 1.96 * error)}, ${percent(mean + 1.96 * error)}]`;
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

/** The records that went into the job's busiest operator, by Flink's own counter. */
class RecordCounter {
  readonly #flink: FlinkClient;
  readonly #job: string;
  readonly #vertex: string;
  readonly #metric: string;

  private constructor(flink: FlinkClient, job: string, vertex: string, metric: string) {
    this.#flink = flink;
    this.#job = job;
    this.#vertex = vertex;
    this.#metric = metric;
  }

  static async of(flink: FlinkClient, job: string): Promise<RecordCounter> {
    for (;;) {
      for (const vertex of (await flink.job(job)).vertices) {
        const metric = (await flink.vertexMetricIds(job, vertex.id)).find((id) => id.endsWith("digest.numRecordsIn"));
        if (metric !== undefined) return new RecordCounter(flink, job, vertex.id, metric);
      }
      await pause(500);
    }
  }

  /**
   * Elements a second: the least-squares slope of all readings in the window, which the jitter of single readings does not move. Flink fetches a counter when it is asked
   * for it and answers with the one before: it is asked while things settle too.
   */
  async rate({ settle, window }: Alternation, signal: AbortSignal): Promise<number> {
    const readings: [at: number, count: number][] = [];
    const begin = performance.now() + settle;
    let last: number | undefined;
    while (performance.now() < begin + window) {
      const count = (await this.#flink.vertexMetricSums(this.#job, this.#vertex, [this.#metric])).get(this.#metric);
      if (count !== undefined && count !== last && performance.now() >= begin) readings.push([performance.now() / 1000, count]);
      last = count;
      await pause(METRIC_REFRESH / 5, undefined, { signal });
    }
    return slope(readings);
  }
}

function slope(readings: readonly (readonly [number, number])[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(readings.map(([x]) => x));
  const meanY = mean(readings.map(([, y]) => y));
  const covariance = mean(readings.map(([x, y]) => (x - meanX) * (y - meanY)));
  return covariance / mean(readings.map(([x]) => (x - meanX) ** 2));
}

/** `heaptide serve` as its user runs it. Disposing ends it and waits until it is gone. */
async function watch(flinkUrl: string, data: string, signal: AbortSignal) {
  const port = await freePort();
  const child = spawn(process.execPath, [CLI, "serve", "--flink", flinkUrl, "--port", String(port), "--data", data], { stdio: "ignore" });
  const ended = once(child, "exit");
  const diagnosis = async () => Diagnosis.parse(await (await fetch(`http://127.0.0.1:${port}/api/diagnosis`)).json());
  // Until it has judged: what it costs to watch a process day by day is asked here; the first minute costs up to twice the pause budget.
  const judged = async () =>
    (await diagnosis().catch(() => null))?.processes.some(
      ({ process, verdict }) => process.role === "taskmanager" && verdict === "healthy",
    ) ?? false;
  for (let attempt = 0; attempt < 180 && !(await judged()); attempt++) await pause(1000, undefined, { signal });
  return {
    hold: () => void child.kill("SIGSTOP"),
    go: () => void child.kill("SIGCONT"),
    /** Of all pauses that looking caused, milliseconds. */
    longestPause: async () => Math.max(0, ...(await diagnosis()).cost.map((cost) => cost.longest)),
    async [Symbol.asyncDispose]() {
      child.kill("SIGCONT");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
