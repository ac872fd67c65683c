import { get, get8, getDouble, ones, set, set8, setDouble, type f64, type u32 } from "./memory.ts";
import { MANY, PEELED, WIDE } from "./state.ts";

/**
 * Peeling: an object that refers to nothing which is still there, and that only one object refers to, is a leaf of the dominator tree, and its
 * predecessor is its immediate dominator. Taking it away may make its predecessor a leaf in turn. Three quarters of a usual heap go this way;
 * what is left is the core, the only part that a graph is built of.
 */

/** `outDegree` has a byte for each object. @returns how many were peeled */
export function peel(count: u32, predecessor: u32, outDegree: u32): u32 {
  let peeled: u32 = 0;
  for (let object: u32 = 0; object < count; object++) {
    let x: u32 = object;
    while (get8(outDegree + x) === 0) {
      const holder: u32 = get(predecessor + (x << 2));
      if (holder >= MANY) break;
      set8(outDegree + x, PEELED);
      peeled++;
      const left: u32 = get8(outDegree + holder);
      // WIDE stays; only a dump with two records of one object can get here with nothing left.
      if (left === 0 || left >= PEELED) break;
      set8(outDegree + holder, left - 1);
      x = holder;
    }
  }
  return peeled;
}

/** Makes the core's map (blocks of rank and 64 bits) of what was not peeled; the sum of their out-degrees, but for those that are WIDE, into the double at `sum`. @returns how many */
export function mapCore(count: u32, outDegree: u32, map: u32, sum: u32): u32 {
  let core: u32 = 0;
  let edges: f64 = 0.0;
  const blocks: u32 = (count + 63) >>> 6;
  for (let block: u32 = 0; block < blocks; block++) {
    const at: u32 = map + block * 12;
    set(at, core);
    for (let half: u32 = 0; half < 2; half++) {
      const first: u32 = (block << 6) + (half << 5);
      const end: u32 = count < first + 32 ? count : first + 32;
      let word: u32 = 0;
      for (let object: u32 = first; object < end; object++) {
        const out: u32 = get8(outDegree + object);
        if (out === PEELED) continue;
        word = (word | (1 << (object & 31))) as u32;
        if (out !== WIDE) edges += out as f64;
      }
      set(at + 4 + (half << 2), word);
      core += ones(word);
    }
  }
  setDouble(sum, getDouble(sum) + edges);
  return core;
}

/** The ordinal of each object of the core, in order. */
export function listCore(count: u32, map: u32, to: u32): void {
  let at: u32 = to;
  const words: u32 = ((count + 63) >>> 6) << 1;
  for (let word: u32 = 0; word < words; word++) {
    let bits: u32 = get(map + (word >>> 1) * 12 + 4 + ((word & 1) << 2));
    let object: u32 = word << 5;
    while (bits !== 0) {
      if ((bits & 1) !== 0) {
        set(at, object);
        at += 4;
      }
      bits = bits >>> 1;
      object++;
    }
  }
}
