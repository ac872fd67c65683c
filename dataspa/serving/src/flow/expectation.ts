import type { FlowNight } from "./night.ts";

/** What a source's earlier nights let expect of the next. */
export interface Expectation {
  /** Nights it is drawn from. */
  readonly nights: number;
  /** Events listed: the middle and the least of the last four weeks. */
  readonly median: number;
  readonly least: number;
  /** The longest row of nights on which it listed nothing, of all that is known. */
  readonly longestEmpty: number;
}

/** Fewer nights say nothing about a source. */
const NIGHTS_NEEDED = 7;
const RECENT = 28;
/** A listing below both of these shares, of the median and of the least, has fallen. */
const FALLEN = { median: 0.35, least: 0.7 } as const;
/** A source that is empty now and then may be so for this many times its longest row. */
const PATIENCE_WITH_EMPTY = 3;

export function expectationOf(good: readonly FlowNight[]): Expectation {
  const listed = good.slice(-RECENT).map((night) => night.listed);
  const sorted = listed.toSorted((a, b) => a - b);
  return {
    nights: good.length,
    median: sorted[Math.floor(sorted.length / 2)] ?? 0,
    least: sorted[0] ?? 0,
    longestEmpty: longestRow(good.map((night) => night.listed === 0)),
  };
}

export const isTelling = (expected: Expectation): boolean => expected.nights >= NIGHTS_NEEDED;

/** Does a listing of that many events, after `emptyBefore` empty nights in a row, fall out of what was usual? */
export function hasFallen(listed: number, emptyBefore: number, expected: Expectation): boolean {
  if (!isTelling(expected)) return false;
  if (listed > 0) return listed < FALLEN.median * expected.median && listed < FALLEN.least * expected.least;
  if (expected.longestEmpty > 0) return emptyBefore + 1 > PATIENCE_WITH_EMPTY * expected.longestEmpty;
  // Never empty so far: with few events on most nights, an empty one only had not come yet.
  return expected.least >= 2 || expected.nights >= 2 * RECENT;
}

function longestRow(flags: readonly boolean[]): number {
  let longest = 0;
  let row = 0;
  for (const flag of flags) {
    row = flag ? row + 1 : 0;
    longest = Math.max(longest, row);
  }
  return longest;
}
