import { classOf, openClasses } from "./classes.ts";
import { type f64, get, getDouble, set, setDouble, type u32 } from "./memory.ts";
import { NONE } from "./state.ts";
import { PARENT } from "./tree.ts";

/**
 * The walk over the dominator tree, which adds up what is asked of it: what each object retains, and what the topmost objects of each class,
 * class loader and package do.
 *
 * It also tells whether the tree is right where edges were left out. Every object refers to its class, and only some of these edges are in the
 * graph. The others change nothing if the dominator of the class dominates all its objects; so the walk counts how many of them are below it.
 */

/** What a walk is told: where its arrays are, in words. A row of groups is told of below. */
export const WALK_ABOVE: u32 = 0;
export const WALK_FIRSTS: u32 = 4;
export const WALK_RETAINED: u32 = 8;
export const WALK_CLASSES: u32 = 12;
/** For each class the row numbers of its loader and of its package, two words. */
export const WALK_BY_CLASS: u32 = 16;
export const WALK_LOADERS: u32 = 20;
export const WALK_PACKAGES: u32 = 24;
/** The class objects to watch, ascending, and how many; the index of their class. */
export const WALK_WATCHES: u32 = 28;
export const WALK_WATCH_COUNT: u32 = 32;
export const WALK_META: u32 = 36;
export const WALK_SIZE: u32 = 64;

/**
 * A row of a group: how many of its objects are above the one that is visited; of a class the first one and the last one that were visited; units
 * that its topmost objects retain (a double); how many of its objects are below each of the three roots.
 */
export const GROUP_SIZE: u32 = 32;
export const GROUP_FIRST: u32 = 4;
export const GROUP_UNITS: u32 = 8;
export const GROUP_COUNTS: u32 = 16;
export const GROUP_LAST: u32 = 28;

/** A class that is watched: its object, its index, its dominator once it was visited (else NONE), how many of its objects were visited before that, how many are below it. */
export const WATCH_SIZE: u32 = 24;
export const WATCH_CLASS: u32 = 4;
export const WATCH_DOMINATOR: u32 = 8;
const WATCH_BEFORE: u32 = 12;
export const WATCH_BELOW: u32 = 16;
const WATCH_OUTER: u32 = 20;

let watches: u32 = 0;
let watchCount: u32 = 0;
let classRows: u32 = 0;
let counter: u32 = 0;
/** The watch that ends next, and with which object. */
let watch: u32 = 0;
let watched: u32 = 0xffffffff;

/** @returns where the watch of an object is; 0 where it is not watched */
function watchOf(object: u32): u32 {
  let low: u32 = 0;
  let high: u32 = watchCount;
  while (low < high) {
    const middle: u32 = (low + high) >>> 1;
    const at: u32 = watches + middle * WATCH_SIZE;
    const found: u32 = get(at);
    if (found === object) return at;
    if (found < object) low = middle + 1;
    else high = middle;
  }
  return 0;
}

/** Begins to watch for the class object `v`, and for those behind it in the list: the caller has put them before all others below `parent`. */
function beginWatches(v: u32, parent: u32, root: u32, above: u32): void {
  let object: u32 = v;
  while (true) {
    const at: u32 = watchOf(object);
    if (at === 0 || get(at + WATCH_DOMINATOR) !== NONE) return;
    set(at + WATCH_DOMINATOR, parent);
    if (parent !== root) {
      const index: u32 = get(at + WATCH_CLASS);
      const seen: u32 = get(classRows + index * GROUP_SIZE + counter);
      set(at + WATCH_BEFORE, classOf(parent) === index ? seen - 1 : seen);
      set(at + WATCH_OUTER, watch);
      watch = at;
      watched = parent;
    }
    object = get(above + (object << 2));
    if ((object & PARENT) !== 0) return;
  }
}

function endWatches(object: u32): void {
  while (watch !== 0 && get(watch + WATCH_DOMINATOR) === object) {
    const seen: u32 = get(classRows + get(watch + WATCH_CLASS) * GROUP_SIZE + counter);
    set(watch + WATCH_BELOW, seen - get(watch + WATCH_BEFORE));
    watch = get(watch + WATCH_OUTER);
  }
  watched = watch === 0 ? NONE : get(watch + WATCH_DOMINATOR);
}

// @inline
function addTop(group: u32, units: u32): void {
  if (get(group) === 0) setDouble(group + GROUP_UNITS, getDouble(group + GROUP_UNITS) + (units as f64));
}

/**
 * Walks below one of the roots, the `phase`th; retained sizes of groups are summed below the first one only. Lists of children become dominators
 * again on the way. @returns how many objects there are
 */
export function walkTree(state: u32, walk: u32, root: u32, phase: u32): u32 {
  openClasses(state);
  const above: u32 = get(walk + WALK_ABOVE);
  const firsts: u32 = get(walk + WALK_FIRSTS);
  const retained: u32 = get(walk + WALK_RETAINED);
  const byClass: u32 = get(walk + WALK_BY_CLASS);
  const loaders: u32 = get(walk + WALK_LOADERS);
  const packages: u32 = get(walk + WALK_PACKAGES);
  const meta: u32 = get(walk + WALK_META);
  classRows = get(walk + WALK_CLASSES);
  watches = get(walk + WALK_WATCHES);
  watchCount = get(walk + WALK_WATCH_COUNT);
  counter = GROUP_COUNTS + (phase << 2);
  watch = 0;
  watched = NONE;
  let visited: u32 = 0;
  let parent: u32 = root;
  let v: u32 = get(firsts + (root << 2));
  if (v === NONE) return 0;
  const sums = phase === 0;
  while (true) {
    const index: u32 = classOf(v);
    if (index === meta) beginWatches(v, parent, root, above);
    let row: u32 = classRows + index * GROUP_SIZE;
    const seen: u32 = get(row + counter);
    if (seen === 0) set(row + GROUP_FIRST, v);
    set(row + GROUP_LAST, v);
    set(row + counter, seen + 1);
    visited++;
    const first: u32 = get(firsts + (v << 2));
    if (first !== NONE) {
      const active: u32 = get(row);
      set(row, active + 1);
      if (active === 0) {
        const loader: u32 = loaders + get(byClass + (index << 3)) * GROUP_SIZE;
        const group: u32 = packages + get(byClass + (index << 3) + 4) * GROUP_SIZE;
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
      addTop(row, units);
      addTop(loaders + get(byClass + (index << 3)) * GROUP_SIZE, units);
      addTop(packages + get(byClass + (index << 3) + 4) * GROUP_SIZE, units);
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
      if (v === watched) endWatches(v);
      if (v === root) return visited;
      parent = get(firsts + (v << 2));
      const holder: u32 = classOf(v);
      row = classRows + holder * GROUP_SIZE;
      const active: u32 = get(row) - 1;
      set(row, active);
      if (active === 0) {
        const loader: u32 = loaders + get(byClass + (holder << 3)) * GROUP_SIZE;
        const group: u32 = packages + get(byClass + (holder << 3) + 4) * GROUP_SIZE;
        set(loader, get(loader) - 1);
        set(group, get(group) - 1);
        if (sums) {
          const own: u32 = get(retained + (v << 2));
          addTop(row, own);
          addTop(loader, own);
          addTop(group, own);
        }
      }
    }
  }
}
