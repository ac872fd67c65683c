import { ByteReader, HeaptideError } from "@heaptide/base";
import * as STATE from "../kernel/state.ts";
import { readId } from "../records/records.ts";
import { readBytes } from "../source.ts";
import { AddressMap } from "./address-map.ts";
import { FileMap } from "./file-map.ts";
import { Misfit, type PassResult } from "./pass.ts";
import type { Work } from "./work.ts";

/** A root as the dump names it: a kind (tag of its sub-record), the object, and for what belongs to a thread its serial number and the frame's. */
export interface RootRecord {
  readonly kind: number;
  readonly id: number;
  readonly thread: number;
  readonly frame: number;
}

/** Where everything is: the first pass. */
export interface Located {
  readonly addresses: AddressMap;
  readonly places: FileMap;
  /** Offsets of class dumps in the file. */
  readonly classes: readonly number[];
  readonly roots: readonly RootRecord[];
  readonly damaged: readonly { readonly offset: number; readonly length: number }[];
  /** Objects whose record is there twice. */
  readonly duplicates: number;
}

const PAGE_BITS = 17;
const PAGE_STORAGE = 24_576;
/** Entries of the directory at first, 512 GiB of heap at the usual alignment, of a small dump 4 GiB; and at most. */
const DIRECTORY = 1 << 19;
const SMALL_DIRECTORY = 1 << 12;
const SMALL = 1 << 20;
const LARGEST_DIRECTORY = 1 << 26;
/** Bytes of heap that a byte of the dump may stand for, and pages that even a small dump may touch. */
const SPREAD = 4;
const PAGES_AT_LEAST = 1024;
/** A dump of a few kB touches no more pages than it has records, and they are longer than this on average. */
const BYTES_A_PAGE = 64;

/** @throws HEAP_DUMP_SCATTERED, HEAP_DUMP_TOO_LARGE */
export async function locate(work: Work): Promise<Located> {
  let window = await firstWindow(work);
  for (;;) {
    try {
      return await locateWithin(work, window);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      window = widened(window, error, work);
    }
  }
}

/** Which addresses the directory covers. */
interface Window {
  readonly shift: number;
  readonly firstPage: number;
  readonly pages: number;
  readonly pageLimit: number;
}

async function firstWindow(work: Work): Promise<Window> {
  const { segments, idSize } = work.records;
  let least = Infinity;
  for (let i = 0; i < segments.length; i += Math.ceil(segments.length / 200)) {
    const bytes = await readBytes(work.source, segments[i]!.offset, 1 + idSize);
    if (bytes.length <= idSize || bytes[0]! < 0x20 || bytes[0]! > 0x23) continue;
    const reader = new ByteReader(bytes, work.source.name);
    reader.skip(1);
    least = Math.min(least, readId(reader, idSize));
  }
  return windowAround(least === Infinity ? 0 : least, 3, work.source.size < SMALL ? SMALL_DIRECTORY : DIRECTORY, work);
}

function windowAround(address: number, shift: number, pages: number, work: Work): Window {
  const page = Math.floor(address / 2 ** (PAGE_BITS + shift));
  const bytesPerPage = 2 ** (PAGE_BITS + shift);
  const { size } = work.source;
  const pageLimit = Math.min(Math.ceil((size * SPREAD) / bytesPerPage) + PAGES_AT_LEAST, Math.ceil(size / BYTES_A_PAGE));
  return { shift, firstPage: Math.max(0, page - pages / 4), pages, pageLimit };
}

function widened(window: Window, { problem, high, low }: Misfit, work: Work): Window {
  const address = high * 2 ** 32 + low;
  if (problem === STATE.MISALIGNED && window.shift > 0) return windowAround(0, 0, DIRECTORY, work);
  const page = Math.floor(address / 2 ** (PAGE_BITS + window.shift));
  const first = Math.min(window.firstPage, page);
  const end = Math.max(window.firstPage + window.pages, page + 1);
  const inside = page >= window.firstPage && page < window.firstPage + window.pages;
  if (inside || end - first > LARGEST_DIRECTORY) throw new HeaptideError("HEAP_DUMP_SCATTERED", { name: work.source.name, address });
  const pages = Math.min(LARGEST_DIRECTORY, 2 ** Math.ceil(Math.log2((end - first) * 2)));
  return { ...window, firstPage: first, pages };
}

async function locateWithin(work: Work, window: Window): Promise<Located> {
  const { arena, kernel } = work;
  const directory = arena.allocate(window.pages * 4);
  const counter = arena.allocate(64);
  const pageLimit = Math.floor(Math.min(window.pageLimit, (arena.largest - 4096) / PAGE_STORAGE));
  const pages = arena.allocate(pageLimit * PAGE_STORAGE);
  work.tell(STATE.SHIFT, window.shift);
  work.tell(STATE.DIRECTORY, directory);
  work.tell(STATE.FIRST_PAGE, window.firstPage);
  work.tell(STATE.PAGE_COUNT, window.pages);
  work.tell(STATE.PAGES, pages);
  work.tell(STATE.PAGE_LIMIT, pageLimit);
  work.tell(STATE.PAGE_COUNTER, counter);
  work.tell(STATE.DUPLICATES, 0);
  work.tell(STATE.LIST_COUNT, 0);
  let results: readonly PassResult[];
  try {
    results = await work.pass("locate", "finding objects");
  } catch (error) {
    for (const piece of [directory, pages, counter]) arena.free(piece);
    throw error;
  }
  const used = arena.words(counter, 1)[0]!;
  arena.shrink(pages, used * PAGE_STORAGE);
  const count = kernel.rankAddresses(work.states[0]!);
  const storage = work.column(pages, used * PAGE_STORAGE);
  const addresses = new AddressMap(arena, { ...window, directory, storage, storedAt: pages, count });
  return { addresses, ...listed(results, work), duplicates: work.told(STATE.DUPLICATES) };
}

function listed(results: readonly PassResult[], work: Work): Pick<Located, "places" | "classes" | "roots" | "damaged"> {
  const classes: number[] = [];
  const roots: RootRecord[] = [];
  const blocks: number[] = [];
  for (const { entries } of results) {
    for (let i = 0; i < entries.length; i += 5) {
      const tag = entries[i]!;
      if (tag === STATE.BLOCK_ENTRY) blocks.push(entries[i + 2]!, entries[i + 3]!, entries[i + 4]!);
      else if (tag === 0x20) classes.push(entries[i + 2]!);
      else roots.push({ kind: tag, thread: entries[i + 1]!, id: entries[i + 2]!, frame: entries[i + 3]! });
    }
  }
  const damaged = results.flatMap((result) =>
    Array.from({ length: result.damaged.length / 2 }, (_, i) => ({ offset: result.damaged[i * 2]!, length: result.damaged[i * 2 + 1]! })),
  );
  // Workers come in any order; the result must not.
  roots.sort((a, b) => a.id - b.id || a.kind - b.kind || a.thread - b.thread || a.frame - b.frame);
  return {
    places: FileMap.of(blocks, work.records.segments),
    classes: classes.sort((a, b) => a - b),
    roots,
    damaged: damaged.sort((a, b) => a.offset - b.offset),
  };
}
