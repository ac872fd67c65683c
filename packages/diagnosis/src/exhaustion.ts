import type { Series } from "@heaptide/base";
import type { Finding } from "@heaptide/model";
import type { Growth } from "./growths.ts";
import { HEAP_USABLE, LEAST_RATE_SPREAD } from "./thresholds.ts";

/**
 * Time until the limit; null where no limit is known or the slope may be nil. Only a `leaking` finding shows it.
 *
 * The slope's own interval tells how well the past is known. What is to come varies as the input does: by as much as the slopes of the window's parts did,
 * less so the more such parts lie ahead. And the heap gives out before its last byte is live: a collector needs room to work in.
 */
export function exhaustionOf({ watched, window: { trend }, life, window }: Growth): Finding["exhaustion"] {
  const { slope, level, series } = trend;
  if (watched.limit === null || slope.low <= 0) return null;
  const limit = watched.limit.value;
  const usable = watched.resource === "heap" ? limit * HEAP_USABLE : limit;
  // The window may end before the present does.
  const since = (life.to - window.to) / 1000 + (window.to - series.at[series.at.length - 1]!) / 1000;
  const after = (left: number, rate: number) => Math.max(0, Math.round(left / rate - since));
  const margin = spreadAhead(series, (limit - level) / slope.value);
  const [low, high] = [Math.min(slope.low, slope.value * (1 - margin)), Math.max(slope.high, slope.value * (1 + margin))];
  return { low: after(usable - level, high), high: after(limit - level, Math.max(low, slope.value / 10)), unit: "s" };
}

/** Parts of a window, each with a slope of its own. */
const PARTS = 4;
/** Two-sided 95 %. */
const Z = 1.96;

/** By what share of the slope the mean slope of the time to come may differ from that of the window. @param ahead seconds */
function spreadAhead({ at, value }: Series, ahead: number): number {
  const last = at.length - 1;
  const edges = Array.from({ length: PARTS + 1 }, (_, i) => Math.round((i * last) / PARTS));
  const slopes = edges.slice(1).flatMap((edge, i) => {
    const elapsed = at[edge]! - at[edges[i]!]!;
    return elapsed > 0 ? [(value[edge]! - value[edges[i]!]!) / elapsed] : [];
  });
  const mean = slopes.reduce((sum, one) => sum + one, 0) / slopes.length;
  if (slopes.length < 3 || !(mean > 0)) return 1;
  const deviation = Math.sqrt(slopes.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (slopes.length - 1)) / mean;
  const partsAhead = Math.max(1, (ahead * 1000) / ((at[last]! - at[0]!) / PARTS));
  return Math.max(LEAST_RATE_SPREAD, Z * deviation * Math.sqrt(1 / slopes.length + 1 / partsAhead));
}
