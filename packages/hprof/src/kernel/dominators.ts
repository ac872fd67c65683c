import { get, move, set, type u32 } from "./memory.ts";
import { NONE } from "./state.ts";

/**
 * SEMI-NCA: L. Georgiadis, "Linear-Time Algorithms for Dominators and Related Problems", Princeton 2005, chapter 2. All arrays are by number of
 * the depth-first search, which makes most steps go to a near place in memory. Number 0 is the virtual root.
 *
 * The last step asks for the nearest ancestor in the tree being built that is not behind a number. Going up one by one is quadratic for long
 * lists whose elements share objects, so each node has a jump pointer as well: E. W. Myers, "An applicative random-access stack", 1983.
 */

/**
 * `parents` becomes the immediate dominators; `heads` and `crossings` are those of the search; `ancestors`, `labels` and `stack` are room for
 * `count` words each.
 */
export function findDominators(count: u32, parents: u32, heads: u32, crossings: u32, ancestors: u32, labels: u32, stack: u32): void {
  findSemidominators(count, parents, heads, crossings, ancestors, labels, stack);
  climbToDominators(count, parents, heads, ancestors, labels);
}

function findSemidominators(count: u32, parents: u32, heads: u32, crossings: u32, ancestors: u32, labels: u32, stack: u32): void {
  move(ancestors, parents, count << 2);
  for (let i: u32 = count - 1; i >= 1; i--) {
    let semi: u32 = get(parents + (i << 2));
    let x: u32 = get(heads + (i << 2));
    if (x === NONE) {
      semi = 0;
      x = 0;
    }
    while (x !== 0) {
      const from: u32 = get(crossings + (x << 3));
      x = get(crossings + (x << 3) + 4);
      const least: u32 = from <= i ? from : leastLabel(from, i, ancestors, labels, stack);
      if (least < semi) semi = least;
    }
    set(heads + (i << 2), semi);
    set(labels + (i << 2), semi);
  }
}

/** The least semidominator on the path from `node` up to what is not linked yet, that is to numbers up to `i`; shortens the path. */
function leastLabel(node: u32, i: u32, ancestors: u32, labels: u32, stack: u32): u32 {
  let above: u32 = get(ancestors + (node << 2));
  if (above <= i) return get(labels + (node << 2));
  let top: u32 = stack;
  let y: u32 = node;
  while (above > i) {
    set(top, y);
    top += 4;
    y = above;
    above = get(ancestors + (y << 2));
  }
  let least: u32 = get(labels + (y << 2));
  while (top > stack) {
    top -= 4;
    y = get(top);
    const at: u32 = labels + (y << 2);
    const label: u32 = get(at);
    if (least < label) set(at, least);
    else least = label;
    set(ancestors + (y << 2), above);
  }
  return least;
}

/** `ancestors` and `labels` have served; they hold jump pointers and depths now. */
function climbToDominators(count: u32, parents: u32, semis: u32, jumps: u32, depths: u32): void {
  set(jumps, 0);
  set(depths, 0);
  set(parents, 0);
  for (let i: u32 = 1; i < count; i++) {
    const semi: u32 = get(semis + (i << 2));
    let dominator: u32 = get(parents + (i << 2));
    while (dominator > semi) {
      const far: u32 = get(jumps + (dominator << 2));
      dominator = far > semi ? far : get(parents + (dominator << 2));
    }
    set(parents + (i << 2), dominator);
    const depth: u32 = get(depths + (dominator << 2));
    set(depths + (i << 2), depth + 1);
    const near: u32 = get(jumps + (dominator << 2));
    const far: u32 = get(jumps + (near << 2));
    const even = depth - get(depths + (near << 2)) === get(depths + (near << 2)) - get(depths + (far << 2));
    set(jumps + (i << 2), even ? far : dominator);
  }
}

/**
 * From numbers of the search to ordinals: the predecessor of each object of the core becomes its immediate dominator. What the virtual root
 * dominates gets `root`, `root + 1` (numbers from `weak` on) or `root + 2` (from `garbage` on). `objects` is overwritten.
 */
export function storeDominators(
  count: u32,
  objects: u32,
  dominators: u32,
  ordinals: u32,
  predecessor: u32,
  root: u32,
  weak: u32,
  garbage: u32,
): void {
  for (let i: u32 = 1; i < count; i++) {
    const object: u32 = get(ordinals + (get(objects + (i << 2)) << 2));
    set(objects + (i << 2), object);
    const number: u32 = get(dominators + (i << 2));
    let dominator: u32 = root;
    if (number !== 0) dominator = get(objects + (number << 2));
    else if (i >= garbage) dominator = root + 2;
    else if (i >= weak) dominator = root + 1;
    set(predecessor + (object << 2), dominator);
  }
}
