import { between, type Series } from "@heaptide/base";
import { GROWING_SHARE_OF_LEVEL, LEAST_SAMPLES, LEAST_SPAN, MOST_SAMPLES, NOISE_FACTOR } from "../thresholds.ts";
import type { Window } from "../windows.ts";
import { isEnlarging } from "./doubling.ts";
import { lateStart } from "./late-start.ts";
import { followsLoad } from "./load.ts";
import { type Accumulated, isSaturating } from "./saturation.ts";
import { median, noiseAround, type Slope, theilSen, thinned } from "./theil-sen.ts";

/** Why a series that may rise is not growth without bound. */
export type Refusal = "flat" | "within-noise" | "too-small" | "saturated" | "follows-load";

/** How one series does in one window. */
export interface Trend {
  readonly series: Series;
  /** Units of the measure per second. */
  readonly slope: Slope;
  /** Units of the measure: by how much it rose over the window, its scatter around the line, and the last value. */
  readonly growth: number;
  readonly noise: number;
  readonly level: number;
  /** Growth as a share of the limit; of nothing (0) where no limit is known. */
  readonly share: number;
  /** It rises in steps that become higher and longer, as one thing does that is enlarged when it is full. */
  readonly isStair: boolean;
  readonly holds: boolean;
  readonly refusal: Refusal | null;
  /** Where the growth began inside the window; null where it goes through all of it. */
  readonly startsInside: number | null;
}

export interface TrendRules {
  readonly limit: number | null;
  /** The least share of the limit, and the least growth in units, that count. */
  readonly leastShare: number;
  readonly leastGrowth?: number;
  readonly drivers: readonly Accumulated[];
  /** The only events that can make it grow, where that is known: whether it slows down is asked of them, not of the clock. */
  readonly own?: readonly Accumulated[];
  readonly leastSpan?: number;
  /** One array of it may be enlarged again and again. */
  readonly maySteps?: true;
  /** That part of the series which accumulates, where it is known: what else falls meanwhile does not end its growth. */
  readonly accumulating?: (window: Window) => Series;
}

/**
 * Does it grow without bound? All must hold: the slope's interval lies above 0; the growth exceeds noise and a share of the limit; it neither
 * slows down nor follows the load.
 * @returns `undefined` where the window has too few samples to tell.
 */
export function trendOf(whole: Series, window: Window, rules: TrendRules): Trend | undefined {
  const series = thinned(between(whole, window.from, window.to), MOST_SAMPLES);
  const n = series.at.length;
  if (n < LEAST_SAMPLES || series.at[n - 1]! - series.at[0]! < (rules.leastSpan ?? LEAST_SPAN)) return undefined;
  const isStair = rules.maySteps === true && isEnlarging(series);
  const perMilli = isStair ? slopeOfStair(series) : theilSen(series);
  if (!perMilli) return undefined;

  const growth = perMilli.value * (series.at[n - 1]! - series.at[0]!);
  const noise = noiseAround(series, perMilli.value);
  const level = series.value[n - 1]!;
  const share = rules.limit === null ? 0 : growth / rules.limit;
  const isLarge = rules.limit === null ? growth >= GROWING_SHARE_OF_LEVEL * Math.abs(level - growth) : share >= rules.leastShare;
  // A line that ends where it always was has no late start; looking for one costs the square of the length.
  const isRaised = level - median(series.value.slice().sort()) > NOISE_FACTOR * noise || perMilli.low > 0;
  const startsInside = isRaised && !isStair ? lateStart(series) : null;
  const refusal = refusalOf();
  return { series, slope: perSecond(perMilli), growth, noise, level, share, isStair, startsInside, refusal, holds: refusal === null };

  function refusalOf(): Refusal | null {
    // A stair is level most of the time, and no line.
    if (!isStair) {
      if (perMilli!.low <= 0) return "flat";
      if (growth < NOISE_FACTOR * noise) return "within-noise";
      if (endingOf({ series, growth }, window, rules) === "all") return "saturated";
      if (followsLoad(series, rules.drivers)) return "follows-load";
    }
    if (!isLarge || growth < (rules.leastGrowth ?? 0)) return "too-small";
    return null;
  }
}

/** From end to end. Each step is about twice the one before: the rate is known within that. */
function slopeOfStair({ at, value }: Series): Slope {
  const rate = (value.at(-1)! - value[0]!) / (at.at(-1)! - at[0]!);
  return { value: rate, low: rate / 2, high: rate * 2 };
}

/** What of it comes to its end: nothing; the sum alone, as something else falls beside what goes on accumulating; or all of it. */
export type Ending = "nothing" | "sum" | "all";

export function endingOf({ series, growth }: Pick<Trend, "series" | "growth">, window: Window, rules: TrendRules): Ending {
  if (!isSaturating(series, rules.drivers, rules.own)) return "nothing";
  const part = rules.accumulating?.(window);
  if (part === undefined || part.at.length < LEAST_SAMPLES) return "all";
  const rise = part.value.at(-1)! - part.value[0]!;
  return rise >= MOST_OF_GROWTH * growth && !isSaturating(part, rules.drivers, rules.own) ? "sum" : "all";
}

/** Nearly all of the growth. */
const MOST_OF_GROWTH = 0.8;

const perSecond = ({ value, low, high }: Slope): Slope => ({ value: value * 1000, low: low * 1000, high: high * 1000 });
