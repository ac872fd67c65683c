import { get, get16, set, set16, times, type u32 } from "./memory.ts";
import { CLASS_KEYS, CLASS_MASK, CLASS_OF, CLASS_WIDTH, told, UNKNOWN_CLASS } from "./state.ts";

/** From the id of a class to its index, by an open hash of 16-byte entries (low and high word of the id, index), and the class of each object. */

let keys: u32 = 0;
let mask: u32 = 0;
let lastLow: u32 = 0;
let lastHigh: u32 = 0;
let lastIndex: u32 = UNKNOWN_CLASS;
let classes: u32 = 0;
let wide = false;

export function openClasses(state: u32): void {
  keys = told(state, CLASS_KEYS);
  mask = told(state, CLASS_MASK);
  classes = told(state, CLASS_OF);
  wide = told(state, CLASS_WIDTH) === 2;
  lastLow = 0;
  lastHigh = 0;
  lastIndex = UNKNOWN_CLASS;
}

// @inline
function place(low: u32): u32 {
  return keys + (((times(low >>> 3, 0x9e3779b1) >>> 8) & mask) << 4);
}

/** The index of a class; that of the unknown class where no class has this id. Objects of one class often follow each other. */
// @inline
export function classIndex(high: u32, low: u32): u32 {
  if (low === lastLow && high === lastHigh) return lastIndex;
  return findClass(high, low);
}

function findClass(high: u32, low: u32): u32 {
  let entry: u32 = place(low);
  const end: u32 = keys + ((mask + 1) << 4);
  let index: u32 = UNKNOWN_CLASS;
  while (true) {
    const found: u32 = get(entry + 8);
    if (found === 0) break;
    if (get(entry) === low && get(entry + 4) === high) {
      index = found;
      break;
    }
    entry += 16;
    if (entry === end) entry = keys;
  }
  lastLow = low;
  lastHigh = high;
  lastIndex = index;
  return index;
}

/** The caller keeps the table at most half full. The first of two with the same id stays. */
export function enterClass(state: u32, high: u32, low: u32, index: u32): void {
  openClasses(state);
  if (findClass(high, low) !== UNKNOWN_CLASS) return;
  const end: u32 = keys + ((mask + 1) << 4);
  let entry: u32 = place(low);
  while (get(entry + 8) !== 0) {
    entry += 16;
    if (entry === end) entry = keys;
  }
  set(entry, low);
  set(entry + 4, high);
  set(entry + 8, index);
}

// @inline
export function classOf(object: u32): u32 {
  return wide ? get(classes + (object << 2)) : get16(classes + (object << 1));
}

// @inline
export function setClassOf(object: u32, index: u32): void {
  if (wide) set(classes + (object << 2), index);
  else set16(classes + (object << 1), index);
}
