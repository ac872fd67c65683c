import type { Finding } from "@heaptide/model";
import type { Growth } from "./growths.ts";

/** Time until the limit, from the slope's interval; null where no limit is known or the slope may be nil. Only a `leaking` finding shows it. */
export function exhaustionOf({ watched, window: { trend }, life, window }: Growth): Finding["exhaustion"] {
  if (watched.limit === null || trend.slope.low <= 0) return null;
  const left = watched.limit.value - trend.level;
  // The window may end before the present does.
  const since = (life.to - window.to) / 1000;
  const after = (slope: number) => Math.max(0, Math.round(left / slope - since));
  return { low: after(trend.slope.high), high: after(trend.slope.low), unit: "s" };
}
