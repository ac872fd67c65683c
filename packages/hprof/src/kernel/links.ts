import { note } from "./list.ts";
import { type f64, get, set, set8, sharedClaim, type u32 } from "./memory.ts";
import { LARGE_ENTRY, MANY, NONE, PREDECESSOR, SAMPLE_KEPT, SAMPLE_SIZE, SAMPLES, SIZE, told } from "./state.ts";

/**
 * For each object one word: NONE, its only predecessor, or MANY. Nine objects in ten have one predecessor, which is then their immediate
 * dominator and needs no graph at all.
 */

let predecessors: u32 = 0;
let sizes: u32 = 0;
let samples: u32 = 0;

export function openLinks(state: u32): void {
  predecessors = told(state, PREDECESSOR);
  sizes = told(state, SIZE);
  samples = told(state, SAMPLES);
}

/** Notes a reference. @returns 1 where it counts: not null, not itself, not one that the same object has named just before as the only one */
// @inline
export function link(from: u32, to: u32, shared: boolean): u32 {
  if (to === NONE || to === from) return 0;
  const at: u32 = predecessors + (to << 2);
  let known: u32 = get(at);
  if (known === MANY) return 1;
  if (known === from) return 0;
  if (known === NONE) {
    if (!shared) {
      set(at, from);
      return 1;
    }
    known = sharedClaim(at, NONE, from);
    if (known === NONE) return 1;
  }
  set(at, MANY);
  return 1;
}

/** The same, for references that are in no instance: of classes and threads. */
export function linkOne(state: u32, from: u32, to: u32): u32 {
  openLinks(state);
  return link(from, to, false);
}

/** A byte an object: units of 8 bytes, or 255 and an entry in the list. */
// @inline
export function sizeOf(state: u32, object: u32, units: u32): void {
  if (units < 255) {
    set8(sizes + object, units);
    return;
  }
  set8(sizes + object, 255);
  note(state, LARGE_ENTRY, object, units as f64, 0.0, 0.0);
}

/** Keeps the lowest, the highest and the first instances of each class. */
// @inline
export function sample(index: u32, object: u32): void {
  const row: u32 = samples + index * SAMPLE_SIZE;
  const kept: u32 = get(row);
  if (kept < SAMPLE_KEPT) {
    set(row + 12 + (kept << 2), object);
    set(row, kept + 1);
    if (kept === 0) {
      set(row + 4, object);
      set(row + 8, object);
      return;
    }
  }
  if (object < get(row + 4)) set(row + 4, object);
  if (object > get(row + 8)) set(row + 8, object);
}
