import { between, type Series } from "@heaptide/base";
import { median, theilSen } from "./trend/theil-sen.ts";
import type { Window } from "./windows.ts";

/** When the growth began: an interval, milliseconds since the epoch. */
export interface Onset {
  readonly from: number;
  readonly to: number;
}

/**
 * Follows the line of growth back to the level that held before, which for instances of a leaked class is that of the earlier snapshots or 0.
 * The interval is as wide as the slope's, and never narrower than the distance of two samples: nothing is known in between.
 *
 * @param series the root class's count (or the resource) over the whole life
 * @param window where it grows
 * @param earliest nothing can have begun before: the start of the life
 * @param isCount counts begin at 0; what a resource began with is not known
 */
export function onsetOf(series: Series, window: Window, earliest: number, isCount: boolean): Onset {
  const rising = between(series, window.from, window.to);
  const slope = theilSen(rising);
  const spacing = spacingOf(rising.at);
  const clamped = (one: number, other: number): Onset => {
    const latest = Math.max(earliest, window.from + spacing);
    const within = (at: number) => Math.min(latest, Math.max(earliest, at));
    // A growth that began with a jump leads back to before the last steady sample: then the truth lies between the two.
    return { from: within(Math.min(one, other)), to: within(Math.max(one, other)) };
  };
  if (!slope || !(slope.value > 0)) return clamped(earliest, window.from);

  const before = steadyBefore(series, rising.value[0]!, slope.value, window.from);
  if (before === undefined && !isCount) return clamped(earliest, window.from);
  const baseline = before?.level ?? 0;
  const centre = { at: median(rising.at), value: median(rising.value.slice().sort()) };
  const back = (rate: number) => centre.at - (centre.value - baseline) / rate;
  const low = slope.low > 0 ? back(slope.low) : earliest;
  return clamped(Math.max(low - spacing, before?.until ?? -Infinity), back(slope.high) + spacing);
}

/** The level of the samples before the window from which the line of growth has not yet risen; undefined where there are none. */
function steadyBefore(series: Series, first: number, slope: number, from: number): { level: number; until: number } | undefined {
  const { at, value } = series;
  let end = 0;
  while (end < at.length && at[end]! < from) end++;
  // Samples of the warm-up may lie on the line already: they are no level to start from.
  const onLine = (i: number) => value[i]! >= first - slope * (from - at[i]!) * 1.2 && value[i]! > value[Math.max(0, i - 1)]!;
  while (end > 0 && onLine(end - 1)) end--;
  if (end < 2) return undefined;
  return { level: median(value.slice(Math.max(0, end - 5), end).sort()), until: at[end - 1]! };
}

function spacingOf(at: Float64Array): number {
  return at.length < 2 ? 0 : (at[at.length - 1]! - at[0]!) / (at.length - 1);
}
