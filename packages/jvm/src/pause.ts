import { isHeaptideError } from "@heaptide/base";
import { memoryView } from "./perfdata/collectors.ts";
import { readPerfData } from "./perfdata/read.ts";

/** How long the process stood still for something. */
export interface Pause {
  /** Milliseconds. */
  readonly pause: number;
  /**
   * `safepoints`: the time at safepoints that the JVM itself counted meanwhile, other safepoints included; right within a few ms.
   * `round-trip`: no counters, so the time from request to answer: an upper bound.
   */
  readonly pauseFrom: "safepoints" | "round-trip";
}

/** Runs something that stops the process and measures for how long. Costs two reads of shared memory. */
export async function measurePause<T>(pid: number, run: () => Promise<T>): Promise<Pause & { readonly value: T }> {
  const before = await safepointTime(pid);
  const begun = performance.now();
  const value = await run();
  const roundTrip = performance.now() - begun;
  const after = before === null ? null : await safepointTime(pid);
  if (before === null || after === null) return { value, pause: roundTrip, pauseFrom: "round-trip" };
  return { value, pause: Math.min(after - before, roundTrip), pauseFrom: "safepoints" };
}

async function safepointTime(pid: number): Promise<number | null> {
  try {
    return memoryView(await readPerfData(pid)).safepointTime;
  } catch (error) {
    // Without counters the round trip will do; whatever else is wrong, the command itself will say better.
    if (isHeaptideError(error)) return null;
    throw error;
  }
}
