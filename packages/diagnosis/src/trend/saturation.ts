import type { Series } from "@heaptide/base";
import { BEND_GAIN, LEAST_LATER_SLOPE, LEAST_SAMPLES } from "../thresholds.ts";
import { bendOf } from "./bend.ts";
import { leastSquares } from "./least-squares.ts";
import { theilSen } from "./theil-sen.ts";

/** An accumulated count of events at a time; `undefined` where it is not known. */
export type Accumulated = (time: number) => number | undefined;

/**
 * Whether growth is coming to its end: the mark of a bounded collection that is full.
 *
 * Seen against wall time and against each driver that explains the rise: when input stops, growth stops too, and that is no bound. One answer
 * may be chance, so the last two must agree: the series as it is, and without its last sample.
 *
 * @param own where it is known what alone makes the series rise: then nothing else is asked
 */
export function isSaturating(series: Series, drivers: readonly Accumulated[], own: readonly Accumulated[] = []): boolean {
  return endsIn(series, drivers, own) && endsIn(withoutLast(series), drivers, own);
}

function endsIn(series: Series, drivers: readonly Accumulated[], own: readonly Accumulated[]): boolean {
  if (!slows(series)) return false;
  if (own.length > 0) return own.every((driver) => slows(over(series, driver) ?? series));
  return drivers.every((driver) => {
    const against = over(series, driver);
    return against === undefined || !explainsRise(series, against) || slows(against);
  });
}

/** A broken line that flattens beats the straight one, or the last third climbs at less than half the slope before it. */
function slows(series: Series): boolean {
  if (series.at.length < LEAST_SAMPLES) return false;
  const bend = bendOf(series.at, series.value);
  if (bend && bend.gain > BEND_GAIN && bend.before > 0 && bend.after < LEAST_LATER_SLOPE * bend.before) return true;
  return lastThirdLags(series);
}

function lastThirdLags({ at, value }: Series): boolean {
  const turn = Math.ceil((at.length * 2) / 3) - 1;
  // Below 9 samples a third has too few to have a slope of its own.
  if (at.length < 9) return false;
  const before = theilSen({ at: at.subarray(0, turn + 1), value: value.subarray(0, turn + 1) });
  const after = theilSen({ at: at.subarray(turn), value: value.subarray(turn) });
  return before !== undefined && after !== undefined && before.value > 0 && after.value < LEAST_LATER_SLOPE * before.value;
}

/** The series against an accumulated driver instead of time; `undefined` where too little of it is known. */
export function over(series: Series, driver: Accumulated): Series | undefined {
  const points: [number, number][] = [];
  series.at.forEach((time, i) => {
    const count = driver(time);
    if (count !== undefined) points.push([count, series.value[i]!]);
  });
  if (points.length < LEAST_SAMPLES) return undefined;
  return { at: Float64Array.from(points, (p) => p[0]), value: Float64Array.from(points, (p) => p[1]) };
}

/** A driver that has nothing to do with the rise must not excuse its end: it has to fit better than time does. */
function explainsRise(series: Series, against: Series): boolean {
  const byTime = leastSquares(series.at, series.value);
  const byDriver = leastSquares(against.at, against.value);
  return byTime !== undefined && byDriver !== undefined && byDriver.slope > 0 && byDriver.rms < byTime.rms / 2;
}

const withoutLast = ({ at, value }: Series): Series => ({ at: at.subarray(0, -1), value: value.subarray(0, -1) });
