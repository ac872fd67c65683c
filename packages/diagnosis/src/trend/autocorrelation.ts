/**
 * How many independent samples the residuals are worth: n·(1 - r)/(1 + r) for a first-order autoregression with lag-1 correlation r.
 * Negative correlation is taken as none: it must not make an interval narrower than the samples alone would.
 */
export function effectiveSize(residuals: ArrayLike<number>): number {
  const n = residuals.length;
  const r = Math.min(0.95, Math.max(0, lagOne(residuals)));
  return Math.max(2, (n * (1 - r)) / (1 + r));
}

function lagOne(values: ArrayLike<number>): number {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i]!;
  const mean = sum / n;
  let product = 0;
  let square = 0;
  for (let i = 0; i < n; i++) {
    const here = values[i]! - mean;
    square += here * here;
    if (i > 0) product += here * (values[i - 1]! - mean);
  }
  return square > 0 ? product / square : 0;
}
