import { type Series, seriesOf } from "@heaptide/base";
import { growingClasses } from "../growth/deltas.ts";
import { firstAfterCollections, totals } from "../growth/snapshots.ts";
import { type Life, measured } from "../life.ts";
import { GROWING_SHARE, LEAST_SAMPLES, WEAK_SHARE, WEAK_SPAN } from "../thresholds.ts";
import type { Window } from "../windows.ts";
import type { Watched } from "./watched.ts";

/**
 * The live set, from the best source there is: after full collections (live histograms), after any collection, or the lower envelope of heap used.
 * The weaker ones carry garbage that only a later collection frees: they ask for more time and a larger share, and never prove a leak.
 */
export function heap(life: Life): Watched | null {
  const limit = life.incarnation.limits.heap ?? null;
  // Soft references fall away after minutes, by themselves: the classes that accumulate tell whether the growth has come to its end.
  const accumulating = (window: Window) => {
    const { at, classes } = growingClasses(life.live, window);
    return totals({ at, bytes: classes.map(({ bytes }) => bytes) });
  };
  const strong = { limit: limit?.value ?? null, leastShare: GROWING_SHARE, accumulating, maySteps: true as const };
  const weak = { limit: limit?.value ?? null, leastShare: WEAK_SHARE, leastSpan: WEAK_SPAN };
  const watched = (series: Series, source: string, isWeak: boolean): Watched => ({
    resource: "heap",
    unit: "B",
    series,
    source,
    limit,
    rules: isWeak ? weak : strong,
    isCounted: false,
    ownDrivers: [],
    isWeak,
  });
  const live = longer(measured(life, "heap.live"), totals(life.live));
  if (live.at.length >= LEAST_SAMPLES) return watched(live, "live set after full collections", false);

  const afterGc = lowerEnvelope(measured(life, "heap.after-gc"));
  if (afterGc.at.length >= LEAST_SAMPLES) return watched(afterGc, "heap after collections", true);

  const collections = measured(life, "gc.count");
  const used = lowerEnvelope(measured(life, "heap.used"));
  const wasCollected = collections.at.length > 0 && collections.value.at(-1)! - collections.value[0]! >= LEAST_SAMPLES;
  if (used.at.length >= LEAST_SAMPLES && wasCollected) return watched(used, "lower envelope of heap used", true);
  return live.at.length > 0 ? watched(live, "live set after full collections", false) : null;
}

/** Whether the classes come from snapshots without a collection; only the first after each natural one is used then. */
export function snapshotsOf(life: Life): { columns: Life["live"]; isLive: boolean } {
  if (life.live.at.length >= LEAST_SAMPLES) return { columns: life.live, isLive: true };
  const natural = firstAfterCollections(life.all, measured(life, "gc.count"));
  return natural.at.length >= 3 ? { columns: natural, isLive: false } : { columns: life.live, isLive: true };
}

const BUCKETS = 30;
const LEAST_BUCKET = 10_000;

/** The least value of each of some thirty spans of time: what no collection has freed. */
function lowerEnvelope(series: Series): Series {
  const [first, last] = [series.at[0] ?? 0, series.at.at(-1) ?? 0];
  const width = Math.max(LEAST_BUCKET, (last - first) / BUCKETS);
  const least = new Map<number, readonly [number, number]>();
  series.at.forEach((time, i) => {
    const bucket = Math.floor((time - first) / width);
    const before = least.get(bucket);
    if (!before || series.value[i]! < before[1]) least.set(bucket, [time, series.value[i]!]);
  });
  return seriesOf(least.values());
}

const longer = (a: Series, b: Series): Series => (a.at.length >= b.at.length ? a : b);
