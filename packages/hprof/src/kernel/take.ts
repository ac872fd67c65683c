import { mark, ordinalAt } from "./addresses.ts";
import { addToBlock } from "./blocks.ts";
import { classIndex, classOf, setClassOf } from "./classes.ts";
import { beginEdges, coreOf, edgeTo, endEdges, roomForEdges } from "./edges.ts";
import { listFull, note } from "./list.ts";
import { link, outOf, sizeOf } from "./links.ts";
import { big, type f64, get, getDouble, set, setDouble, type u32 } from "./memory.ts";
import {
  ALIGNMENT,
  ARRAY_BASE,
  ARRAY_LEFT,
  ARRAY_OBJECT,
  ARRAY_OUT,
  CLASS_ROWS,
  DUPLICATES,
  FINE,
  MISALIGNED,
  NONE,
  ODD_INSTANCES,
  OUT_OF_RANGE,
  REFERENCE_SIZE,
  ROW_BYTES,
  ROW_OFFSET_COUNT,
  ROW_OFFSETS,
  ROW_SIZE,
  ROW_UNITS,
  ROW_WEAK,
  TALLY,
  TALLY_ARRAYS,
  TALLY_UNITS,
  told,
  WEAK_ENTRY,
} from "./state.ts";
import { elementShift } from "./sub-record.ts";

/** What each of the four passes takes from the record of an object. */

export const HISTOGRAM: u32 = 0;
export const LOCATE: u32 = 1;
export const LINK: u32 = 2;
export const CONNECT: u32 = 3;

/** LOCATE of one object, whose record is at `offset` of the file. @returns what PROBLEM says; where that is not FINE nothing was taken */
// @inline
export function locate(state: u32, at: u32, id: u32, offset: f64): u32 {
  const low: u32 = big(at + id - 3);
  const high: u32 = id === 8 ? big(at + 1) : 0;
  const outcome: u32 = mark(state, high, low);
  if (outcome === 2) return MISALIGNED;
  if (outcome === 3) return OUT_OF_RANGE;
  if (outcome === 1) set(state + DUPLICATES, told(state, DUPLICATES) + 1);
  addToBlock(state, (high as f64) * 4294967296.0 + (low as f64), offset);
  return FINE;
}

/** Instances of a class are of one size: they are only counted. */
// @inline
function tallyInstance(state: u32, index: u32): void {
  const row: u32 = told(state, TALLY) + (index << 4);
  set(row, get(row) + 1);
}

// @inline
function tallyArray(state: u32, index: u32, units: u32): void {
  const row: u32 = told(state, TALLY) + (index << 4);
  set(row + TALLY_ARRAYS, get(row + TALLY_ARRAYS) + 1);
  setDouble(row + TALLY_UNITS, getDouble(row + TALLY_UNITS) + (units as f64));
}

/** Units of 8 bytes of an array's `bytes` of elements, each of 2^`element` bytes: header, elements, padding. */
// @inline
function arrayUnits(state: u32, bytes: f64, element: u32): u32 {
  const alignment: u32 = told(state, ALIGNMENT);
  const size: f64 = (told(state, ARRAY_BASE + (element << 2)) as f64) + bytes + ((alignment - 1) as f64);
  return ((((size / (alignment as f64)) as u32) * alignment) >>> 3) as u32;
}

/** All that an instance tells, whose `length` bytes of fields are in the buffer (for HISTOGRAM they need not be). */
// @inline
export function instance(mode: u32, state: u32, at: u32, id: u32, length: u32, shared: boolean): void {
  const classAt: u32 = at + 1 + id + 4;
  const index: u32 = classIndex(id === 8 ? big(classAt) : 0, big(classAt + id - 4));
  if (mode === HISTOGRAM) {
    tallyInstance(state, index);
    return;
  }
  const row: u32 = told(state, CLASS_ROWS) + index * ROW_SIZE;
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
    sizeOf(state, object, get(row + ROW_UNITS));
    tallyInstance(state, index);
    // A reference object is never peeled: what it refers to weakly is asked of it later.
    let out: u32 = weak === NONE ? 0 : 1;
    for (; offsets < end; offsets += 4) out += link(object, ordinalAt(data + get(offsets)), shared);
    outOf(state, object, out);
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

/** An array of `count` elements that are no references. */
// @inline
export function primitiveArray(mode: u32, state: u32, at: u32, type: u32, count: u32): void {
  const element: u32 = elementShift(type);
  const units: u32 = arrayUnits(state, (count as f64) * ((1 << element) as f64), element);
  if (mode === HISTOGRAM) {
    tallyArray(state, type, units);
    return;
  }
  const object: u32 = ordinalAt(at + 1);
  if (object === NONE) return;
  if (mode === LINK) {
    if (classOf(object) !== 0) return;
    setClassOf(object, type);
    sizeOf(state, object, units);
    tallyArray(state, type, units);
    return;
  }
  const core: u32 = coreOf(object);
  if (core !== NONE && beginEdges(core)) endEdges(core);
}

/** The head of an array of references. @returns its ordinal, in CONNECT its core index, where elements are wanted, else NONE */
// @inline
export function objectArray(mode: u32, state: u32, at: u32, id: u32, count: u32): u32 {
  const classAt: u32 = at + 1 + id + 8;
  const index: u32 = classIndex(id === 8 ? big(classAt) : 0, big(classAt + id - 4));
  const reference: u32 = told(state, REFERENCE_SIZE);
  const units: u32 = arrayUnits(state, (count as f64) * (reference as f64), reference === 8 ? 3 : 2);
  if (mode === HISTOGRAM) {
    tallyArray(state, index, units);
    return NONE;
  }
  const object: u32 = ordinalAt(at + 1);
  if (object === NONE) return NONE;
  if (mode === LINK) {
    if (classOf(object) !== 0) return NONE;
    setClassOf(object, index);
    sizeOf(state, object, units);
    tallyArray(state, index, units);
    return object;
  }
  const core: u32 = coreOf(object);
  if (core === NONE || !roomForEdges(state, count + 1) || !beginEdges(core)) return NONE;
  return core;
}

/** All `count` elements of an array of which `objectArray` wants them. */
// @inline
export function allElements(mode: u32, state: u32, object: u32, at: u32, count: u32, id: u32, shared: boolean): void {
  const end: u32 = at + count * id;
  if (mode === LINK) {
    let out: u32 = 0;
    for (let p: u32 = at; p < end; p += id) out += link(object, ordinalAt(p), shared);
    outOf(state, object, out);
  } else {
    for (let p: u32 = at; p < end; p += id) edgeTo(object, ordinalAt(p));
    endEdges(object);
  }
}

/** An array whose elements are taken as they come. */
export function beginElements(state: u32, object: u32, count: u32): void {
  set(state + ARRAY_LEFT, count);
  set(state + ARRAY_OBJECT, object);
  set(state + ARRAY_OUT, 0);
}

/** Takes those that are in the buffer. @returns how many */
export function someElements(mode: u32, state: u32, at: u32, available: u32, id: u32, shared: boolean): u32 {
  const wanted: u32 = told(state, ARRAY_LEFT);
  const there: u32 = id === 8 ? available >>> 3 : available >>> 2;
  const count: u32 = there < wanted ? there : wanted;
  const object: u32 = told(state, ARRAY_OBJECT);
  const end: u32 = at + count * id;
  if (mode === LINK) {
    let out: u32 = told(state, ARRAY_OUT);
    for (let p: u32 = at; p < end; p += id) out += link(object, ordinalAt(p), shared);
    set(state + ARRAY_OUT, out);
    if (count === wanted) outOf(state, object, out);
  } else {
    for (let p: u32 = at; p < end; p += id) edgeTo(object, ordinalAt(p));
    if (count === wanted) endEdges(object);
  }
  set(state + ARRAY_LEFT, wanted - count);
  return count;
}

/** Whether there is no room for what one object may report. */
// @inline
export function mustDrain(mode: u32, state: u32): boolean {
  return mode !== HISTOGRAM && listFull(state);
}
