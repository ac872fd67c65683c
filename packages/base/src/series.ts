/** Samples of one measure: `at[i]` in milliseconds since the epoch, ascending; `value[i]` in the unit of the measure. Same length. */
export interface Series {
  readonly at: Float64Array;
  readonly value: Float64Array;
}

export const EMPTY_SERIES: Series = { at: new Float64Array(0), value: new Float64Array(0) };

/** Builds a series from samples in any order. Duplicates in time: the later one wins. Non-finite values are dropped: they measured nothing. */
export function seriesOf(samples: Iterable<readonly [at: number, value: number]>): Series {
  const byTime = new Map<number, number>();
  for (const [at, value] of samples) {
    if (Number.isFinite(at) && Number.isFinite(value)) byTime.set(at, value);
  }
  const times = Float64Array.from(byTime.keys()).sort();
  return { at: times, value: times.map((at) => byTime.get(at)!) };
}

/** The samples with `from <= at <= to`; a view on the same memory. */
export function between(series: Series, from: number, to: number): Series {
  const start = firstAtOrAfter(series.at, from);
  let end = firstAtOrAfter(series.at, to);
  while (end < series.at.length && series.at[end] === to) end++;
  return { at: series.at.subarray(start, end), value: series.value.subarray(start, end) };
}

/**
 * The value at a time, linear between the neighbouring samples.
 * @returns `undefined` outside of the series: nothing is extrapolated.
 */
export function valueAt(series: Series, time: number): number | undefined {
  const { at, value } = series;
  const next = firstAtOrAfter(at, time);
  if (next >= at.length) return undefined;
  if (at[next] === time) return value[next];
  if (next === 0) return undefined;
  const share = (time - at[next - 1]!) / (at[next]! - at[next - 1]!);
  return value[next - 1]! + share * (value[next]! - value[next - 1]!);
}

/** Index of the first element that is not smaller than `time`; the length where there is none. Binary search. */
export function firstAtOrAfter(at: Float64Array, time: number): number {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
