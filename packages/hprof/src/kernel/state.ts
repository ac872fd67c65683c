import { get, type u32 } from "./memory.ts";

/**
 * The block of words that a scan is told with and continues from: where the tables lie, and how far it is. One a worker, so that a scan can be
 * interrupted after any chunk of the file and several dumps can be open at once. Offsets in bytes.
 */

/** How it was told: set once before a pass. */
export const ID_SIZE: u32 = 0;
/** Several workers write the same words: use atomic operations. */
export const SHARED: u32 = 4;
/** log2 of the alignment of object addresses. */
export const SHIFT: u32 = 8;
export const DIRECTORY: u32 = 12;
export const FIRST_PAGE: u32 = 16;
export const PAGE_COUNT: u32 = 20;
/** Where storage of pages begins, how many fit, and the word (shared by all workers) that counts those given away. */
export const PAGES: u32 = 24;
export const PAGE_LIMIT: u32 = 28;
export const PAGE_COUNTER: u32 = 32;
export const CLASS_KEYS: u32 = 36;
export const CLASS_MASK: u32 = 40;
export const CLASS_ROWS: u32 = 44;
export const CLASS_OF: u32 = 48;
/** 1: class indexes are of 16 bits, 2: of 32. */
export const CLASS_WIDTH: u32 = 52;
export const PREDECESSOR: u32 = 56;
export const OUT_DEGREE: u32 = 60;
export const SIZE: u32 = 64;
/** Where the tally is: a row of 16 bytes for each class. Instances, arrays, and the units of 8 bytes of the arrays (a double). */
export const TALLY: u32 = 68;
export const CORE: u32 = 76;
export const NODES: u32 = 80;
export const EDGES: u32 = 84;
export const EDGE_LIMIT: u32 = 88;
export const EDGE_COUNTER: u32 = 92;
export const LIST: u32 = 96;
export const LIST_LIMIT: u32 = 100;
/** Bytes of a reference in the heap, and of the header of an array, as log2 of the element size selects (4 words). */
export const REFERENCE_SIZE: u32 = 104;
export const ARRAY_BASE: u32 = 108;
export const ALIGNMENT: u32 = 124;

/** How far it is: doubles first, for their alignment. */
export const SKIP: u32 = 128;
export const LEFT: u32 = 136;
export const OFFSET: u32 = 144;
export const BLOCK_OFFSET: u32 = 152;
export const BLOCK_LOW: u32 = 160;
export const BLOCK_HIGH: u32 = 168;
/** References of objects that have too many for their byte, with what a slab of edges may leave unused for each. */
export const WIDE_OUT: u32 = 176;
export const LIST_COUNT: u32 = 192;
export const PROBLEM: u32 = 196;
export const ARRAY_LEFT: u32 = 200;
export const ARRAY_OBJECT: u32 = 204;
export const ARRAY_OUT: u32 = 208;
export const ARRAY_LAST: u32 = 212;
export const EDGE_AT: u32 = 216;
export const EDGE_END: u32 = 220;
export const EDGE_START: u32 = 224;
export const DUPLICATES: u32 = 232;
export const ODD_INSTANCES: u32 = 236;
export const STATE_SIZE: u32 = 256;

/** What PROBLEM says. */
export const FINE: u32 = 0;
/** A tag that no version of the format knows: where the next sub-record begins cannot be told. */
export const UNKNOWN_TAG: u32 = 1;
/** A sub-record that ends behind its segment. */
export const OVERRUN: u32 = 2;
/** The list is full: empty it and go on at the same place. */
export const LIST_FULL: u32 = 3;
/** An address that is not a multiple of the alignment. */
export const MISALIGNED: u32 = 4;
/** An address outside of the directory, or more pages than there is room for. */
export const OUT_OF_RANGE: u32 = 5;
export const TOO_MANY_EDGES: u32 = 6;

/** Entries of the list: tag and a word, then three doubles. */
export const ENTRY_SIZE: u32 = 32;
/** Tags of entries that are no sub-records: a stretch of the file, a weak reference, an object too large for its byte of size. */
export const BLOCK_ENTRY: u32 = 0x100;
export const WEAK_ENTRY: u32 = 0x101;
export const LARGE_ENTRY: u32 = 0x102;

/** No ordinal, no predecessor, no edge. */
export const NONE: u32 = 0xffffffff;
/** More than one predecessor, or a root. */
export const MANY: u32 = 0xfffffffe;

/** A row of the class table, in words: units of 8 bytes, where its reference offsets are, how many, bytes of fields, offset of a weak one or NONE. */
export const ROW_SIZE: u32 = 32;
export const ROW_UNITS: u32 = 0;
export const ROW_OFFSETS: u32 = 4;
export const ROW_OFFSET_COUNT: u32 = 8;
export const ROW_BYTES: u32 = 12;
export const ROW_WEAK: u32 = 16;

/** In a row of the tally: instances are in its first word. */
export const TALLY_ARRAYS: u32 = 4;
export const TALLY_UNITS: u32 = 8;

/** In the byte of an object's out-degree: it was peeled; it has too many references to be. */
export const PEELED: u32 = 254;
export const WIDE: u32 = 255;

/** Class indexes below this are primitive arrays by their type code; 0 is "not seen", 3 an unknown class. */
export const FIRST_CLASS: u32 = 16;
export const UNKNOWN_CLASS: u32 = 3;

// @inline
export function told(state: u32, what: u32): u32 {
  return get(state + what);
}
