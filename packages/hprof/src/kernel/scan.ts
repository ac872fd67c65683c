import { flushMarks, openAddresses, openMarks } from "./addresses.ts";
import { endBlock, openBlock, saveBlock } from "./blocks.ts";
import { openClasses } from "./classes.ts";
import { endEdges, openEdges, saveEdges } from "./edges.ts";
import { listFull, note } from "./list.ts";
import { openLinks } from "./links.ts";
import { big, type f64, get8, getDouble, set, setDouble, type u32 } from "./memory.ts";
import { ARRAY_LEFT, FINE, ID_SIZE, LEFT, LIST_FULL, NONE, OFFSET, OVERRUN, PROBLEM, SHARED, SKIP, told, UNKNOWN_TAG } from "./state.ts";
import {
  CLASS_DUMP,
  elementShift,
  HEAP_DUMP_INFO,
  idNumber,
  INSTANCE,
  instanceHead,
  JNI_GLOBAL,
  lengthOf,
  OBJECT_ARRAY,
  objectArrayHead,
  PRIMITIVE_ARRAY,
  PRIMITIVE_ARRAY_NODATA,
  primitiveArrayHead,
  UNKNOWN,
  UNTOLD,
} from "./sub-record.ts";
import {
  allElements,
  beginElements,
  CONNECT,
  HISTOGRAM,
  instance,
  LINK,
  LOCATE,
  locate,
  mustDrain,
  objectArray,
  primitiveArray,
  someElements,
} from "./take.ts";

/**
 * The walk over the heap dump records of a file, a chunk at a time. Each of the four passes does with every sub-record what it needs:
 * histogram (count), locate (mark the address), link (class, size, predecessors, out-degree), connect (edges of the core).
 *
 * Objects that lie in the buffer as a whole, nearly all, go through `takeObjects`. What is left (roots, classes, what goes on in the next chunk or
 * is not as it should be) is taken one by one; of arrays the elements that are there.
 */

const HEAP_DUMP: u32 = 0x0c;
const HEAP_DUMP_SEGMENT: u32 = 0x1c;
const RECORD_HEAD: u32 = 9;

/** Takes whole objects from `from` on, until one is not or until there is something else. @returns where that is; before `end`, which ends the segment or the buffer */
// @inline
function takeObjects(mode: u32, state: u32, from: u32, end: u32, offset: f64, id: u32, shared: boolean): u32 {
  let at: u32 = from;
  while (at < end && !mustDrain(mode, state)) {
    const have: u32 = end - at;
    const tag: u32 = get8(at);
    if (tag === INSTANCE) {
      const head: u32 = instanceHead(id);
      if (have < head) break;
      const length: u32 = big(at + head - 4);
      if (length > have - head) break;
      if (mode !== LOCATE) instance(mode, state, at, id, length, shared);
      else if (locate(state, at, id, offset + ((at - from) as f64)) !== FINE) break;
      at += head + length;
    } else if (tag === PRIMITIVE_ARRAY) {
      const head: u32 = primitiveArrayHead(id);
      if (have < head) break;
      const count: u32 = big(at + 1 + id + 4);
      const type: u32 = get8(at + head - 1);
      if (count > (have - head) >>> elementShift(type) || type < 4 || type > 11) break;
      if (mode !== LOCATE) primitiveArray(mode, state, at, type, count);
      else if (locate(state, at, id, offset + ((at - from) as f64)) !== FINE) break;
      at += head + (count << elementShift(type));
    } else if (tag === OBJECT_ARRAY) {
      const head: u32 = objectArrayHead(id);
      if (have < head) break;
      const count: u32 = big(at + 1 + id + 4);
      if (count > (have - head) >>> (id === 8 ? 3 : 2)) break;
      if (mode !== LOCATE) {
        const object: u32 = objectArray(mode, state, at, id, count);
        if (object !== NONE) allElements(mode, state, object, at + head, count, id, shared);
      } else if (locate(state, at, id, offset + ((at - from) as f64)) !== FINE) break;
      at += head + count * id;
    } else break;
  }
  return at;
}

/** How many bytes of the record that `takeOne` was called for are done: all of it, or the head of an array whose elements are taken as they come. */
let done: f64 = 0.0;

/** Takes a single sub-record, of which the next chunk may have more. @returns what PROBLEM says; `done` is 0 where more of it must be there first */
function takeOne(mode: u32, state: u32, at: u32, have: u32, left: f64, offset: f64, id: u32): u32 {
  done = 0.0;
  const total: f64 = lengthOf(at, have, id);
  if (total <= UNTOLD) return total === UNKNOWN ? UNKNOWN_TAG : total < UNTOLD || left <= (have as f64) ? OVERRUN : FINE;
  if (total > left) return OVERRUN;
  if (listFull(state)) return LIST_FULL;
  const tag: u32 = get8(at);
  if (tag === INSTANCE || tag === OBJECT_ARRAY || tag === PRIMITIVE_ARRAY || tag === PRIMITIVE_ARRAY_NODATA) {
    if (mode === LOCATE) {
      const problem: u32 = locate(state, at, id, offset);
      if (problem !== FINE) return problem;
    } else if (tag === OBJECT_ARRAY) {
      if (beginArray(mode, state, at, id)) return FINE;
    } else if (tag !== INSTANCE) primitiveArray(mode, state, at, get8(at + primitiveArrayHead(id) - 1), big(at + 1 + id + 4));
    else if (mode === HISTOGRAM || total <= (have as f64)) takeInstance(mode, state, at, id);
    else return FINE;
  } else if (tag === CLASS_DUMP) {
    if (mode === LOCATE) {
      const problem: u32 = locate(state, at, id, offset);
      if (problem !== FINE) return problem;
    }
    if (mode <= LOCATE) note(state, tag, 0, offset, 0.0, 0.0);
  } else if (mode === LOCATE && tag !== HEAP_DUMP_INFO) noteRoot(state, at, tag, total as u32, id);
  done = total;
  return FINE;
}

function takeInstance(mode: u32, state: u32, at: u32, id: u32): void {
  instance(mode, state, at, id, big(at + instanceHead(id) - 4), mode === LINK && told(state, SHARED) !== 0);
}

/** @returns whether its elements are to be taken as they come */
function beginArray(mode: u32, state: u32, at: u32, id: u32): boolean {
  const count: u32 = big(at + 1 + id + 4);
  const object: u32 = objectArray(mode, state, at, id, count);
  if (object === NONE) return false;
  if (count === 0) {
    if (mode === CONNECT) endEdges(object);
    return false;
  }
  beginElements(state, object, count);
  done = objectArrayHead(id) as f64;
  return true;
}

/** A root with its thread's serial number and the number of a frame, where it has them. */
function noteRoot(state: u32, at: u32, tag: u32, size: u32, id: u32): void {
  const serial: u32 = size >= 1 + id + 4 && tag !== JNI_GLOBAL ? big(at + 1 + id) : 0;
  const frame: u32 = size === 1 + id + 8 && tag !== JNI_GLOBAL ? big(at + 1 + id + 4) : 0;
  note(state, tag, serial, idNumber(at + 1, id), frame as f64, 0.0);
}

/** @returns how many bytes of the buffer were taken */
// @inline
function scan(mode: u32, state: u32, buffer: u32, length: u32, id: u32, shared: boolean): u32 {
  let pos: u32 = 0;
  let skip: f64 = getDouble(state + SKIP);
  let left: f64 = getDouble(state + LEFT);
  let problem: u32 = FINE;
  const base: f64 = getDouble(state + OFFSET);
  while (true) {
    if (skip > 0.0) {
      const have: f64 = (length - pos) as f64;
      const step: f64 = skip < have ? skip : have;
      pos += step as u32;
      skip -= step;
      if (left > 0.0) left -= step;
      if (skip > 0.0) break;
    }
    if (mode >= LINK && told(state, ARRAY_LEFT) !== 0) {
      const taken: u32 = someElements(mode, state, buffer + pos, length - pos, id, shared) * id;
      pos += taken;
      left -= taken as f64;
      if (told(state, ARRAY_LEFT) !== 0) break;
    }
    if (left <= 0.0) {
      if (mode === LOCATE) {
        if (listFull(state)) {
          problem = LIST_FULL;
          break;
        }
        endBlock(state);
      }
      if (length - pos < RECORD_HEAD) break;
      const kind: u32 = get8(buffer + pos);
      const size: u32 = big(buffer + pos + 5);
      pos += RECORD_HEAD;
      if (kind === HEAP_DUMP || kind === HEAP_DUMP_SEGMENT) left = size as f64;
      else skip = size as f64;
      continue;
    }
    const rest: u32 = left < ((length - pos) as f64) ? (left as u32) : length - pos;
    const taken: u32 = takeObjects(mode, state, buffer + pos, buffer + pos + rest, base + (pos as f64), id, shared) - (buffer + pos);
    pos += taken;
    left -= taken as f64;
    if (left <= 0.0) continue;
    if (pos === length) break;
    problem = takeOne(mode, state, buffer + pos, length - pos, left, base + (pos as f64), id);
    if (problem !== FINE || done === 0.0) break;
    skip = done;
  }
  setDouble(state + SKIP, skip);
  setDouble(state + LEFT, left);
  set(state + PROBLEM, problem);
  return pos;
}

/** Counts objects and their sizes by class. Each function takes what it can of the buffer and returns how many bytes that was. */
export function scanHistogram(state: u32, buffer: u32, length: u32): u32 {
  openClasses(state);
  return told(state, ID_SIZE) === 8 ? scan(HISTOGRAM, state, buffer, length, 8, false) : scan(HISTOGRAM, state, buffer, length, 4, false);
}

/** Marks where objects lie, and lists classes, roots and stretches of the file. */
export function scanLocate(state: u32, buffer: u32, length: u32): u32 {
  openMarks(state);
  openBlock(state);
  const taken: u32 =
    told(state, ID_SIZE) === 8 ? scan(LOCATE, state, buffer, length, 8, false) : scan(LOCATE, state, buffer, length, 4, false);
  flushMarks();
  saveBlock(state);
  return taken;
}

/** Lists the last stretch of a part of the file, once all of it was located. */
export function finishLocate(state: u32): void {
  openBlock(state);
  endBlock(state);
  saveBlock(state);
}

/** Class, size, predecessors and out-degree of each object; lists objects too large for their byte of size. */
export function scanLink(state: u32, buffer: u32, length: u32): u32 {
  openAddresses(state);
  openClasses(state);
  openLinks(state);
  const shared = told(state, SHARED) !== 0;
  return told(state, ID_SIZE) === 8 ? scan(LINK, state, buffer, length, 8, shared) : scan(LINK, state, buffer, length, 4, shared);
}

/** The edges of the core, and a list of its weak references. */
export function scanConnect(state: u32, buffer: u32, length: u32): u32 {
  openAddresses(state);
  openClasses(state);
  openEdges(state);
  const taken: u32 =
    told(state, ID_SIZE) === 8 ? scan(CONNECT, state, buffer, length, 8, false) : scan(CONNECT, state, buffer, length, 4, false);
  saveEdges(state);
  return taken;
}
