import type { ThinnedLife } from "@heaptide/model";

/** Everything that the tide chart shows of one process. Times in milliseconds since the epoch, sizes in bytes. */
export interface Tide {
  /** Heap used at any time: the surf. */
  readonly surf: readonly ThinnedLife[];
  /** Heap used right after collections: the tide line. */
  readonly tide: readonly ThinnedLife[];
  /** Accumulated time of collections, milliseconds. */
  readonly collections: readonly ThinnedLife[];
  readonly limit: number | null;
  readonly projection: { readonly at: number; readonly value: number; readonly low: number; readonly high: number } | null;
  readonly flags: readonly Flag[];
  readonly shades: readonly Shade[];
  /** Pauses that our own looks caused. */
  readonly looks: readonly { readonly at: number; readonly pause: number }[];
}

export interface Flag {
  readonly at: number;
  readonly text: string;
  /** A change that a finding names. */
  readonly isCause: boolean;
}

/** A stretch of time that is marked: an incident, or a gap in the data. */
export interface Shade {
  readonly kind: "incident" | "gap";
  readonly from: number;
  readonly to: number;
}

/** The highest value to be shown: the limit where the heap comes anywhere near it, else some room above what was used. */
export function topOf({ surf, tide, limit }: Pick<Tide, "surf" | "tide" | "limit">): number {
  let highest = 0;
  for (const lives of [surf, tide]) for (const { max } of lives) for (const value of max) if (value > highest) highest = value;
  if (limit !== null && highest > limit * 0.12) return limit * 1.06;
  return highest === 0 ? (limit ?? 1) : highest * 1.15;
}

/** Index of the first time at or after `at`; times ascend. */
export function placeOf(times: readonly number[], at: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The last value up to a time; null before the first, and where the life had ended long before. */
export function valueNear(lives: readonly ThinnedLife[], at: number): number | null {
  for (const { at: times, last } of lives.toReversed()) {
    const place = placeOf(times, at + 1) - 1;
    if (place >= 0) return last[place]!;
  }
  return null;
}
