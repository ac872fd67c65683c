/**
 * The few operations by which the kernel touches memory. This is the plain version, on typed arrays; `memory.as` is the one that AssemblyScript
 * compiles. Everything else in this folder is one source for both: Node and the browser run it as it is, `npm run build:kernel` turns it into
 * WebAssembly, and both give the same words in memory.
 *
 * So the kernel is written in what the two languages have in common: whole numbers below 2^32 (`u32`), sums of them only where they stay below
 * that, `>>> 0` where JavaScript would go negative, no objects. Addresses in memory are bytes; words are little-endian and aligned.
 */
export type u32 = number;
export type f64 = number;

let bytes: Uint8Array = new Uint8Array(0);
let halves: Uint16Array = new Uint16Array(0);
let words: Uint32Array = new Uint32Array(0);
let doubles: Float64Array = new Float64Array(0);

/** The memory that all functions work on until the next call. Every call into the plain kernel begins with it. */
export function useMemory(buffer: ArrayBufferLike): void {
  if (bytes.buffer === buffer) return;
  bytes = new Uint8Array(buffer);
  halves = new Uint16Array(buffer);
  words = new Uint32Array(buffer);
  doubles = new Float64Array(buffer);
}

export function get(at: u32): u32 {
  return words[at >>> 2]!;
}

export function set(at: u32, value: u32): void {
  words[at >>> 2] = value;
}

export function get8(at: u32): u32 {
  return bytes[at]!;
}

export function set8(at: u32, value: u32): void {
  bytes[at] = value;
}

export function get16(at: u32): u32 {
  return halves[at >>> 1]!;
}

export function set16(at: u32, value: u32): void {
  halves[at >>> 1] = value;
}

export function getDouble(at: u32): f64 {
  return doubles[at >>> 3]!;
}

export function setDouble(at: u32, value: f64): void {
  doubles[at >>> 3] = value;
}

/** Four bytes of a dump: big-endian, anywhere. */
export function big(at: u32): u32 {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

export function big16(at: u32): u32 {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

export function ones(word: u32): u32 {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The lower 32 bits of a product. */
export function times(a: u32, b: u32): u32 {
  return Math.imul(a, b) >>> 0;
}

export function fill(at: u32, byte: u32, length: u32): void {
  bytes.fill(byte, at, at + length);
}

export function move(to: u32, from: u32, length: u32): void {
  bytes.copyWithin(to, from, from + length);
}

/** The three that workers use on words which others write too. Each gives the word as it was before. */
export function sharedOr(at: u32, value: u32): u32 {
  return Atomics.or(words, at >>> 2, value);
}

export function sharedAdd(at: u32, value: u32): u32 {
  return Atomics.add(words, at >>> 2, value);
}

export function sharedClaim(at: u32, expected: u32, value: u32): u32 {
  return Atomics.compareExchange(words, at >>> 2, expected, value);
}
