import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { formatBytes, formatDuration, type Millis } from "@heaptide/base";
import type { BenchmarkContext, Report, ReportRow } from "../report.ts";
import type { TargetName } from "./target.ts";
import type { FuzzCounts, FuzzJob } from "./worker.ts";

/** Fewer where the variable INPUTS says so, from number FIRST on: a run can be done in parts, and one of them again. */
const INPUTS = Number(process.env["INPUTS"] ?? 1_000_000);
const FIRST = Number(process.env["FIRST"] ?? 0);
/** A worker that does not get on for so long hangs: inputs are a few kB. */
const PATIENCE: Millis = 20_000 as Millis;
const LOOK_EVERY = 1_000;
/** For all workers together. Each has a heap of its own, which grows to some 100 MiB however little lives in it. */
const MEMORY_GOAL = 1 << 30;

/** A million damaged files: each must give an answer, a part of one, or a typed error; none may hang or grow. */
export async function fuzz(target: TargetName, { signal, progress }: BenchmarkContext): Promise<Report> {
  const start = performance.now();
  const done = new SharedArrayBuffer(4);
  const size = Math.max(1, availableParallelism());
  const jobs = Array.from({ length: size }, (_, i): FuzzJob => ({
    target,
    from: FIRST + Math.floor((INPUTS * i) / size),
    to: FIRST + Math.floor((INPUTS * (i + 1)) / size),
    done,
  }));
  const workers = jobs.map((job) => new Worker(new URL("./worker.ts", import.meta.url), { workerData: job }));
  let peak = 0;
  const watch = watchdog(new Int32Array(done), (count) => {
    peak = Math.max(peak, process.memoryUsage.rss());
    if (count % 10 === 0) progress(`${Atomics.load(new Int32Array(done), 0)} of ${INPUTS} inputs`);
  });
  try {
    const counts = await Promise.race([Promise.all(workers.map(countsOf)), watch.hangs, aborted(signal)]);
    return reportOf(target, counts, { time: (performance.now() - start) as Millis, peak });
  } finally {
    watch.stop();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function countsOf(worker: Worker): Promise<FuzzCounts> {
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

/** @returns what rejects when the counter stands still for too long */
function watchdog(done: Int32Array, look: (times: number) => void): { readonly hangs: Promise<never>; readonly stop: () => void } {
  let [last, since, times] = [-1, performance.now(), 0];
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setInterval(() => {
    look(++times);
    const now = Atomics.load(done, 0);
    if (now !== last) [last, since] = [now, performance.now()];
    else if (performance.now() - since > PATIENCE)
      reject(new Error(`No input was done for ${formatDuration(PATIENCE)}, after ${now} of them: one hangs.`));
  }, LOOK_EVERY);
  return { hangs: promise, stop: () => clearInterval(timer) };
}

function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  return promise;
}

function reportOf(
  target: TargetName,
  counts: readonly FuzzCounts[],
  { time, peak }: { readonly time: Millis; readonly peak: number },
): Report {
  const outcomes = new Map<string, number>();
  for (const [outcome, count] of counts.flatMap((count) => [...count.outcomes]))
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + count);
  const bugs = counts.flatMap((count) => count.bugs);
  const found = outcomes.get("a bug") ?? 0;
  outcomes.delete("a bug");
  const plain = { goal: null, held: null };
  const rows: ReportRow[] = [
    { what: "exceptions that are no typed error", value: String(found), goal: "0", held: found === 0 },
    { what: "inputs that hang", value: "0", goal: "0", held: true },
    { what: "resident memory, most", value: formatBytes(peak), goal: `<= ${formatBytes(MEMORY_GOAL)}`, held: peak <= MEMORY_GOAL },
    ...[...outcomes]
      .sort((a, b) => b[1] - a[1])
      .map(([outcome, count]) => ({ what: `outcome: ${outcome}`, value: String(count), ...plain })),
    ...bugs.map(({ input, error }) => ({ what: `input ${input}`, value: error.split("\n").slice(0, 3).join(" "), ...plain })),
  ];
  return {
    title: `Damaged files, ${target}`,
    conditions: `${INPUTS} inputs from ${FIRST} on in ${formatDuration(time)}, ${counts.length} workers, Node ${process.versions.node}`,
    rows,
  };
}
