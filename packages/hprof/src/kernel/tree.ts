import { fill, get, get8, set, type u32 } from "./memory.ts";
import { NONE } from "./state.ts";

/**
 * The dominator tree as lists of children, walked once for everything that is asked of it. The list is threaded through the array of dominators:
 * an object's word is its next sibling, or, for the last one, its parent with the top bit set; the walk puts the dominators back as it leaves.
 */

export const PARENT: u32 = 0x80000000;

/** `above[v]`: the dominator of v, below `nodes`, of all `count` objects. `firsts` is room for `nodes` words. */
export function listChildren(count: u32, nodes: u32, above: u32, firsts: u32): void {
  fill(firsts, 0xff, nodes << 2);
  for (let v: u32 = count; v > 0;) {
    v--;
    const parent: u32 = get(above + (v << 2));
    const at: u32 = firsts + (parent << 2);
    const first: u32 = get(at);
    set(above + (v << 2), first === NONE ? (parent | PARENT) >>> 0 : first);
    set(at, v);
  }
}

/** Puts an object before all that `parent` has in its list. */
export function listFirst(v: u32, parent: u32, above: u32, firsts: u32): void {
  const at: u32 = firsts + (parent << 2);
  const first: u32 = get(at);
  set(above + (v << 2), first === NONE ? (parent | PARENT) >>> 0 : first);
  set(at, v);
}

/** What each object holds alone, from its byte of size; larger ones are set by the driver. */
export function expandSizes(count: u32, sizes: u32, retained: u32): void {
  // Downwards, so that the bytes may lie in the first quarter of the words.
  for (let v: u32 = count; v > 0;) {
    v--;
    set(retained + (v << 2), get8(sizes + v));
  }
}

/** For each object the child that retains most, or NONE. */
export function largestChildren(count: u32, nodes: u32, dominators: u32, retained: u32, largest: u32): void {
  fill(largest, 0xff, nodes << 2);
  for (let v: u32 = 0; v < count; v++) {
    const at: u32 = largest + (get(dominators + (v << 2)) << 2);
    const best: u32 = get(at);
    if (best === NONE || get(retained + (best << 2)) < get(retained + (v << 2))) set(at, v);
  }
}

/**
 * The objects that retain most, ascending, as pairs of units and ordinal at `list`; of all that `root` reaches, or only of those it dominates
 * itself. @returns how many, `limit` at most
 */
export function mostRetaining(count: u32, root: u32, directOnly: u32, dominators: u32, retained: u32, limit: u32, list: u32): u32 {
  let kept: u32 = 0;
  for (let v: u32 = 0; v < count; v++) {
    const units: u32 = get(retained + (v << 2));
    if (kept === limit && units <= get(list)) continue;
    if (directOnly !== 0 && get(dominators + (v << 2)) !== root) continue;
    let i: u32 = 0;
    if (kept < limit) {
      i = kept;
      kept++;
      while (i > 0 && get(list + ((i - 1) << 3)) > units) {
        copyPair(list, i - 1, i);
        i--;
      }
    } else {
      while (i + 1 < limit && get(list + ((i + 1) << 3)) < units) {
        copyPair(list, i + 1, i);
        i++;
      }
    }
    set(list + (i << 3), units);
    set(list + (i << 3) + 4, v);
  }
  return kept;
}

function copyPair(list: u32, from: u32, to: u32): void {
  set(list + (to << 3), get(list + (from << 3)));
  set(list + (to << 3) + 4, get(list + (from << 3) + 4));
}
