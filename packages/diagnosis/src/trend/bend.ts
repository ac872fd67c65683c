import { SHAPE_GRAIN } from "../thresholds.ts";

/** A line that breaks once. `gain`: by how much its BIC beats that of the straight line; positive means the bend is real. */
export interface Bend {
  readonly at: number;
  readonly before: number;
  readonly after: number;
  readonly gain: number;
}

/**
 * The best continuous line with one break, against the straight one.
 *
 * A bounded collection that is full shows as rising, then flat; a leak that began inside the window as flat, then rising. An exponential
 * describes neither as well. BIC is n·ln(RSS/n) + k·ln n with k = 2 and 4. The break is tried at each inner x; every leg keeps two points.
 * Residuals below `SHAPE_GRAIN` of the range count as rounding: on counts that are exact, the faintest curvature would win otherwise.
 *
 * @param x ascending: time or an accumulated driver
 * @returns `undefined` for fewer than 5 points or where nothing varies.
 */
export function bendOf(x: ArrayLike<number>, y: ArrayLike<number>): Bend | undefined {
  const n = x.length;
  if (n < 5) return undefined;
  const range = rangeOf(y);
  const scale = x[n - 1]! - x[0]!;
  if (!(range > 0) || !(scale > 0)) return undefined;

  // Scaled to the unit square: sums of squares stay well conditioned whatever the units.
  const u = Float64Array.from({ length: n }, (_, i) => (x[i]! - x[0]!) / scale);
  const v = Float64Array.from({ length: n }, (_, i) => (y[i]! - y[0]!) / range);
  const straight = residualOf(u, v, undefined);
  let best: { rss: number; before: number; after: number; at: number } | undefined;
  for (let i = 1; i < n - 1; i++) {
    if (u[i]! <= u[0]! || u[i]! >= u[n - 1]!) continue;
    const fit = residualOf(u, v, u[i]);
    if (fit && (!best || fit.rss < best.rss)) best = { ...fit, at: x[i]! };
  }
  if (!straight || !best) return undefined;
  const unscale = range / scale;
  return { at: best.at, before: best.before * unscale, after: best.after * unscale, gain: bic(straight.rss, n, 2) - bic(best.rss, n, 4) };
}

function bic(rss: number, n: number, parameters: number): number {
  return n * Math.log(Math.max(rss / n, SHAPE_GRAIN ** 2)) + parameters * Math.log(n);
}

/** Least squares for `a + b·u + c·max(0, u - knot)`, by normal equations; without a knot, for the straight line. */
function residualOf(u: Float64Array, v: Float64Array, knot: number | undefined) {
  const row = (i: number) => (knot === undefined ? [1, u[i]!] : [1, u[i]!, Math.max(0, u[i]! - knot)]);
  const size = knot === undefined ? 2 : 3;
  const matrix = Array.from({ length: size }, () => new Float64Array(size + 1));
  for (let i = 0; i < u.length; i++) {
    const terms = row(i);
    for (let r = 0; r < size; r++) {
      for (let c = 0; c < size; c++) matrix[r]![c]! += terms[r]! * terms[c]!;
      matrix[r]![size]! += terms[r]! * v[i]!;
    }
  }
  const solution = solved(matrix);
  if (!solution) return undefined;
  let rss = 0;
  for (let i = 0; i < u.length; i++) {
    rss += (v[i]! - row(i).reduce((sum, term, k) => sum + term * solution[k]!, 0)) ** 2;
  }
  return { rss, before: solution[1]!, after: solution[1]! + (solution[2] ?? 0) };
}

/** Gauss with partial pivoting on an augmented matrix, in place. @returns `undefined` for a singular one. */
function solved(matrix: Float64Array[]): number[] | undefined {
  const size = matrix.length;
  for (let k = 0; k < size; k++) {
    let pivot = k;
    for (let r = k + 1; r < size; r++) if (Math.abs(matrix[r]![k]!) > Math.abs(matrix[pivot]![k]!)) pivot = r;
    if (Math.abs(matrix[pivot]![k]!) < 1e-12) return undefined;
    [matrix[k], matrix[pivot]] = [matrix[pivot]!, matrix[k]!];
    for (let r = 0; r < size; r++) {
      if (r === k) continue;
      const factor = matrix[r]![k]! / matrix[k]![k]!;
      for (let c = k; c <= size; c++) matrix[r]![c]! -= factor * matrix[k]![c]!;
    }
  }
  return matrix.map((row, k) => row[size]! / row[k]!);
}

function rangeOf(values: ArrayLike<number>): number {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  return high - low;
}
