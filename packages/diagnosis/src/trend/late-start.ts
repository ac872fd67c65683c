import type { Series } from "@heaptide/base";
import { BEND_GAIN, LEAST_LATER_SLOPE } from "../thresholds.ts";
import { bendOf } from "./bend.ts";
import { theilSen } from "./theil-sen.ts";

/**
 * When growth began, if that was inside the series: where a line bends upwards, or the first third climbs at less than half the slope of the whole
 * (flat, then rising, then flat again has no single bend). null where growth goes through all of it, or there is none.
 */
export function lateStart(series: Series): number | null {
  const { at, value } = series;
  const bend = bendOf(at, value);
  if (bend && bend.gain > BEND_GAIN && bend.after > 0 && bend.before < LEAST_LATER_SLOPE * bend.after) return bend.at;

  const third = Math.floor(at.length / 3);
  const whole = theilSen(series);
  const first = theilSen({ at: at.subarray(0, third), value: value.subarray(0, third) });
  const lags = whole !== undefined && first !== undefined && whole.value > 0 && first.value < LEAST_LATER_SLOPE * whole.value;
  return lags ? at[third]! : null;
}
