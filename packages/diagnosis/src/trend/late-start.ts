import { firstAtOrAfter, type Series } from "@heaptide/base";
import { BEND_GAIN, LEAST_LATER_SLOPE, LEAST_SAMPLES } from "../thresholds.ts";
import { bendOf } from "./bend.ts";
import { theilSen } from "./theil-sen.ts";

/**
 * When growth began, if that was inside the series: where a line bends upwards, or the first third climbs at less than half the slope of the whole
 * (flat, then rising, then flat again has no single bend). null where growth goes through all of it, or there is none.
 *
 * A bend with only a few samples behind it is none: tables double when they are full, so the last value of a steady growth may jump.
 */
export function lateStart(series: Series): number | null {
  const { at, value } = series;
  const bend = bendOf(at, value);
  if (
    bend &&
    bend.gain > BEND_GAIN &&
    bend.after > 0 &&
    bend.before < LEAST_LATER_SLOPE * bend.after &&
    samplesSince(at, bend.at) >= LEAST_SAMPLES
  ) {
    return bend.at;
  }

  const third = Math.floor(at.length / 3);
  const whole = theilSen(series);
  const first = theilSen({ at: at.subarray(0, third), value: value.subarray(0, third) });
  const lags = whole !== undefined && first !== undefined && whole.value > 0 && first.value < LEAST_LATER_SLOPE * whole.value;
  return lags ? at[third]! : null;
}

function samplesSince(at: Float64Array, time: number): number {
  return at.length - firstAtOrAfter(at, time);
}
