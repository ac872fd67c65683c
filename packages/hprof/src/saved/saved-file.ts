import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import type { HeapReport } from "../analysis/report.ts";
import type { WeakReferences } from "../index/class-rows.ts";
import type { Shelf } from "../index/column.ts";
import { type DumpSource, readBytes } from "../source.ts";
import type { Facts } from "./facts.ts";
import { readingShelf } from "./file-shelf.ts";

/**
 * An analysis that was kept, beside its dump: `heap.hprof.heaptide`. Written and read by Heaptide alone, by the same version of the format; anything
 * else is no reason to fail, the dump is analysed again. Little-endian. "heaptide-index-N", the lengths of what follows (u32 each): a summary as
 * JSON, facts as JSON, then columns and lists at multiples of 64. Each is read when it is asked for: the report needs the summary alone.
 */
export const MAGIC = "heaptide-index-2";
export const HEAD = MAGIC.length + 8;
const SUFFIX = ".heaptide";

export interface Summary {
  readonly fingerprint: string;
  readonly weak: WeakReferences;
  readonly report: HeapReport;
}

export interface Header extends Facts {
  /** Where each column and list begins, from the first one, and its length in bytes. */
  readonly places: Readonly<Record<string, readonly [at: number, length: number]>>;
}

/** A file that belongs to a dump, open. */
export interface SavedFile {
  readonly shelf: Shelf;
  readonly report: HeapReport;
  /** What stands behind the report, and where the first column begins; null where the file was cut off. */
  readonly header: () => { readonly header: Header; readonly base: number } | null;
}

export function savedIndexPath(dump: string): string {
  return dump + SUFFIX;
}

/** @returns null where there is none, or where it is of another dump, of another version, or cut off */
export async function openSavedFile(source: DumpSource, dump: string, weak: WeakReferences = "excluded"): Promise<SavedFile | null> {
  const path = savedIndexPath(dump);
  if (!existsSync(path)) return null;
  const shelf = readingShelf(path);
  const found = readSummary(shelf);
  if (found === null || found.summary.weak !== weak || found.summary.fingerprint !== (await fingerprintOf(source))) {
    shelf.close();
    return null;
  }
  return { shelf, report: found.summary.report, header: () => readHeader(shelf, found, statSync(path).size) };
}

/** Lengths of the two JSON texts. */
interface Lengths {
  readonly summaryLength: number;
  readonly factsLength: number;
}

function readSummary(shelf: Shelf): (Lengths & { readonly summary: Summary }) | null {
  try {
    const head = new Uint8Array(HEAD);
    shelf.readInto(head, 0);
    if (new TextDecoder().decode(head.subarray(0, MAGIC.length)) !== MAGIC) return null;
    const lengths = new DataView(head.buffer, MAGIC.length);
    const [summaryLength, factsLength] = [lengths.getUint32(0, true), lengths.getUint32(4, true)];
    return { summaryLength, factsLength, summary: readJson(shelf, HEAD, summaryLength) as Summary };
  } catch {
    // Cut off, or something else of that name.
    return null;
  }
}

function readHeader(shelf: Shelf, { summaryLength, factsLength }: Lengths, size: number): ReturnType<SavedFile["header"]> {
  const base = aligned(HEAD + summaryLength + factsLength);
  try {
    const header = readJson(shelf, HEAD + summaryLength, factsLength) as Header;
    return Object.values(header.places).some(([at, length]) => base + at + length > size) ? null : { header, base };
  } catch {
    return null;
  }
}

function readJson(shelf: Shelf, at: number, length: number): unknown {
  const text = new Uint8Array(length);
  shelf.readInto(text, at);
  return JSON.parse(new TextDecoder().decode(text));
}

const PIECES = 24;
const PIECE = 8192;

/** Of the size and of pieces from all over the dump: another dump of the same process differs in addresses, counts and times. */
export async function fingerprintOf(source: DumpSource): Promise<string> {
  const hash = createHash("sha256").update(String(source.size));
  for (let i = 0; i < PIECES; i++) {
    const at = Math.floor((Math.max(0, source.size - PIECE) * i) / (PIECES - 1));
    hash.update(await readBytes(source, at, PIECE));
  }
  return hash.digest("hex");
}

export function aligned(at: number): number {
  return Math.ceil(at / 64) * 64;
}
