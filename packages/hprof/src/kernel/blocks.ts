import { note } from "./list.ts";
import { type f64, getDouble, setDouble, type u32 } from "./memory.ts";
import { BLOCK_ENTRY, BLOCK_HIGH, BLOCK_LOW, BLOCK_OFFSET } from "./state.ts";

/** Stretches of the file with the lowest and highest address in each: the index from addresses to places in the file. */

/** Bytes of the file that a stretch covers at least. */
const BLOCK_BYTES: f64 = 65536.0;
const NO_ADDRESS: f64 = 18446744073709551616.0;

let start: f64 = 0.0;
let low: f64 = 0.0;
let high: f64 = 0.0;

export function openBlock(state: u32): void {
  start = getDouble(state + BLOCK_OFFSET);
  low = getDouble(state + BLOCK_LOW);
  high = getDouble(state + BLOCK_HIGH);
}

export function saveBlock(state: u32): void {
  setDouble(state + BLOCK_OFFSET, start);
  setDouble(state + BLOCK_LOW, low);
  setDouble(state + BLOCK_HIGH, high);
}

/** Adds the object whose record begins at `offset`; what is long enough with it is ended. The list must have room. */
// @inline
export function addToBlock(state: u32, address: f64, offset: f64): void {
  if (address < low) low = address;
  if (address > high) high = address;
  if (start < 0.0) start = offset;
  if (offset - start > BLOCK_BYTES) endBlock(state);
}

export function endBlock(state: u32): void {
  if (low < NO_ADDRESS) note(state, BLOCK_ENTRY, 0, start, low, high);
  start = -1.0;
  low = NO_ADDRESS;
  high = 0.0;
}
