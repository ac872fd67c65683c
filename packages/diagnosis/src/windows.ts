import { between } from "@heaptide/base";
import type { Life } from "./life.ts";
import type { Trend } from "./trend/trend.ts";
import { LEAST_LATER_SLOPE, LEAST_SPAN, MOST_CUTS } from "./thresholds.ts";
import { theilSen } from "./trend/theil-sen.ts";

/** A span of one life in which growth is judged, milliseconds since the epoch. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** A window in which something grows without bound, and the trend that says so. */
export interface GrowingWindow extends Window {
  readonly trend: Trend;
}

/** How a resource does in a window. */
export type Judge = (window: Window) => Trend | undefined;

/**
 * The windows in which a resource grows, the latest first. Each ends now or with a change, and is the longest that ends there in which the
 * growth holds throughout: a leak persists over changes that have nothing to do with it. Windows never overlap.
 */
export function growingWindows(life: Life, warmUp: number, judge: Judge): GrowingWindow[] {
  const cuts = cutsOf(life);
  const found: GrowingWindow[] = [];
  for (const to of [life.to, ...cuts.slice(1).slice(-MOST_CUTS).reverse()]) {
    const latest = found.at(-1);
    if (latest && to > latest.from - warmUp) continue;
    const before = cuts.filter((cut) => cut < to);
    const window = longestGrowing([...before.slice(0, 1), ...before.slice(1).slice(-MOST_CUTS)], to, warmUp, judge);
    if (window) found.push(window);
  }
  return found;
}

function longestGrowing(cuts: readonly number[], to: number, warmUp: number, judge: Judge): GrowingWindow | undefined {
  let bend: number | null = null;
  let doubtful: GrowingWindow | undefined;
  for (const [i, cut] of cuts.entries()) {
    const from = cut + warmUp;
    const trend = to - from < LEAST_SPAN ? undefined : judge({ from, to });
    if (trend?.holds && trend.startsInside === null) {
      const window = { from, to, trend };
      if (growsBefore(cuts[i + 1], window)) return window;
      doubtful ??= window;
    }
    bend = trend?.startsInside ?? bend;
  }
  return doubtful ?? (bend === null ? undefined : fromBend(bend, cuts, to, warmUp, judge));
}

/** Growth that began before a change was seen before it; a sample or two there may as well be the level from which it began with the change. */
function growsBefore(change: number | undefined, { trend, from, to }: GrowingWindow): boolean {
  if (change === undefined || change >= to) return true;
  const before = between(trend.series, from, change);
  const slope = theilSen(before);
  return slope !== undefined && slope.value * 1000 >= LEAST_LATER_SLOPE * trend.slope.value;
}

/**
 * No change marks the onset: the growth began on its own, where the line bends upwards. A bend just before or after a change is that change's, and
 * its warm-up counts.
 */
function fromBend(bend: number, cuts: readonly number[], to: number, warmUp: number, judge: Judge): GrowingWindow | undefined {
  if (cuts.some((cut) => Math.abs(cut - bend) <= warmUp) || to - bend < LEAST_SPAN) return undefined;
  const trend = judge({ from: bend, to });
  return trend?.holds && trend.startsInside === null ? { from: bend, to, trend } : undefined;
}

/** When something changed on this incarnation, ascending; its own start is the first. */
export function cutsOf(life: Life): number[] {
  const times = life.changes.filter((change) => change.kind !== "external" && change.kind !== "configuration").map((change) => change.at);
  return [...new Set([life.incarnation.startedAt, ...times].filter((at) => at <= life.to))].sort((a, b) => a - b);
}
