import { classOf, openClasses } from "./classes.ts";
import { type f64, fill, get, get8, getDouble, set, setDouble, type u32 } from "./memory.ts";
import { NONE } from "./state.ts";

/**
 * The dominator tree as lists of children, walked once for everything that is asked of it. The list is threaded through the array of dominators:
 * an object's word is its next sibling, or, for the last one, its parent with the top bit set; the walk puts the dominators back as it leaves.
 */

const PARENT: u32 = 0x80000000;

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

/** What each object holds alone, from its byte of size; larger ones are set by the driver. */
export function expandSizes(count: u32, sizes: u32, retained: u32): void {
  // Downwards, so that the bytes may lie in the first quarter of the words.
  for (let v: u32 = count; v > 0;) {
    v--;
    set(retained + (v << 2), get8(sizes + v));
  }
}

/**
 * Groups whose retained sizes are summed: a row of 32 bytes each, of which the first 8 are how many of its objects are above the one that is
 * visited, the next 8 units that its topmost objects retain, and the last three words how many there are below each of the three roots.
 */
// @inline
function leave(group: u32, units: u32): void {
  if (get(group) === 0) setDouble(group + 8, getDouble(group + 8) + (units as f64));
}

/**
 * Walks below one of the roots: sums up `retained`, and for each class, loader and package what its topmost objects retain. `byClass` gives the
 * row numbers of loader and package (two words each). `phase`: 0, 1, 2, which of a class's three counters counts.
 */
export function walkTree(
  state: u32,
  root: u32,
  phase: u32,
  above: u32,
  firsts: u32,
  retained: u32,
  classRows: u32,
  byClass: u32,
  loaderRows: u32,
  packageRows: u32,
): u32 {
  openClasses(state);
  let visited: u32 = 0;
  let parent: u32 = root;
  let v: u32 = get(firsts + (root << 2));
  if (v === NONE) return 0;
  const counter: u32 = 16 + (phase << 2);
  const sums = phase === 0;
  while (true) {
    const index: u32 = classOf(v);
    let row: u32 = classRows + (index << 5);
    set(row + counter, get(row + counter) + 1);
    visited++;
    const first: u32 = get(firsts + (v << 2));
    if (first !== NONE) {
      const active: u32 = get(row);
      set(row, active + 1);
      if (active === 0) {
        const loader: u32 = loaderRows + (get(byClass + (index << 3)) << 5);
        const group: u32 = packageRows + (get(byClass + (index << 3) + 4) << 5);
        set(loader, get(loader) + 1);
        set(group, get(group) + 1);
      }
      set(firsts + (v << 2), parent);
      parent = v;
      v = first;
      continue;
    }
    if (sums && get(row) === 0) {
      const units: u32 = get(retained + (v << 2));
      leave(row, units);
      leave(loaderRows + (get(byClass + (index << 3)) << 5), units);
      leave(packageRows + (get(byClass + (index << 3) + 4) << 5), units);
    }
    while (true) {
      const at: u32 = retained + (parent << 2);
      const before: u32 = get(at);
      const sum: u32 = (before + get(retained + (v << 2))) >>> 0;
      // Beyond 32 GiB it stays there.
      set(at, sum < before ? NONE : sum);
      const next: u32 = get(above + (v << 2));
      set(above + (v << 2), parent);
      if ((next & PARENT) === 0) {
        v = next;
        break;
      }
      v = parent;
      if (v === root) return visited;
      parent = get(firsts + (v << 2));
      const holder: u32 = classOf(v);
      row = classRows + (holder << 5);
      const active: u32 = get(row) - 1;
      set(row, active);
      if (active === 0) {
        const loader: u32 = loaderRows + (get(byClass + (holder << 3)) << 5);
        const group: u32 = packageRows + (get(byClass + (holder << 3) + 4) << 5);
        set(loader, get(loader) - 1);
        set(group, get(group) - 1);
        if (sums) {
          const own: u32 = get(retained + (v << 2));
          leave(row, own);
          leave(loader, own);
          leave(group, own);
        }
      }
    }
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
