import { type Series, valueAt } from "@heaptide/base";
import type { Driver, JobHistory, OperatorHistory } from "@heaptide/model";
import type { Life } from "../life.ts";
import { COUNTER_IDLE } from "../thresholds.ts";
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
export function driversOf(life: Life): CountedDriver[] {
  return [...operatorDrivers(life.jobs), ...changeDrivers(life), ...logDrivers(life), wallTime(life.from)];
}

/** Those that count events: what saturation and load are tested against. */
export const eventCounts = (drivers: readonly CountedDriver[]): Accumulated[] =>
  drivers.filter((driver) => driver.kind !== "wall-time" && driver.kind !== "log-lines").map((driver) => driver.count);

function operatorDrivers(jobs: readonly JobHistory[]): CountedDriver[] {
  return jobs.flatMap((job) =>
    job.operators.flatMap((operator) => {
      const series = flowThrough(operator);
      if (series === undefined) return [];
      return {
        kind: "records-in" as const,
        job: job.name,
        jobId: job.id,
        operator: operator.name,
        vertexName: operator.vertexName,
        position: operator.position,
        event: `element through ${operator.name}`,
        count: steady(accumulated(series), job.endedAt),
      };
    }),
  );
}

/** What a source reads does not always count as records in: then what it sends counts. */
function flowThrough(operator: OperatorHistory): Series | undefined {
  return [operator.recordsIn, operator.recordsOut].find((series) => {
    const last = series.value.length - 1;
    return last > 0 && accumulated(series).value[last]! > series.value[0]!;
  });
}

/** A counter that starts anew with a task goes on where it stood: the sum of its increases. */
function accumulated(series: Series): Series {
  const value = new Float64Array(series.value.length);
  series.value.forEach((now, i) => {
    const before = i === 0 ? 0 : series.value[i - 1]!;
    value[i] = i === 0 ? now : value[i - 1]! + (now >= before ? now - before : now);
  });
  return { at: series.at, value };
}

/** Counters are stamped with their changes: long after the last one, or once the job has ended, nothing more was counted. */
function steady(series: Series, endedAt: number | null): Accumulated {
  const last = series.at.length - 1;
  return (time) => {
    const isOver = time > series.at[last]! && (time - series.at[last]! > COUNTER_IDLE || (endedAt !== null && time > endedAt));
    return isOver ? series.value[last] : valueAt(series, time);
  };
}

function changeDrivers(life: Life): CountedDriver[] {
  const kinds = [
    ["submissions", "job-deployed", "job submission"],
    ["restarts", "job-restarted", "job restart"],
  ] as const;
  return kinds.flatMap(([kind, change, event]) => {
    const times = life.changes.filter((seen) => seen.kind === change && seen.at >= life.from).map((seen) => seen.at);
    return times.length < 2 ? [] : [{ ...NO_OPERATOR, kind, event, count: occurrences(Float64Array.from(times)) }];
  });
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
