import { type Series, valueAt } from "@heaptide/base";
import type { Driver, JobHistory, OperatorHistory } from "@heaptide/model";
import type { Life } from "../life.ts";
import { COUNTER_IDLE, COUNTER_LAG, LEAST_SAMPLES } from "../thresholds.ts";
import type { Accumulated } from "../trend/saturation.ts";

/** Something that may drive growth: events counted since an arbitrary moment. */
export interface CountedDriver extends Omit<Driver, "ratio"> {
  readonly count: Accumulated;
  /** For operators: where they run. */
  readonly vertexName: string | null;
  readonly position: number | null;
  /** For people: "element through enrich-venues". */
  readonly event: string;
}

/** Every candidate driver of a life, the most telling kinds first; wall time last, since everything at a constant rate follows it. */
export function driversOf(life: Life): readonly CountedDriver[] {
  let drivers = known.get(life);
  if (drivers === undefined) {
    // No element goes through a JobManager.
    const operators = life.process.role === "jobmanager" ? [] : operatorDrivers(life);
    drivers = [...operators, ...changeDrivers(life), ...checkpointDrivers(life), ...logDrivers(life), wallTime(life.from)];
    known.set(life, drivers);
  }
  return drivers;
}

/** Several steps ask for them, and a day of counters is long. A life never changes. */
const known = new WeakMap<Life, readonly CountedDriver[]>();

/** Those that count the work that comes in: what saturation and load are tested against. Checkpoints come as the clock says, whatever comes in. */
export const eventCounts = (drivers: readonly CountedDriver[]): Accumulated[] =>
  drivers.filter(({ kind }) => kind !== "wall-time" && kind !== "log-lines" && kind !== "checkpoints").map((driver) => driver.count);

function operatorDrivers({ jobs, incarnation }: Life): CountedDriver[] {
  return jobs.flatMap((job) =>
    job.operators.flatMap((operator) => {
      const series = flowThrough(operator);
      const share = shareOf(job, operator, incarnation.key);
      if (series === undefined || share === 0) return [];
      return {
        kind: "records-in" as const,
        job: job.name,
        jobId: job.id,
        operator: operator.name,
        vertexName: operator.vertexName,
        position: operator.position,
        event: `element through ${operator.name}`,
        count: steady(fromItsBeginning(accumulated(scaled(series, share)), job.startedAt), job.endedAt),
      };
    }),
  );
}

/** Counters are those of all subtasks together: of what several processes run, a process gets as much as it has subtasks. */
function shareOf({ spread }: JobHistory, { vertex, parallelism }: OperatorHistory, incarnation: string): number {
  const places = spread?.[vertex];
  if (places === undefined) return 1;
  const known = Object.values(places).reduce((sum, count) => sum + count, 0);
  // A process that nobody has told of yet may be this one.
  if (places[incarnation] === undefined && known < parallelism) return 1;
  return Math.min(1, (places[incarnation] ?? 0) / parallelism);
}

const scaled = (series: Series, share: number): Series =>
  share === 1 ? series : { at: series.at, value: series.value.map((count) => count * share) };

/** What a source reads does not always count as records in: then what it sends counts. */
const flowThrough = (operator: OperatorHistory): Series | undefined => [operator.recordsIn, operator.recordsOut].find(counts);

function counts({ value }: Series): boolean {
  for (let i = 1; i < value.length; i++) if (increase(value[i - 1]!, value[i]!) > 0) return true;
  return false;
}

/** A counter that starts anew with a task goes on where it stood: the sum of its increases. */
function accumulated(series: Series): Series {
  const value = new Float64Array(series.value.length);
  for (let i = 0; i < value.length; i++) {
    value[i] = i === 0 ? series.value[0]! : value[i - 1]! + increase(series.value[i - 1]!, series.value[i]!);
  }
  return { at: series.at, value };
}

const increase = (before: number, now: number): number => (now >= before ? now - before : now);

/** A counter begins at 0 with its job, some seconds before it is read for the first time: its first readings tell when. */
function fromItsBeginning(series: Series, startedAt: number): Series {
  const [first, value] = [series.at[0]!, series.value[0]!];
  const rate = rateBetween(series, 0, Math.min(RATE_OVER, series.at.length - 1));
  if (!(value > 0) || !(rate > 0) || first <= startedAt) return series;
  const began = Math.max(startedAt, first - value / rate);
  // A job that ran long before anybody looked has no beginning to be told.
  if (first - began > COUNTER_LAG * 3) return series;
  return { at: withFirst(began, series.at), value: withFirst(0, series.value) };
}

function withFirst(first: number, values: Float64Array): Float64Array {
  const all = new Float64Array(values.length + 1);
  all[0] = first;
  all.set(values, 1);
  return all;
}

/** Readings over which a rate is taken. */
const RATE_OVER = 3;

const rateBetween = ({ at, value }: Series, from: number, to: number): number =>
  to > from ? (value[to]! - value[from]!) / (at[to]! - at[from]!) : 0;

/**
 * Counters are stamped with their changes: long after the last one, or once the job has ended, nothing more was counted. Shortly after it, the counter is
 * believed to go on as it did.
 */
function steady(series: Series, endedAt: number | null): Accumulated {
  const last = series.at.length - 1;
  const [latest, value] = [series.at[last]!, series.value[last]!];
  const rate = rateBetween(series, Math.max(0, last - RATE_OVER), last);
  return (time) => {
    // What begins at 0 was 0 before: the job was not there.
    if (time < series.at[0]! && series.value[0] === 0) return 0;
    if (time <= latest) return valueAt(series, time);
    if (time - latest > COUNTER_IDLE || (endedAt !== null && time > endedAt)) return value;
    return time - latest <= COUNTER_LAG ? value + rate * (time - latest) : undefined;
  };
}

function changeDrivers(life: Life): CountedDriver[] {
  const kinds = [
    ["submissions", "job-deployed", "job submission"],
    ["restarts", "job-restarted", "job restart"],
  ] as const;
  return kinds.flatMap(([kind, change, event]) => {
    const seen = life.changes.filter((one) => one.kind === change && one.at >= life.from);
    // One job that is submitted again and again is named; what several have in common is counted together.
    const byName = Map.groupBy(seen, ({ job }) => life.jobs.find(({ id }) => id === job)?.name ?? null);
    return [...byName, ...(byName.size > 1 ? [[null, seen] as const] : [])].flatMap(([job, changes]) => {
      const times = Float64Array.from(changes, ({ at }) => at);
      return times.length < 2 ? [] : [{ ...NO_OPERATOR, job, kind, event, count: occurrences(times) }];
    });
  });
}

/** Completed checkpoints of each job. They come at regular times, so that only what is done once for each of them tells them from the clock. */
function checkpointDrivers({ jobs }: Life): CountedDriver[] {
  return jobs
    .filter(({ stateBytes }) => stateBytes.at.length >= LEAST_SAMPLES)
    .map(({ id, name, stateBytes }) => ({
      ...NO_OPERATOR,
      kind: "checkpoints",
      job: name,
      jobId: id,
      event: `checkpoint of ${name}`,
      count: occurrences(stateBytes.at),
    }));
}

function logDrivers(life: Life): CountedDriver[] {
  return life.patterns
    .filter((pattern) => pattern.seen.length >= 20)
    .map((pattern) => ({
      ...NO_OPERATOR,
      kind: "log-lines" as const,
      event: `log line "${pattern.pattern}"`,
      count: occurrences(pattern.seen),
    }));
}

function wallTime(from: number): CountedDriver {
  return { ...NO_OPERATOR, kind: "wall-time", event: "second", count: (time) => (time - from) / 1000 };
}

const NO_OPERATOR = { job: null, jobId: null, operator: null, vertexName: null, position: null } as const;

/** @param times ascending */
const occurrences =
  (times: Float64Array): Accumulated =>
  (time) => {
    let [low, high] = [0, times.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (times[middle]! <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  };
