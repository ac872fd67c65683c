import { get, ones, set, sharedAdd, type u32 } from "./memory.ts";
import {
  ARRAY_LAST,
  CORE,
  EDGE_AT,
  EDGE_COUNTER,
  EDGE_END,
  EDGE_LIMIT,
  EDGE_START,
  EDGES,
  NODES,
  NONE,
  PROBLEM,
  told,
  TOO_MANY_EDGES,
} from "./state.ts";

/**
 * The graph of the core, that is of the objects which are left after peeling: for each a node of two words (where its edges begin, 0 for none;
 * its number in the search, 0 for not yet found), and the edges as core indexes, the last one of each object with its top bit set.
 */

export const LAST_EDGE: u32 = 0x80000000;
/** Edges that a worker takes at a time, so that workers seldom meet at the counter. */
const SLAB: u32 = 65536;

let core: u32 = 0;
let nodes: u32 = 0;
let edges: u32 = 0;
let next: u32 = 0;
let end: u32 = 0;
let start: u32 = 0;
let last: u32 = 0xffffffff;

export function openEdges(state: u32): void {
  core = told(state, CORE);
  nodes = told(state, NODES);
  edges = told(state, EDGES);
  next = told(state, EDGE_AT);
  end = told(state, EDGE_END);
  start = told(state, EDGE_START);
  last = told(state, ARRAY_LAST);
}

export function saveEdges(state: u32): void {
  set(state + EDGE_AT, next);
  set(state + EDGE_END, end);
  set(state + EDGE_START, start);
  set(state + ARRAY_LAST, last);
}

/** The core index of an object, by its rank among the objects of the core (12-byte blocks of 64 as in addresses.ts); NONE if it was peeled. */
// @inline
function coreIn(map: u32, object: u32): u32 {
  const block: u32 = map + (object >>> 6) * 12;
  const second: u32 = (object >>> 5) & 1;
  const word: u32 = get(block + 4 + (second << 2));
  const bit: u32 = (1 << (object & 31)) as u32;
  if ((word & bit) === 0) return NONE;
  const rank: u32 = get(block) + ones((word & (bit - 1)) as u32);
  return second === 0 ? rank : rank + ones(get(block + 4));
}

// @inline
export function coreOf(object: u32): u32 {
  return coreIn(core, object);
}

export function coreIndex(map: u32, object: u32): u32 {
  return coreIn(map, object);
}

/** Makes sure that the next `count` edges lie beside each other. @returns whether there is room */
// @inline
export function roomForEdges(state: u32, count: u32): boolean {
  return next + count <= end || moreEdges(state, count);
}

function moreEdges(state: u32, count: u32): boolean {
  const slab: u32 = count > SLAB ? count : SLAB;
  const from: u32 = sharedAdd(told(state, EDGE_COUNTER), slab);
  if (from + slab > told(state, EDGE_LIMIT)) {
    set(state + PROBLEM, TOO_MANY_EDGES);
    return false;
  }
  next = from;
  end = from + slab;
  return true;
}

/** @returns false where the object has its edges already: its record is there twice */
// @inline
export function beginEdges(node: u32): boolean {
  start = next;
  last = NONE;
  return get(nodes + (node << 3)) === 0;
}

// @inline
export function edgeTo(node: u32, object: u32): void {
  if (object === NONE) return;
  const to: u32 = coreOf(object);
  if (to === NONE || to === node || to === last) return;
  last = to;
  set(edges + (next << 2), to);
  next++;
}

// @inline
export function endEdges(node: u32): void {
  if (next === start) return;
  set(nodes + (node << 3), start);
  const at: u32 = edges + ((next - 1) << 2);
  set(at, (get(at) | LAST_EDGE) >>> 0);
}

/** Edges that no record of the object itself names: added to those it has, in a new place. `list` holds `count` ordinals. */
export function addEdges(state: u32, object: u32, list: u32, count: u32): void {
  openEdges(state);
  const node: u32 = coreOf(object);
  if (node === NONE) return;
  const first: u32 = get(nodes + (node << 3));
  let known: u32 = 0;
  if (first !== 0) {
    known = 1;
    while ((get(edges + ((first + known - 1) << 2)) & LAST_EDGE) === 0) known++;
  }
  if (!roomForEdges(state, known + count)) return;
  start = next;
  last = NONE;
  for (let i: u32 = 0; i < known; i++) {
    set(edges + (next << 2), (get(edges + ((first + i) << 2)) & 0x7fffffff) as u32);
    next++;
  }
  for (let i: u32 = 0; i < count; i++) edgeTo(node, get(list + (i << 2)));
  endEdges(node);
  saveEdges(state);
}
