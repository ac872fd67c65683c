import { flushMarks, mark, openAddresses, openMarks, ordinalAt } from "./addresses.ts";
import { classIndex, classOf, openClasses, setClassOf } from "./classes.ts";
import { beginEdges, coreOf, edgeTo, endEdges, openEdges, roomForEdges, saveEdges } from "./edges.ts";
import { listFull, note } from "./list.ts";
import { link, openLinks, sample, sizeOf } from "./links.ts";
import { big, big16, type f64, get, get8, getDouble, set, setDouble, type u32 } from "./memory.ts";
import {
  ALIGNMENT,
  ARRAY_BASE,
  ARRAY_LEFT,
  ARRAY_OBJECT,
  ARRAY_OUT,
  BIG_ARRAYS,
  BLOCK_ENTRY,
  BLOCK_HIGH,
  BLOCK_LOW,
  BLOCK_OFFSET,
  CLASS_ROWS,
  FINE,
  ID_SIZE,
  LEFT,
  LIST_FULL,
  MISALIGNED,
  NONE,
  OBJECTS,
  ODD_INSTANCES,
  OFFSET,
  OUT_OF_RANGE,
  OUT_DEGREE,
  DUPLICATES,
  OVERRUN,
  PROBLEM,
  REFERENCE_SIZE,
  ROW_BYTES,
  ROW_OFFSET_COUNT,
  ROW_OFFSETS,
  ROW_SIZE,
  ROW_UNITS,
  ROW_WEAK,
  SHARED,
  SKIP,
  TALLY,
  told,
  UNKNOWN_TAG,
  WEAK_ENTRY,
} from "./state.ts";

/**
 * The walk over the heap dump records of a file, a chunk at a time. Each of the four passes does with every sub-record what it needs:
 * histogram (count), locate (mark the address), link (class, size, predecessors, out-degree), connect (edges of the core).
 *
 * Layout of sub-records: openjdk/jdk:src/hotspot/share/services/heapDumper.cpp; Android's: art/runtime/hprof/hprof.cc. Big-endian.
 * A sub-record is taken when it lies in the buffer as a whole, except for elements of arrays, which are taken as they come.
 */

const HISTOGRAM: u32 = 0;
const LOCATE: u32 = 1;
const LINK: u32 = 2;
const CONNECT: u32 = 3;

const HEAP_DUMP: u32 = 0x0c;
const HEAP_DUMP_SEGMENT: u32 = 0x1c;

const CLASS_DUMP: u32 = 0x20;
const INSTANCE: u32 = 0x21;
const OBJECT_ARRAY: u32 = 0x22;
const PRIMITIVE_ARRAY: u32 = 0x23;
/** Android: an array without its elements. */
const PRIMITIVE_ARRAY_NODATA: u32 = 0xc3;

/** Bytes of the file that a stretch covers at least, in the index from addresses to places in the file. */
const BLOCK_BYTES: f64 = 65536.0;
/** Elements from which on an array may need a slab of edges for itself. */
const BIG: u32 = 8192;
const NO_ADDRESS: f64 = 18446744073709551616.0;

/** log2 of the size of an element; the type code's lower two bits are just that. */
// @inline
function elementShift(type: u32): u32 {
  return type & 3;
}

// @inline
function valueSize(type: u32, id: u32): u32 {
  return type === 2 ? id : ((1 << elementShift(type)) as u32);
}

/** Bytes of a root or of Android's markers; 0 for a tag that is none of them. */
function rootLength(tag: u32, id: u32): u32 {
  switch (tag) {
    case 0xff: // unknown
    case 0x05: // sticky class
    case 0x07: // monitor
    case 0x89: // Android: interned string
    case 0x8a: // finalizing
    case 0x8b: // debugger
    case 0x8c: // reference cleanup
    case 0x8d: // VM internal
    case 0x90: // unreachable
      return 1 + id;
    case 0x01: // JNI global
      return 1 + id + id;
    case 0x02: // JNI local
    case 0x03: // Java frame
    case 0x08: // thread object
    case 0x8e: // Android: JNI monitor
      return 1 + id + 8;
    case 0x04: // native stack
    case 0x06: // thread block
      return 1 + id + 4;
    case 0xfe: // Android: heap information
      return 1 + 4 + id;
    default:
      return 0;
  }
}

/** Bytes of a class dump at `at`, of which `have` are there; 0 where that is not all of it. */
function classDumpLength(at: u32, have: u32, id: u32): u32 {
  let p: u32 = 1 + 4 + 7 * id + 4;
  if (have < p + 2) return 0;
  let count: u32 = big16(at + p);
  for (p += 2; count > 0; count--) {
    if (have < p + 3) return 0;
    p += 3 + valueSize(get8(at + p + 2), id);
  }
  if (have < p + 2) return 0;
  count = big16(at + p);
  for (p += 2; count > 0; count--) {
    if (have < p + id + 1) return 0;
    p += id + 1 + valueSize(get8(at + p + id), id);
  }
  if (have < p + 2) return 0;
  p += 2 + big16(at + p) * (id + 1);
  return have < p ? 0 : p;
}

// @inline
function idNumber(at: u32, id: u32): f64 {
  return id === 8 ? (big(at) as f64) * 4294967296.0 + (big(at + 4) as f64) : (big(at) as f64);
}

/** Ends the stretch of the file that is being collected. */
function endBlock(state: u32): void {
  const low: f64 = getDouble(state + BLOCK_LOW);
  if (low < NO_ADDRESS) note(state, BLOCK_ENTRY, 0, getDouble(state + BLOCK_OFFSET), low, getDouble(state + BLOCK_HIGH));
  setDouble(state + BLOCK_LOW, NO_ADDRESS);
  setDouble(state + BLOCK_HIGH, 0.0);
}

/** LOCATE of one object. @returns what PROBLEM says */
// @inline
function locate(state: u32, at: u32, id: u32, offset: f64): u32 {
  const low: u32 = big(at + id - 4);
  const high: u32 = id === 8 ? big(at) : 0;
  const outcome: u32 = mark(state, high, low);
  if (outcome === 2) return MISALIGNED;
  if (outcome === 3) return OUT_OF_RANGE;
  if (outcome === 1) set(state + DUPLICATES, told(state, DUPLICATES) + 1);
  const address: f64 = (high as f64) * 4294967296.0 + (low as f64);
  if (address < getDouble(state + BLOCK_LOW)) setDouble(state + BLOCK_LOW, address);
  if (address > getDouble(state + BLOCK_HIGH)) setDouble(state + BLOCK_HIGH, address);
  if (getDouble(state + BLOCK_OFFSET) < 0.0) setDouble(state + BLOCK_OFFSET, offset);
  setDouble(state + OBJECTS, getDouble(state + OBJECTS) + 1.0);
  return FINE;
}

// @inline
function tally(state: u32, index: u32, units: u32): void {
  const row: u32 = told(state, TALLY) + (index << 4);
  set(row, get(row) + 1);
  setDouble(row + 8, getDouble(row + 8) + (units as f64));
}

/** Units of 8 bytes of an array's `bytes` of elements, each of 2^`element` bytes: header, elements, padding. */
// @inline
function arrayUnits(state: u32, bytes: f64, element: u32): u32 {
  const alignment: u32 = told(state, ALIGNMENT);
  const size: f64 = (told(state, ARRAY_BASE + (element << 2)) as f64) + bytes + ((alignment - 1) as f64);
  return ((((size / (alignment as f64)) as u32) * alignment) >>> 3) as u32;
}

/** All that an instance tells; it lies in the buffer as a whole. */
// @inline
function instance(mode: u32, state: u32, at: u32, id: u32, length: u32, shared: boolean): void {
  const classAt: u32 = at + 1 + id + 4;
  const index: u32 = classIndex(id === 8 ? big(classAt) : 0, big(classAt + id - 4));
  const row: u32 = told(state, CLASS_ROWS) + index * ROW_SIZE;
  const units: u32 = get(row + ROW_UNITS);
  if (mode === HISTOGRAM) {
    tally(state, index, units);
    return;
  }
  const object: u32 = ordinalAt(at + 1);
  if (object === NONE) return;
  const data: u32 = at + 1 + id + 4 + id + 4;
  // A record that is shorter than its class says is not read beyond its end.
  const whole = length >= get(row + ROW_BYTES);
  const weak: u32 = get(row + ROW_WEAK);
  let offsets: u32 = get(row + ROW_OFFSETS);
  const end: u32 = whole ? offsets + (get(row + ROW_OFFSET_COUNT) << 2) : offsets;
  if (mode === LINK) {
    if (classOf(object) !== 0) return;
    if (!whole) set(state + ODD_INSTANCES, told(state, ODD_INSTANCES) + 1);
    setClassOf(object, index);
    sizeOf(state, object, units);
    tally(state, index, units);
    sample(index, object);
    // A reference object is never peeled: what it refers to weakly is asked of it later.
    let out: u32 = weak === NONE ? 0 : 1;
    for (; offsets < end; offsets += 4) out += link(object, ordinalAt(data + get(offsets)), shared);
    set(told(state, OUT_DEGREE) + (object << 2), out);
    return;
  }
  const core: u32 = coreOf(object);
  if (core === NONE) return;
  if (!roomForEdges(state, ((end - offsets) >>> 2) + 1) || !beginEdges(core)) return;
  for (; offsets < end; offsets += 4) edgeTo(core, ordinalAt(data + get(offsets)));
  endEdges(core);
  if (weak !== NONE && whole) {
    const target: u32 = ordinalAt(data + weak);
    if (target !== NONE) note(state, WEAK_ENTRY, object, target as f64, 0.0, 0.0);
  }
}

/** An array whose elements are no references, or whose head is all that is there. */
// @inline
function plainArray(mode: u32, state: u32, at: u32, index: u32, units: u32): void {
  if (mode === HISTOGRAM) {
    tally(state, index, units);
    return;
  }
  const object: u32 = ordinalAt(at + 1);
  if (object === NONE) return;
  if (mode === LINK) {
    if (classOf(object) !== 0) return;
    setClassOf(object, index);
    sizeOf(state, object, units);
    tally(state, index, units);
    set(told(state, OUT_DEGREE) + (object << 2), 0);
    return;
  }
  const core: u32 = coreOf(object);
  if (core !== NONE && beginEdges(core)) endEdges(core);
}

/** The head of an array of references. @returns its ordinal where elements are wanted, else NONE */
// @inline
function objectArray(mode: u32, state: u32, at: u32, id: u32, count: u32): u32 {
  const classAt: u32 = at + 1 + id + 8;
  const index: u32 = classIndex(id === 8 ? big(classAt) : 0, big(classAt + id - 4));
  const reference: u32 = told(state, REFERENCE_SIZE);
  const units: u32 = arrayUnits(state, (count as f64) * (reference as f64), reference === 8 ? 3 : 2);
  if (mode === HISTOGRAM) {
    tally(state, index, units);
    return NONE;
  }
  const object: u32 = ordinalAt(at + 1);
  if (object === NONE) return NONE;
  if (mode === LINK) {
    if (classOf(object) !== 0) return NONE;
    setClassOf(object, index);
    sizeOf(state, object, units);
    tally(state, index, units);
    sample(index, object);
    set(told(state, OUT_DEGREE) + (object << 2), 0);
    if (count >= BIG) setDouble(state + BIG_ARRAYS, getDouble(state + BIG_ARRAYS) + (count as f64) + 65536.0);
    return object;
  }
  const core: u32 = coreOf(object);
  if (core === NONE || !roomForEdges(state, count + 1) || !beginEdges(core)) return NONE;
  return core;
}

/** Takes the elements of an array that are in the buffer. @returns how many */
// @inline
function elements(mode: u32, state: u32, at: u32, available: u32, id: u32, shared: boolean): u32 {
  const wanted: u32 = told(state, ARRAY_LEFT);
  const there: u32 = id === 8 ? available >>> 3 : available >>> 2;
  const count: u32 = there < wanted ? there : wanted;
  const object: u32 = told(state, ARRAY_OBJECT);
  const end: u32 = at + count * id;
  if (mode === LINK) {
    let out: u32 = told(state, ARRAY_OUT);
    for (let p: u32 = at; p < end; p += id) out += link(object, ordinalAt(p), shared);
    set(state + ARRAY_OUT, out);
    if (count === wanted) set(told(state, OUT_DEGREE) + (object << 2), out);
  } else {
    for (let p: u32 = at; p < end; p += id) edgeTo(object, ordinalAt(p));
    if (count === wanted) endEdges(object);
  }
  set(state + ARRAY_LEFT, wanted - count);
  return count;
}

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
      const taken: u32 = elements(mode, state, buffer + pos, length - pos, id, shared) * id;
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
        setDouble(state + BLOCK_OFFSET, -1.0);
      }
      if (length - pos < 9) break;
      const kind: u32 = get8(buffer + pos);
      const size: u32 = big(buffer + pos + 5);
      pos += 9;
      if (kind === HEAP_DUMP || kind === HEAP_DUMP_SEGMENT) left = size as f64;
      else skip = size as f64;
      continue;
    }
    const at: u32 = buffer + pos;
    const have: u32 = length - pos;
    if (have < 1) break;
    const tag: u32 = get8(at);
    /** Of the sub-record: all of it, and the part that must be in the buffer. */
    let total: f64 = 0.0;
    if (tag === INSTANCE) {
      const head: u32 = 1 + id + 4 + id + 4;
      if (have < head) {
        if (left < (head as f64)) problem = OVERRUN;
        break;
      }
      const bytes: u32 = big(at + head - 4);
      total = (head as f64) + (bytes as f64);
      if (total > left) {
        problem = OVERRUN;
        break;
      }
      if (mode >= LINK && total > (have as f64)) break;
      if (mode === LOCATE) problem = locate(state, at + 1, id, base + (pos as f64));
      else {
        if (mode !== HISTOGRAM && listFull(state)) problem = LIST_FULL;
        if (problem === FINE) instance(mode, state, at, id, bytes, shared);
      }
    } else if (tag === OBJECT_ARRAY || tag === PRIMITIVE_ARRAY || tag === PRIMITIVE_ARRAY_NODATA) {
      const head: u32 = tag === OBJECT_ARRAY ? 1 + id + 8 + id : 1 + id + 9;
      if (have < head) {
        if (left < (head as f64)) problem = OVERRUN;
        break;
      }
      const count: u32 = big(at + 1 + id + 4);
      const type: u32 = get8(at + 1 + id + 8);
      const bytes: f64 = (count as f64) * (tag === OBJECT_ARRAY ? (id as f64) : ((1 << elementShift(type)) as f64));
      total = (head as f64) + (tag === PRIMITIVE_ARRAY_NODATA ? 0.0 : bytes);
      if (total > left || (tag !== OBJECT_ARRAY && (type < 4 || type > 11))) {
        problem = OVERRUN;
        break;
      }
      if (mode === LOCATE) problem = locate(state, at + 1, id, base + (pos as f64));
      else if (mode !== HISTOGRAM && listFull(state)) problem = LIST_FULL;
      else if (tag === OBJECT_ARRAY) {
        const object: u32 = objectArray(mode, state, at, id, count);
        if (object !== NONE) {
          if (count === 0) {
            if (mode === CONNECT) endEdges(object);
          } else {
            set(state + ARRAY_LEFT, count);
            set(state + ARRAY_OBJECT, object);
            set(state + ARRAY_OUT, 0);
            pos += head;
            left -= head as f64;
            continue;
          }
        }
      } else plainArray(mode, state, at, type, arrayUnits(state, bytes, elementShift(type)));
    } else if (tag === CLASS_DUMP) {
      total = classDumpLength(at, have, id) as f64;
      if (total === 0.0) {
        if (left < (have as f64)) problem = OVERRUN;
        break;
      }
      if (total > left) {
        problem = OVERRUN;
        break;
      }
      if (mode <= LOCATE) {
        if (listFull(state)) problem = LIST_FULL;
        else {
          if (mode === LOCATE) problem = locate(state, at + 1, id, base + (pos as f64));
          if (problem === FINE) note(state, tag, 0, base + (pos as f64), 0.0, 0.0);
        }
      }
    } else {
      const size: u32 = rootLength(tag, id);
      if (size === 0) {
        problem = UNKNOWN_TAG;
        break;
      }
      if (left < (size as f64)) {
        problem = OVERRUN;
        break;
      }
      if (have < size) break;
      total = size as f64;
      if (mode === LOCATE && tag !== 0xfe) {
        if (listFull(state)) problem = LIST_FULL;
        else {
          const serial: u32 = size >= 1 + id + 4 && tag !== 0x01 ? big(at + 1 + id) : 0;
          const frame: u32 = size === 1 + id + 8 && tag !== 0x01 ? big(at + 1 + id + 4) : 0;
          note(state, tag, serial, idNumber(at + 1, id), frame as f64, 0.0);
        }
      }
    }
    if (problem !== FINE) break;
    skip = total;
    if (mode === LOCATE && getDouble(state + BLOCK_OFFSET) >= 0.0 && base + (pos as f64) - getDouble(state + BLOCK_OFFSET) > BLOCK_BYTES) {
      if (listFull(state)) {
        // The object is marked; a second mark would count as a duplicate, so the stretch just grows.
        continue;
      }
      endBlock(state);
      setDouble(state + BLOCK_OFFSET, -1.0);
    }
  }
  setDouble(state + SKIP, skip);
  setDouble(state + LEFT, left);
  set(state + PROBLEM, problem);
  return pos;
}

function open(state: u32): void {
  openAddresses(state);
  openClasses(state);
}

/** Counts objects and their sizes by class. Each function takes what it can of the buffer and returns how many bytes that was. */
export function scanHistogram(state: u32, buffer: u32, length: u32): u32 {
  open(state);
  return told(state, ID_SIZE) === 8 ? scan(HISTOGRAM, state, buffer, length, 8, false) : scan(HISTOGRAM, state, buffer, length, 4, false);
}

/** Marks where objects lie, and lists classes, roots and stretches of the file. */
export function scanLocate(state: u32, buffer: u32, length: u32): u32 {
  openMarks(state);
  const taken: u32 =
    told(state, ID_SIZE) === 8 ? scan(LOCATE, state, buffer, length, 8, false) : scan(LOCATE, state, buffer, length, 4, false);
  flushMarks();
  return taken;
}

/** Lists the last stretch of a part of the file, once all of it was located. */
export function finishLocate(state: u32): void {
  endBlock(state);
  setDouble(state + BLOCK_OFFSET, -1.0);
}

/** Class, size, predecessors and out-degree of each object; lists objects too large for their byte of size. */
export function scanLink(state: u32, buffer: u32, length: u32): u32 {
  open(state);
  openLinks(state);
  const shared = told(state, SHARED) !== 0;
  return told(state, ID_SIZE) === 8 ? scan(LINK, state, buffer, length, 8, shared) : scan(LINK, state, buffer, length, 4, shared);
}

/** The edges of the core, and a list of its weak references. */
export function scanConnect(state: u32, buffer: u32, length: u32): u32 {
  open(state);
  openEdges(state);
  const taken: u32 =
    told(state, ID_SIZE) === 8 ? scan(CONNECT, state, buffer, length, 8, false) : scan(CONNECT, state, buffer, length, 4, false);
  saveEdges(state);
  return taken;
}
