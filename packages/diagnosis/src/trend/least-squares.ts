import { effectiveSize } from "./autocorrelation.ts";
import type { Slope } from "./theil-sen.ts";

/** A straight line through points. `rms` is the root mean square of the residuals, in units of y; `explained` is R². */
export interface Line {
  readonly slope: number;
  readonly intercept: number;
  readonly rms: number;
  readonly explained: number;
  /** The slope with its 95 % interval. */
  readonly estimate: Slope;
}

/**
 * Ordinary least squares. The slope's interval uses Student's t and the effective sample size of the residuals.
 * @returns `undefined` for fewer than 3 points, or where x does not vary.
 */
export function leastSquares(x: ArrayLike<number>, y: ArrayLike<number>): Line | undefined {
  const n = x.length;
  if (n < 3) return undefined;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [sxx, sxy, syy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    sxx += (x[i]! - meanX) ** 2;
    sxy += (x[i]! - meanX) * (y[i]! - meanY);
    syy += (y[i]! - meanY) ** 2;
  }
  if (!(sxx > 0)) return undefined;

  const slope = sxy / sxx;
  const intercept = meanY - slope * meanX;
  const residuals = Float64Array.from({ length: n }, (_, i) => y[i]! - intercept - slope * x[i]!);
  const rss = residuals.reduce((sum, r) => sum + r * r, 0);
  const error = Math.sqrt((rss / (n - 2) / sxx) * (n / effectiveSize(residuals)));
  const margin = studentT(n - 2) * error;
  return {
    slope,
    intercept,
    rms: Math.sqrt(rss / n),
    explained: syy > 0 ? 1 - rss / syy : 0,
    estimate: { value: slope, low: slope - margin, high: slope + margin },
  };
}

/** Two-sided 95 % quantile of Student's t; this expansion is within 4 % from 3 degrees of freedom on. */
function studentT(freedom: number): number {
  return 1.96 + 2.37 / freedom + 2.82 / freedom ** 2;
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
