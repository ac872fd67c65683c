import { LAST_EDGE } from "./edges.ts";
import { get, set, type u32 } from "./memory.ts";
import { NONE } from "./state.ts";

/**
 * The two searches over the core. Breadth first gives the shortest path from a root to every object; depth first numbers the objects for the
 * dominators, and keeps for each the edges that are not in its tree.
 *
 * Both run in phases: what is reachable from roots, then what only weak references lead to, then garbage. An object found in a later phase is
 * no predecessor of one that was found in an earlier phase: garbage keeps nothing alive.
 */

/** In the place of a parent: a root is reached from nothing. */
export const FROM_ROOT: u32 = 0xfffffffe;

/**
 * From the `count` core indexes at `list` on; `parents` of what was not found before is NONE, and of what is found its predecessor or FROM_ROOT.
 * `queue` has a word for each object of the core. @returns how many were found
 */
export function searchBreadth(list: u32, count: u32, nodes: u32, edges: u32, parents: u32, queue: u32): u32 {
  let tail: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const root: u32 = get(list + (i << 2));
    if (root === NONE || get(parents + (root << 2)) !== NONE) continue;
    set(parents + (root << 2), FROM_ROOT);
    set(queue + (tail << 2), root);
    tail++;
  }
  for (let head: u32 = 0; head < tail; head++) {
    const from: u32 = get(queue + (head << 2));
    let edge: u32 = get(nodes + (from << 3));
    while (edge !== 0) {
      const raw: u32 = get(edges + (edge << 2));
      const to: u32 = (raw & 0x7fffffff) as u32;
      edge = (raw & LAST_EDGE) !== 0 ? 0 : edge + 1;
      const at: u32 = parents + (to << 2);
      if (get(at) !== NONE) continue;
      set(at, from);
      set(queue + (tail << 2), to);
      tail++;
    }
  }
  return tail;
}

/**
 * What a depth-first search has made so far, in words: the next number, the next free edge outside of the tree, and where its arrays are. By
 * number: object, parent, first edge from outside the tree. Those edges are pairs: where it comes from, the next one of the same target.
 */
export const SEARCH_NEXT: u32 = 0;
export const SEARCH_CROSSING: u32 = 4;
export const SEARCH_NODES: u32 = 8;
export const SEARCH_EDGES: u32 = 12;
export const SEARCH_OBJECTS: u32 = 16;
export const SEARCH_PARENTS: u32 = 20;
export const SEARCH_HEADS: u32 = 24;
export const SEARCH_CROSSINGS: u32 = 28;
/** Numbers up to this one were given in an earlier phase. */
export const SEARCH_FLOOR: u32 = 32;
export const SEARCH_SIZE: u32 = 64;

let nodes: u32 = 0;
let edges: u32 = 0;
let objects: u32 = 0;
let parents: u32 = 0;
let heads: u32 = 0;
let crossings: u32 = 0;
let number: u32 = 0;
let crossing: u32 = 0;
let floor: u32 = 0;

function openSearch(search: u32): void {
  number = get(search + SEARCH_NEXT);
  crossing = get(search + SEARCH_CROSSING);
  nodes = get(search + SEARCH_NODES);
  edges = get(search + SEARCH_EDGES);
  objects = get(search + SEARCH_OBJECTS);
  parents = get(search + SEARCH_PARENTS);
  heads = get(search + SEARCH_HEADS);
  crossings = get(search + SEARCH_CROSSINGS);
  floor = get(search + SEARCH_FLOOR);
}

function saveSearch(search: u32): void {
  set(search + SEARCH_NEXT, number);
  set(search + SEARCH_CROSSING, crossing);
}

function searchDepthFrom(root: u32): void {
  let v: u32 = root;
  let i: u32 = number;
  number++;
  set(nodes + (v << 3) + 4, i);
  set(objects + (i << 2), v);
  set(parents + (i << 2), 0);
  let edge: u32 = get(nodes + (v << 3));
  while (true) {
    let deeper = false;
    while (edge !== 0) {
      const raw: u32 = get(edges + (edge << 2));
      const to: u32 = (raw & 0x7fffffff) as u32;
      edge = (raw & LAST_EDGE) !== 0 ? 0 : edge + 1;
      const node: u32 = nodes + (to << 3);
      const found: u32 = get(node + 4);
      if (found !== 0) {
        if (found <= floor) continue;
        const head: u32 = heads + (found << 2);
        const pair: u32 = crossings + (crossing << 3);
        set(pair, i);
        set(pair + 4, get(head));
        set(head, crossing);
        crossing++;
        continue;
      }
      const j: u32 = number;
      number++;
      set(node + 4, j);
      set(objects + (j << 2), to);
      set(parents + (j << 2), i);
      const first: u32 = get(node);
      if (first === 0) continue;
      // Where to go on when this one is done; until then nobody reads it.
      set(nodes + (v << 3), edge);
      v = to;
      i = j;
      edge = first;
      deeper = true;
      break;
    }
    if (deeper) continue;
    i = get(parents + (i << 2));
    if (i === 0) return;
    v = get(objects + (i << 2));
    edge = get(nodes + (v << 3));
  }
}

/** From the `count` core indexes at `list` on. Those that are found by an edge as well are roots all the same: their head becomes NONE. */
export function searchDepth(search: u32, list: u32, count: u32): void {
  openSearch(search);
  for (let k: u32 = 0; k < count; k++) {
    const root: u32 = get(list + (k << 2));
    if (root !== NONE && get(nodes + (root << 3) + 4) === 0) searchDepthFrom(root);
  }
  for (let k: u32 = 0; k < count; k++) {
    const root: u32 = get(list + (k << 2));
    if (root === NONE) continue;
    const found: u32 = get(nodes + (root << 3) + 4);
    if (found > floor) set(heads + (found << 2), NONE);
  }
  saveSearch(search);
}

/** From all objects of the core that were not found yet, of `count` objects of which `map` tells which are in the core; only from those that nothing refers to if asked so. */
export function searchRest(search: u32, count: u32, map: u32, predecessor: u32, unreferencedOnly: u32): void {
  openSearch(search);
  let node: u32 = 0;
  const words: u32 = ((count + 63) >>> 6) << 1;
  for (let word: u32 = 0; word < words; word++) {
    let bits: u32 = get(map + (word >>> 1) * 12 + 4 + ((word & 1) << 2));
    for (let object: u32 = word << 5; bits !== 0; object++) {
      if ((bits & 1) !== 0) {
        const isNew = get(nodes + (node << 3) + 4) === 0;
        if (isNew && (unreferencedOnly === 0 || get(predecessor + (object << 2)) === NONE)) searchDepthFrom(node);
        node++;
      }
      bits = bits >>> 1;
    }
  }
  saveSearch(search);
}
