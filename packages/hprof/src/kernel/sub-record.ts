import { big, big16, type f64, get8, type u32 } from "./memory.ts";

/**
 * How long the sub-records of a heap dump are. Layout: openjdk/jdk:src/hotspot/share/services/heapDumper.cpp; Android's:
 * art/runtime/hprof/hprof.cc. Big-endian.
 */

export const CLASS_DUMP: u32 = 0x20;
export const INSTANCE: u32 = 0x21;
export const OBJECT_ARRAY: u32 = 0x22;
export const PRIMITIVE_ARRAY: u32 = 0x23;
/** Android: an array without its elements. */
export const PRIMITIVE_ARRAY_NODATA: u32 = 0xc3;
/** Android: which heap the next objects are from. */
export const HEAP_DUMP_INFO: u32 = 0xfe;
export const JNI_GLOBAL: u32 = 0x01;

/** More is needed to know; what no sub-record can be; a tag that nobody knows. */
export const UNTOLD: f64 = 0.0;
const ABSURD: f64 = -1.0;
export const UNKNOWN: f64 = -2.0;

/** log2 of the size of an element; the type code's lower two bits are just that. */
// @inline
export function elementShift(type: u32): u32 {
  return type & 3;
}

// @inline
export function instanceHead(id: u32): u32 {
  return 1 + id + 4 + id + 4;
}

// @inline
export function objectArrayHead(id: u32): u32 {
  return 1 + id + 4 + 4 + id;
}

// @inline
export function primitiveArrayHead(id: u32): u32 {
  return 1 + id + 4 + 4 + 1;
}

/** Bytes of the sub-record at `at`, of which `have` are there, or why that cannot be told. */
export function lengthOf(at: u32, have: u32, id: u32): f64 {
  const tag: u32 = get8(at);
  if (tag === INSTANCE) {
    const head: u32 = instanceHead(id);
    return have < head ? UNTOLD : (head as f64) + (big(at + head - 4) as f64);
  }
  if (tag === OBJECT_ARRAY) {
    const head: u32 = objectArrayHead(id);
    return have < head ? UNTOLD : (head as f64) + (big(at + 1 + id + 4) as f64) * (id as f64);
  }
  if (tag === PRIMITIVE_ARRAY || tag === PRIMITIVE_ARRAY_NODATA) {
    const head: u32 = primitiveArrayHead(id);
    if (have < head) return UNTOLD;
    const type: u32 = get8(at + head - 1);
    if (type < 4 || type > 11) return ABSURD;
    return (head as f64) + (tag === PRIMITIVE_ARRAY ? (big(at + 1 + id + 4) as f64) * ((1 << elementShift(type)) as f64) : 0.0);
  }
  if (tag === CLASS_DUMP) return classDumpLength(at, have, id) as f64;
  const size: u32 = rootLength(tag, id);
  return size === 0 ? UNKNOWN : have < size ? UNTOLD : (size as f64);
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

// @inline
function valueSize(type: u32, id: u32): u32 {
  return type === 2 ? id : ((1 << elementShift(type)) as u32);
}

/** 0 where the class dump is not there as a whole. */
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
export function idNumber(at: u32, id: u32): f64 {
  return id === 8 ? (big(at) as f64) * 4294967296.0 + (big(at + 4) as f64) : (big(at) as f64);
}
