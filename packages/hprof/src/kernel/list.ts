import { type f64, set, setDouble, type u32 } from "./memory.ts";
import { ENTRY_SIZE, LIST, LIST_COUNT, LIST_LIMIT, told } from "./state.ts";

/** What a scan reports to its driver: entries of 32 bytes, emptied by the driver between two chunks. */

/** Whether what one sub-record may report could be too much. */
export function listFull(state: u32): boolean {
  return told(state, LIST_COUNT) + 4 > told(state, LIST_LIMIT);
}

export function note(state: u32, tag: u32, word: u32, a: f64, b: f64, c: f64): void {
  const count: u32 = told(state, LIST_COUNT);
  const entry: u32 = told(state, LIST) + count * ENTRY_SIZE;
  set(entry, tag);
  set(entry + 4, word);
  setDouble(entry + 8, a);
  setDouble(entry + 16, b);
  setDouble(entry + 24, c);
  set(state + LIST_COUNT, count + 1);
}
