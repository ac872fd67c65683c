import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { formatBytes, formatDuration, type Millis } from "@heaptide/base";
import type { BenchmarkContext, Report, ReportRow } from "../report.ts";
import type { TargetName } from "./target.ts";
import type { FuzzCounts, FuzzJob, FuzzProgress } from "./worker.ts";

/** Fewer where the variable INPUTS says so, from number FIRST on: a run can be done in parts, and one of them again. */
const INPUTS = Number(process.env["INPUTS"] ?? 1_000_000);
const FIRST = Number(process.env["FIRST"] ?? 0);
/** A worker that does not get on for so long hangs: inputs are a few kB. */
const PATIENCE: Millis = 20_000 as Millis;
const LOOK_EVERY = 1_000;
/** For all workers together. Each has a heap of its own, which grows to some 100 MiB however little lives in it. */
const MEMORY_GOAL = 1 << 30;
const WORKER = fileURLToPath(new URL("./worker.ts", import.meta.url));
/**
 * The C library keeps what large arrays gave back, in pieces: a process that has opened a hundred thousand files takes a GiB of which nothing is in use. With a fixed threshold
 * it returns most of that to the system, and what is measured is nearer to what the parser needs.
 */
const ENVIRONMENT = { MALLOC_MMAP_THRESHOLD_: "131072" };

/** A million damaged files: each must give an answer, a part of one, or a typed error; none may hang or grow. */
export async function fuzz(target: TargetName, { signal, progress }: BenchmarkContext): Promise<Report> {
  const start = performance.now();
  const size = Math.max(1, availableParallelism());
  const jobs = Array.from({ length: size }, (_, i): FuzzJob => ({
    target,
    from: FIRST + Math.floor((INPUTS * i) / size),
    to: FIRST + Math.floor((INPUTS * (i + 1)) / size),
  }));
  const states = jobs.map((): FuzzProgress => ({ done: 0, resident: 0 }));
  const sum = (of: (state: FuzzProgress) => number) => states.reduce((total, state) => total + of(state), 0);
  let peak = 0;
  const workers = jobs.map((job) =>
    fork(WORKER, [JSON.stringify(job)], { serialization: "advanced", env: { ...process.env, ...ENVIRONMENT } }),
  );
  const counting = workers.map((worker, i) =>
    countsOf(worker, (state) => {
      states[i] = state;
      peak = Math.max(
        peak,
        sum(({ resident }) => resident),
      );
    }),
  );
  const done = () => sum((state) => state.done);
  const watch = watchdog(
    done,
    (times) => times % 10 === 0 && progress(`${done()} of ${INPUTS} inputs, ${formatBytes(sum(({ resident }) => resident))}`),
  );
  try {
    const counts = await Promise.race([Promise.all(counting), watch.hangs, aborted(signal)]);
    return reportOf(target, counts, { time: (performance.now() - start) as Millis, peak });
  } finally {
    watch.stop();
    for (const worker of workers) worker.kill("SIGKILL");
  }
}

function countsOf(worker: ChildProcess, onProgress: (state: FuzzProgress) => void): Promise<FuzzCounts> {
  return new Promise((resolve, reject) => {
    worker.on("message", (message: FuzzCounts | FuzzProgress) => ("done" in message ? onProgress(message) : resolve(message)));
    worker.once("error", reject);
    worker.once("exit", (code, signal) => reject(new Error(`A worker ended before its time, by ${signal ?? `code ${code}`}.`)));
  });
}

/** @returns what rejects when the count stands still for too long */
function watchdog(done: () => number, look: (times: number) => void): { readonly hangs: Promise<never>; readonly stop: () => void } {
  let [last, since, times] = [-1, performance.now(), 0];
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setInterval(() => {
    look(++times);
    const now = done();
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
