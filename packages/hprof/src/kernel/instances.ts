import { classOf, openClasses } from "./classes.ts";
import { get, get8, set, type u32 } from "./memory.ts";

/**
 * A few instances of each class of which some are wanted, spread over the heap: the first ones, those whose number is a power of two (the latest
 * of them), and the last one.
 */

/** A row: how many instances there are, then the kept ones; the caller has filled it with NONE, but for the number. */
export const SAMPLE_SIZE: u32 = 64;
const FIRST_KEPT: u32 = 7;
const POWERS: u32 = 7;
const LAST: u32 = 60;

/** `wanted` has a byte for each class index, `samples` a row. */
export function sampleInstances(state: u32, count: u32, wanted: u32, samples: u32): void {
  openClasses(state);
  for (let object: u32 = 0; object < count; object++) {
    const index: u32 = classOf(object);
    if (get8(wanted + index) === 0) continue;
    const row: u32 = samples + index * SAMPLE_SIZE;
    const seen: u32 = get(row);
    set(row, seen + 1);
    set(row + LAST, object);
    if (seen < FIRST_KEPT) set(row + 4 + (seen << 2), object);
    else if ((seen & (seen - 1)) === 0) set(row + 4 + ((FIRST_KEPT + (logOf(seen) % POWERS)) << 2), object);
  }
}

function logOf(power: u32): u32 {
  let log: u32 = 0;
  while (power >>> (log + 1) !== 0) log++;
  return log;
}
