import type { Arena } from "../arena.ts";
import type { Column } from "./column.ts";

const PAGE_BITS = 17;
const BLOCK = 12;
const BLOCKS = 2048;

/** From addresses to ordinals and back: what kernel/addresses.ts has made. Ordinals ascend with addresses. */
export class AddressMap {
  /** Where the storage is said to be before it was ever in memory: 0 would look like no page. */
  static readonly NOWHERE = 64;
  readonly shift: number;
  readonly firstPage: number;
  readonly pages: number;
  /** How many objects there are. */
  readonly count: number;
  readonly #arena: Arena;
  readonly #directory: number;
  readonly #storage: Column;
  /** Where the storage was when the directory was last true. */
  #storedAt: number;
  /** Of the pages that have objects: number, where its storage is, objects before it. */
  #used: { readonly page: number; readonly storage: number; readonly before: number }[] | undefined;

  constructor(
    arena: Arena,
    parts: {
      readonly shift: number;
      readonly firstPage: number;
      readonly pages: number;
      readonly directory: number;
      /** Of all pages, and where it is. */
      readonly storage: Column;
      readonly storedAt: number;
      readonly count: number;
    },
  ) {
    this.#arena = arena;
    this.shift = parts.shift;
    this.firstPage = parts.firstPage;
    this.pages = parts.pages;
    this.#directory = parts.directory;
    this.#storage = parts.storage;
    this.#storedAt = parts.storedAt;
    this.count = parts.count;
  }

  /** The storage of all pages, and for each page that has one where in it. */
  get parts(): { readonly storage: Column; readonly used: readonly (readonly [page: number, at: number])[] } {
    const at = this.ready();
    return { storage: this.#storage, used: this.#pages().map(({ page, storage }) => [page, storage - at]) };
  }

  /** Has the pages in memory, and the directory say where: before the kernel uses them. @returns where they are */
  ready(): number {
    const at = this.#storage.at;
    if (at !== this.#storedAt) {
      const directory = this.#arena.words(this.#directory, this.pages);
      for (let page = 0; page < this.pages; page++) if (directory[page] !== 0) directory[page]! += at - this.#storedAt;
      this.#storedAt = at;
      this.#used = undefined;
    }
    return at;
  }

  /** Puts the pages on the shelf, if there is one. */
  park(): void {
    this.#storage.park();
  }

  /** -1 where no object lies. */
  ordinal(address: number): number {
    const slots = 2 ** this.shift;
    if (address % slots !== 0) return -1;
    const page = Math.floor(address / (slots * 2 ** PAGE_BITS)) - this.firstPage;
    if (page < 0 || page >= this.pages) return -1;
    this.ready();
    const storage = this.#arena.words(this.#directory, this.pages)[page]!;
    if (storage === 0) return -1;
    const slot = (address / slots) % 2 ** PAGE_BITS;
    const [rank, first, second] = this.#arena.words(storage + (slot >>> 6) * BLOCK, 3) as unknown as [number, number, number];
    const word = slot & 32 ? second : first;
    const bit = 1 << (slot & 31);
    if ((word & bit) === 0) return -1;
    return rank + ones(word & (bit - 1)) + (slot & 32 ? ones(first) : 0);
  }

  address(ordinal: number): number {
    const pages = this.#pages();
    const { page, storage } = pages[lastAtMost(pages.length, (i) => pages[i]!.before, ordinal)]!;
    const words = this.#arena.words(storage, BLOCKS * 3);
    const block = lastAtMost(BLOCKS, (i) => words[i * 3]!, ordinal);
    let left = ordinal - words[block * 3]!;
    const low = ones(words[block * 3 + 1]!);
    const half = left < low ? 0 : 1;
    if (half === 1) left -= low;
    const slot = block * 64 + half * 32 + nthBit(words[block * 3 + 1 + half]!, left);
    return ((this.firstPage + page) * 2 ** PAGE_BITS + slot) * 2 ** this.shift;
  }

  #pages(): { readonly page: number; readonly storage: number; readonly before: number }[] {
    this.ready();
    if (this.#used) return this.#used;
    const directory = this.#arena.words(this.#directory, this.pages);
    const used = [];
    for (let page = 0; page < this.pages; page++) {
      const storage = directory[page]!;
      if (storage !== 0) used.push({ page, storage, before: this.#arena.words(storage, 1)[0]! });
    }
    return (this.#used = used);
  }
}

/** The last of `count` ascending values that is not above `value`; of equal ones the last. */
function lastAtMost(count: number, at: (index: number) => number, value: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (at(middle) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

function nthBit(word: number, n: number): number {
  let bits = word;
  for (let i = 0; i < n; i++) bits &= bits - 1;
  return 31 - Math.clz32(bits & -bits);
}

function ones(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
