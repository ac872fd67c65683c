import { note } from "./list.ts";
import { type f64, get, getDouble, set, set8, setDouble, sharedClaim, type u32 } from "./memory.ts";
import { LARGE_ENTRY, MANY, NONE, OUT_DEGREE, PEELED, PREDECESSOR, SIZE, told, WIDE, WIDE_OUT } from "./state.ts";

/**
 * For each object one word: NONE, its only predecessor, or MANY. Nine objects in ten have one predecessor, which is then their immediate
 * dominator and needs no graph at all.
 */

let predecessors: u32 = 0;
let sizes: u32 = 0;
let outDegrees: u32 = 0;

/** References from which on an object may need a slab of edges for itself. */
const SLAB: u32 = 8192;
const SLAB_LEFT: f64 = 65536.0;

export function openLinks(state: u32): void {
  predecessors = told(state, PREDECESSOR);
  sizes = told(state, SIZE);
  outDegrees = told(state, OUT_DEGREE);
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

/** A byte an object: how many of its references count, or that there are too many for it to be peeled. */
// @inline
export function outOf(state: u32, object: u32, out: u32): void {
  if (out < PEELED) set8(outDegrees + object, out);
  else outOfMany(state, object, out);
}

function outOfMany(state: u32, object: u32, out: u32): void {
  set8(outDegrees + object, WIDE);
  setDouble(state + WIDE_OUT, getDouble(state + WIDE_OUT) + (out as f64) + (out < SLAB ? 0.0 : SLAB_LEFT));
}
