import type { Series } from "@heaptide/base";

/** What is enlarged doubles, or grows by half, as Java's collections and buffers do; each step then takes as much longer to fill. */
const LEAST_RATIO = 1.3;
const MOST_RATIO = 3;
/** A jump is at least this share of the whole range: of three that double, the first is a seventh. */
const LEAST_JUMP = 0.08;
const JUMPS = 3;
/** The next jump is waited for so many times as long as it should take. */
const PATIENCE = 1.4;

/**
 * Is one thing enlarged again and again, as a buffer that is written to at an even pace and never emptied? Its size is a stair whose steps become higher and longer by one ratio, and level most of
 * the time. At least three steps must be seen; it is over when the last one has lasted for longer than the next jump should have taken.
 */
export function isEnlarging({ at, value }: Series): boolean {
  const jumps = jumpsOf(value).slice(-JUMPS);
  if (jumps.length < JUMPS) return false;
  const heights = jumps.map((i) => value[i]! - value[i - 1]!);
  const [first, second, third] = jumps as [number, number, number];
  const isGrowing = heights.slice(1).every((height, i) => height >= LEAST_RATIO * heights[i]! && height <= MOST_RATIO * heights[i]!);
  // A jump was seen at a sample, and was made at any time since the one before.
  const shorter = { least: at[second - 1]! - at[first]!, most: at[second]! - at[first - 1]! };
  const longer = { least: at[third - 1]! - at[second]!, most: at[third]! - at[second - 1]! };
  const isLonger = longer.most >= LEAST_RATIO * shorter.least && longer.least <= MOST_RATIO * shorter.most;
  const ratio = heights.at(-1)! / heights.at(-2)!;
  return isGrowing && isLonger && at.at(-1)! - at[third]! <= PATIENCE * ratio * longer.most;
}

/** Places of the samples that lie far above the one before. Between jumps nothing climbs. */
function jumpsOf(value: Float64Array): number[] {
  let [low, high] = [Infinity, -Infinity];
  for (const one of value) [low, high] = [Math.min(low, one), Math.max(high, one)];
  const least = LEAST_JUMP * (high - low);
  const jumps: number[] = [];
  let between = 0;
  for (let i = 1; i < value.length; i++) {
    const step = value[i]! - value[i - 1]!;
    if (step >= least) jumps.push(i);
    else between += Math.abs(step);
  }
  return between <= high - low - least ? jumps : [];
}
