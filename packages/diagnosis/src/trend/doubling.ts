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
  const [first, second, third] = jumps.map((i) => at[i]!) as [number, number, number];
  const isGrowing = heights.slice(1).every((height, i) => isBetween(height / heights[i]!));
  const lengths = [second - first, third - second] as const;
  const ratio = heights.at(-1)! / heights.at(-2)!;
  return isGrowing && isBetween(lengths[1] / lengths[0]) && at.at(-1)! - third <= PATIENCE * ratio * lengths[1];
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

const isBetween = (ratio: number): boolean => ratio >= LEAST_RATIO && ratio <= MOST_RATIO;
