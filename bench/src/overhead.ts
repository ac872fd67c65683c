import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { FlinkClient, startCluster } from "@heaptide/flink";
import { Diagnosis } from "@heaptide/model";
import { type BenchmarkContext, median, type Report } from "./report.ts";

const CLI = fileURLToPath(new URL("../../packages/cli/bin/heaptide.mjs", import.meta.url));
const JAR = fileURLToPath(new URL("../../lab/jobs/target/lab-jobs.jar", import.meta.url));

/** Each of two pairs: alone, watched, watched, alone, so that a drift of the machine weighs on both alike. */
const BLOCKS = 2;
const WARM_UP = 45_000;
/** Between a switch of the watcher and the window that is measured. */
const SETTLE = 12_000;
const WINDOW = 30_000;
/** Flink's own refresh of its metrics, the same with and without a watcher: the default of 10 s would blur the windows' borders. */
const METRIC_REFRESH = 500;
const GOAL = 0.01;

/**
 * The throughput of a job that does nothing but compute, with `heaptide serve` watching it and without, in alternating windows of one run.
 * Pairs, because a machine that is shared drifts by more than what is measured.
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
  progress(`warming up for ${WARM_UP / 1000} s`);
  await pause(WARM_UP, undefined, { signal });

  const losses: number[] = [];
  const longest: number[] = [];
  const measure = async () => {
    await pause(SETTLE, undefined, { signal });
    return counter.rate(WINDOW, signal);
  };
  const pair = (alone: number, watched: number) => {
    losses.push(1 - watched / alone);
    progress(
      `pair ${losses.length} of ${BLOCKS * 2}: ${alone.toFixed(0)} elements/s alone, ${watched.toFixed(0)} watched, ${percent(losses.at(-1)!)} lost`,
    );
  };
  for (let block = 0; block < BLOCKS; block++) {
    const before = await measure();
    const watched = await whileWatched(cluster.restUrl, join(data, `block-${block}`), signal, async (watcher) => {
      const rates = [await measure(), await measure()] as const;
      longest.push(await watcher.longestPause());
      return rates;
    });
    pair(before, watched[0]);
    pair(await measure(), watched[1]);
  }
  const loss = median(losses);
  return {
    title: "Overhead on Flink",
    conditions: `CPU-bound job, Flink ${cluster.version}, ${cpus().length} cores, ${BLOCKS * 2} pairs of ${WINDOW / 1000} s windows`,
    rows: [
      { what: "throughput lost, median of the pairs", value: percent(loss), goal: `below ${percent(GOAL)}`, held: loss < GOAL },
      {
        what: "throughput lost, least and most",
        value: `${percent(Math.min(...losses))} to ${percent(Math.max(...losses))}`,
        goal: null,
        held: null,
      },
      { what: "longest pause caused", value: `${Math.max(...longest).toFixed(0)} ms`, goal: null, held: null },
    ],
  };
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

  /** Elements a second: the least-squares slope of all readings in the window, which the jitter of single readings does not move. */
  async rate(window: number, signal: AbortSignal): Promise<number> {
    const readings: [at: number, count: number][] = [];
    const end = performance.now() + window;
    while (performance.now() < end) {
      const count = (await this.#flink.vertexMetricSums(this.#job, this.#vertex, [this.#metric])).get(this.#metric);
      if (count !== undefined && count !== readings.at(-1)?.[1]) readings.push([performance.now() / 1000, count]);
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

async function whileWatched<T>(
  flinkUrl: string,
  data: string,
  signal: AbortSignal,
  task: (watcher: Awaited<ReturnType<typeof watch>>) => Promise<T>,
): Promise<T> {
  await using watcher = await watch(flinkUrl, data, signal);
  return await task(watcher);
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
    /** Of all pauses that looking caused, milliseconds. */
    longestPause: async () => Math.max(0, ...(await diagnosis()).cost.map((cost) => cost.longest)),
    async [Symbol.asyncDispose]() {
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
