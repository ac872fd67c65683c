import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "./clock.ts";

/** A clock that runs `factor` times as fast as the real one, so that tests with real processes need not wait for intervals. */
export function quickClock(factor: number): Clock {
  const began = Date.now();
  return {
    now: () => began + (Date.now() - began) * factor,
    sleep: (ms, signal) => delay(ms / factor, undefined, { signal }).catch(() => undefined),
  };
}
