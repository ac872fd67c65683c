import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import type { HeapReport } from "../analysis/report.ts";
import { Arena } from "../arena.ts";
import { AddressMap } from "../index/address-map.ts";
import { kernelKind, type OpenOptions } from "../index/build.ts";
import type { WeakReferences } from "../index/class-rows.ts";
import { ClassTable, readClassDumps } from "../index/classes.ts";
import { Column, type Shelf } from "../index/column.ts";
import { soloCrew } from "../index/crew.ts";
import { FileMap } from "../index/file-map.ts";
import { HeapIndex } from "../index/heap-index.ts";
import { Work } from "../index/work.ts";
import { loadKernel } from "../kernel/load.ts";
import { readRecords } from "../records/records.ts";
import { type DumpSource, readBytes } from "../source.ts";
import { readingShelf, writeAll } from "./file-shelf.ts";
import { COLUMNS, type Facts, factsOf, LISTS, type ListName } from "./facts.ts";

/**
 * An analysis that was kept, beside its dump: `heap.hprof.heaptide`. Written and read by Heaptide alone, by the same version of the format; anything
 * else is no reason to fail, the dump is analysed again. Little-endian. "heaptide-index-N", the length of what follows (u32), facts as JSON, then
 * columns and lists at multiples of 64, each of which is read when it is asked for. About 12 bytes an object.
 */
const MAGIC = "heaptide-index-1";
const HEAD = MAGIC.length + 4;
const SUFFIX = ".heaptide";

export function savedIndexPath(dump: string): string {
  return dump + SUFFIX;
}

interface Header extends Facts {
  readonly fingerprint: string;
  readonly weak: WeakReferences;
  readonly report: HeapReport;
  /** Where each begins, from the first one, and its length in bytes. */
  readonly places: Readonly<Record<string, readonly [at: number, length: number]>>;
}

/** Keeps an analysis. What was there before is replaced when the new one is whole. @returns bytes */
export async function saveIndex(index: HeapIndex, report: HeapReport, path: string, weak: WeakReferences = "excluded"): Promise<number> {
  const { facts, columns, lists } = factsOf(index);
  const parts: readonly (readonly [name: string, part: Column | Uint8Array])[] = [
    ...COLUMNS.map((name) => [name, columns[name]] as const),
    ...LISTS.map((name) => [name, new Uint8Array(lists[name].buffer, lists[name].byteOffset, lists[name].byteLength)] as const),
  ];
  const places: Record<string, [number, number]> = {};
  let end = 0;
  for (const [name, { length }] of parts) {
    places[name] = [end, length];
    end = aligned(end + length);
  }
  const header: Header = { ...facts, fingerprint: await fingerprintOf(index.work.source), weak, report, places };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const base = aligned(HEAD + text.length);
  const temporary = `${path}.part`;
  const descriptor = openSync(temporary, "w", 0o600);
  try {
    const head = new Uint8Array(base);
    head.set(new TextEncoder().encode(MAGIC));
    new DataView(head.buffer).setUint32(MAGIC.length, text.length, true);
    head.set(text, HEAD);
    writeAll(descriptor, head, 0);
    for (const [name, part] of parts) {
      let at = base + places[name]![0];
      const write = (bytes: Uint8Array): void => {
        writeAll(descriptor, bytes, at);
        at += bytes.length;
      };
      if (part instanceof Column) part.copyTo(write);
      else write(part);
    }
    closeSync(descriptor);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return base + end;
}

/** @returns null where there is none, or where it is of another dump or version */
export async function openSavedIndex(source: DumpSource, path: string, options: OpenOptions): Promise<HeapIndex | null> {
  if (!existsSync(path)) return null;
  const shelf = readingShelf(path);
  const index = await tryOpen(source, shelf, statSync(path).size, options).catch((error: unknown) => {
    shelf.close();
    throw error;
  });
  if (index === null) shelf.close();
  return index;
}

async function tryOpen(source: DumpSource, shelf: Shelf, size: number, options: OpenOptions): Promise<HeapIndex | null> {
  const found = readHeader(shelf);
  if (found === null) return null;
  const { header, base } = found;
  if (Object.values(header.places).some(([at, length]) => base + at + length > size)) return null;
  if (header.weak !== (options.weak ?? "excluded") || header.fingerprint !== (await fingerprintOf(source))) return null;
  const records = await readRecords(source, options.signal);
  const sizes = Object.values(header.places).reduce((sum, [, length]) => sum + length + 128, 0);
  // Room for what questions need beside the columns: eight bytes an object, and then some.
  const arena = Arena.create(sizes + header.addresses.count * 8 + header.addresses.pages * 4 + (64 << 20), kernelKind(options) === "wasm");
  const kernel = loadKernel(arena);
  const work = new Work({ source, records, arena, kernel, crew: soloCrew(kernel, arena, source), signal: options.signal });
  work.shelf = shelf;
  const column = (name: string): Column => Column.on(shelf, base + header.places[name]![0], header.places[name]![1], arena);
  const list = (name: ListName): Uint8Array<ArrayBuffer> => {
    const [at, length] = header.places[name]!;
    const bytes = new Uint8Array(length);
    shelf.readInto(bytes, base + at);
    return bytes;
  };
  const doubles = (name: ListName): Float64Array => new Float64Array(list(name).buffer);
  const words = (name: ListName): Uint32Array => new Uint32Array(list(name).buffer);
  const table = new ClassTable(await readClassDumps(source, header.located.classes, records.idSize), records);
  const none = Column.at(arena, 0, 0, null);
  return new HeapIndex({
    work,
    report: header.report,
    located: {
      ...header.located,
      addresses: addressesOf(arena, header, column("pages")),
      places: new FileMap({ offsets: doubles("offsets"), ends: doubles("ends"), lows: doubles("lows"), highs: doubles("highs") }),
    },
    linked: {
      ...header.linked,
      table,
      predecessor: column("dominators"),
      classOf: column("classes"),
      size: column("sizes"),
      outDegree: none,
      large: { ordinals: words("largeOrdinals"), units: words("largeUnits") },
      instances: Float64Array.from(header.instances),
      bytes: Float64Array.from(header.bytes),
      classObjects: new Map(header.classObjects),
      extraEdges: new Map(),
      watches: [],
      wideOut: 0,
    },
    core: { count: header.coreCount, map: column("map"), parents: column("parents") },
    tree: {
      ...header.tree,
      retained: column("retained"),
      loaders: new Map(header.loaders),
      packages: new Map(header.packages),
      unheld: [],
    },
  });
}

/** The pages lie at 0 until they are read; an empty page is told from the first one by adding one. */
function addressesOf(arena: Arena, { addresses: { used, ...window } }: Header, storage: Column): AddressMap {
  const directory = arena.allocate(window.pages * 4);
  const words = arena.words(directory, window.pages);
  for (const [page, at] of used) words[page] = at + AddressMap.NOWHERE;
  return new AddressMap(arena, { ...window, directory, storage, storedAt: AddressMap.NOWHERE });
}

function readHeader(shelf: Shelf): { readonly header: Header; readonly base: number } | null {
  try {
    const head = new Uint8Array(HEAD);
    shelf.readInto(head, 0);
    if (new TextDecoder().decode(head.subarray(0, MAGIC.length)) !== MAGIC) return null;
    const length = new DataView(head.buffer).getUint32(MAGIC.length, true);
    const text = new Uint8Array(length);
    shelf.readInto(text, HEAD);
    return { header: JSON.parse(new TextDecoder().decode(text)) as Header, base: aligned(HEAD + length) };
  } catch {
    // Cut off, or something else of that name.
    return null;
  }
}

const PIECES = 24;
const PIECE = 8192;

/** Of the size and of pieces from all over the dump: another dump of the same process differs in addresses, counts and times. */
async function fingerprintOf(source: DumpSource): Promise<string> {
  const hash = createHash("sha256").update(String(source.size));
  for (let i = 0; i < PIECES; i++) {
    const at = Math.floor((Math.max(0, source.size - PIECE) * i) / (PIECES - 1));
    hash.update(await readBytes(source, at, PIECE));
  }
  return hash.digest("hex");
}

function aligned(at: number): number {
  return Math.ceil(at / 64) * 64;
}
