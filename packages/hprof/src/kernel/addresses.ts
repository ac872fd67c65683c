import { big, get, ones, set, sharedAdd, sharedClaim, sharedOr, type u32 } from "./memory.ts";
import { DIRECTORY, FIRST_PAGE, ID_SIZE, NONE, PAGE_COUNT, PAGE_COUNTER, PAGE_LIMIT, PAGES, SHARED, SHIFT, told } from "./state.ts";

/**
 * From the address of an object to its ordinal: its rank among all addresses.
 *
 * A directory has an entry for each page of 2^17 possible addresses (1 MiB of heap at the usual alignment of 8); a page that has objects has
 * storage of 2,048 blocks, each 12 bytes for 64 addresses: how many objects lie before the block, and 64 bits. That is 1.5 bits an address, one
 * cache line a look-up, and nothing for the gaps between the regions of a heap.
 */

const PAGE_SHIFT: u32 = 17;
const BLOCK_SIZE: u32 = 12;
const BLOCKS: u32 = 2048;
const PAGE_STORAGE: u32 = 24576;

let idSize: u32 = 8;
let shift: u32 = 3;
let directory: u32 = 0;
let firstPage: u32 = 0;
let pageCount: u32 = 0;

export function openAddresses(state: u32): void {
  idSize = told(state, ID_SIZE);
  shift = told(state, SHIFT);
  directory = told(state, DIRECTORY);
  firstPage = told(state, FIRST_PAGE);
  pageCount = told(state, PAGE_COUNT);
}

/** The page of an address, counted from the first one of the directory; NONE where it has none or is no multiple of the alignment. */
// @inline
function pageOf(high: u32, low: u32): u32 {
  const bits: u32 = PAGE_SHIFT + shift;
  if (high >>> bits !== 0 || (low & ((1 << shift) - 1)) !== 0) return NONE;
  const page: u32 = (((high << (32 - bits)) | (low >>> bits)) - firstPage) >>> 0;
  return page < pageCount ? page : NONE;
}

// @inline
function ordinalOf(high: u32, low: u32): u32 {
  const page: u32 = pageOf(high, low);
  if (page === NONE) return NONE;
  const storage: u32 = get(directory + (page << 2));
  if (storage === 0) return NONE;
  const slot: u32 = (low >>> shift) & 0x1ffff;
  const block: u32 = storage + (slot >>> 6) * BLOCK_SIZE;
  const second: u32 = (slot >>> 5) & 1;
  const word: u32 = get(block + 4 + (second << 2));
  const bit: u32 = (1 << (slot & 31)) as u32;
  if ((word & bit) === 0) return NONE;
  const rank: u32 = get(block) + ones((word & (bit - 1)) as u32);
  return second === 0 ? rank : rank + ones(get(block + 4));
}

/** The ordinal of the object whose id stands at a place of the buffer; NONE for null too. */
// @inline
export function ordinalAt(at: u32): u32 {
  return idSize === 8 ? ordinalOf(big(at), big(at + 4)) : ordinalOf(0, big(at));
}

export function ordinal(state: u32, high: u32, low: u32): u32 {
  openAddresses(state);
  return ordinalOf(high, low);
}

/** Where the next bits go: words are collected while they stay the same, as objects that follow each other lie beside each other. */
let pendingAt: u32 = 0;
let pendingBits: u32 = 0;
let pendingPage: u32 = 0xffffffff;
let pendingStorage: u32 = 0;
let atomically = false;

export function openMarks(state: u32): void {
  openAddresses(state);
  atomically = told(state, SHARED) !== 0;
  pendingBits = 0;
  pendingAt = 0;
  pendingPage = NONE;
}

export function flushMarks(): void {
  if (pendingBits === 0) return;
  if (atomically) sharedOr(pendingAt, pendingBits);
  else set(pendingAt, get(pendingAt) | pendingBits);
  pendingBits = 0;
}

/** Notes that an object lies there. @returns 0 marked, 1 it was marked before, 2 misaligned, 3 out of range */
// @inline
export function mark(state: u32, high: u32, low: u32): u32 {
  const page: u32 = pageOf(high, low);
  if (page === NONE) return (low & ((1 << shift) - 1)) !== 0 ? 2 : 3;
  if (page !== pendingPage) {
    const storage: u32 = storageOf(state, page);
    if (storage === 0) return 3;
    pendingPage = page;
    pendingStorage = storage;
  }
  const slot: u32 = (low >>> shift) & 0x1ffff;
  const at: u32 = pendingStorage + (slot >>> 6) * BLOCK_SIZE + 4 + (((slot >>> 5) & 1) << 2);
  if (at !== pendingAt) {
    flushMarks();
    pendingAt = at;
  }
  const bit: u32 = (1 << (slot & 31)) as u32;
  if (((pendingBits | get(at)) & bit) !== 0) return 1;
  pendingBits = (pendingBits | bit) >>> 0;
  return 0;
}

function storageOf(state: u32, page: u32): u32 {
  const entry: u32 = directory + (page << 2);
  const storage: u32 = get(entry);
  if (storage !== 0) return storage;
  const index: u32 = sharedAdd(told(state, PAGE_COUNTER), 1);
  if (index >= told(state, PAGE_LIMIT)) return 0;
  const fresh: u32 = told(state, PAGES) + index * PAGE_STORAGE;
  // Where another worker was faster, the storage just taken stays empty.
  const before: u32 = sharedClaim(entry, 0, fresh);
  return before === 0 ? fresh : before;
}

/** Counts the objects before each block, by address. @returns how many there are */
export function rankAddresses(state: u32): u32 {
  openAddresses(state);
  let count: u32 = 0;
  for (let page: u32 = 0; page < pageCount; page++) {
    const storage: u32 = get(directory + (page << 2));
    if (storage === 0) continue;
    const end: u32 = storage + BLOCKS * BLOCK_SIZE;
    for (let block: u32 = storage; block < end; block += BLOCK_SIZE) {
      const first: u32 = get(block + 4);
      const second: u32 = get(block + 8);
      set(block, count);
      if ((first | second) !== 0) count += ones(first) + ones(second);
    }
  }
  return count;
}
