import type { Series } from "@heaptide/base";
import { effectiveSize } from "./autocorrelation.ts";
import { select } from "./select.ts";

/** Units of the measure for each unit of the abscissa (milliseconds, for a series); `low <= value <= high`. */
export interface Slope {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 %. */
const Z = 1.96;

/**
 * The median of the slopes between all pairs of samples: up to 29 % of them may be wild without moving it.
 *
 * The interval takes the pairs' ranks at `(N ± Z·sqrt(var S)) / 2`, S being Kendall's statistic of a series without trend
 * (P. K. Sen, JASA 63, 1968). Neighbouring samples resemble each other, so var S is enlarged by n over the effective sample size.
 *
 * Time and memory grow with the square of the length: see `thinned`.
 *
 * @returns `undefined` for fewer than 3 samples at distinct times: two points always lie on a line, and prove nothing.
 */
export function theilSen({ at, value }: Series): Slope | undefined {
  const n = at.length;
  const slopes = pairSlopes(at, value);
  if (n < 3 || slopes.length < 3) return undefined;

  const half = slopes.length >> 1;
  const upper = select(slopes, half);
  const middle = slopes.length % 2 ? upper : (largest(slopes.subarray(0, half)) + upper) / 2;
  const residuals = value.map((v, i) => v - middle * at[i]!);
  const variance = ((n * (n - 1) * (2 * n + 5)) / 18) * (n / effectiveSize(residuals));
  const spread = Z * Math.sqrt(variance);
  const rank = (r: number) => Math.min(slopes.length - 1, Math.max(0, Math.round(r)));
  const low = select(slopes, rank((slopes.length - spread) / 2 - 1), 0, half);
  return { value: middle, low, high: select(slopes, rank((slopes.length + spread) / 2), half) };
}

/** At most `most` samples, evenly chosen; the first and the last are always among them. */
export function thinned(series: Series, most: number): Series {
  const n = series.at.length;
  if (n <= most) return series;
  const pick = Array.from({ length: most }, (_, i) => Math.round((i * (n - 1)) / (most - 1)));
  return { at: Float64Array.from(pick, (i) => series.at[i]!), value: Float64Array.from(pick, (i) => series.value[i]!) };
}

/** Of ascending values. NaN for none. */
export function median(sorted: ArrayLike<number>): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Median absolute deviation of the residuals around a line of this slope, scaled to a standard deviation of Gaussian noise (1.4826). */
export function noiseAround({ at, value }: Series, slope: number): number {
  const residuals = value.map((v, i) => v - slope * at[i]!);
  const centre = median(residuals.slice().sort());
  return 1.4826 * median(residuals.map((r) => Math.abs(r - centre)).sort());
}

const largest = (values: Float64Array): number => values.reduce((most, value) => (value > most ? value : most), -Infinity);

/** In no order; pairs at the same time have no slope and are left out. */
function pairSlopes(at: Float64Array, value: Float64Array): Float64Array {
  const slopes = new Float64Array((at.length * (at.length - 1)) / 2);
  let count = 0;
  for (let i = 0; i < at.length; i++) {
    for (let j = i + 1; j < at.length; j++) {
      const elapsed = at[j]! - at[i]!;
      if (elapsed > 0) slopes[count++] = (value[j]! - value[i]!) / elapsed;
    }
  }
  return slopes.subarray(0, count);
}
