import { closeSync, openSync, renameSync, rmSync } from "node:fs";
import type { HeapReport } from "../analysis/report.ts";
import { Arena } from "../arena.ts";
import { AddressMap } from "../index/address-map.ts";
import type { WeakReferences } from "../index/class-rows.ts";
import { ClassTable, readClassDumps } from "../index/classes.ts";
import { Column, type Shelf } from "../index/column.ts";
import { soloCrew } from "../index/crew.ts";
import { FileMap } from "../index/file-map.ts";
import { HeapIndex } from "../index/heap-index.ts";
import { type OpenOptions, usesWasm } from "../index/options.ts";
import { Work } from "../index/work.ts";
import { loadKernel } from "../kernel/load.ts";
import { readRecords } from "../records/records.ts";
import type { DumpSource } from "../source.ts";
import { type ColumnName, COLUMNS, factsOf, LISTS, type ListName } from "./facts.ts";
import { writeAll } from "./file-shelf.ts";
import {
  aligned,
  fingerprintOf,
  HEAD,
  type Header,
  MAGIC,
  openSavedFile,
  type SavedFile,
  savedIndexPath,
  type Summary,
} from "./saved-file.ts";

/** Keeps an analysis. What was there before is replaced when the new one is whole. @returns where, and how many bytes */
export async function saveIndex(
  index: HeapIndex,
  report: HeapReport,
  dump: string,
  weak: WeakReferences = "excluded",
): Promise<{ readonly path: string; readonly bytes: number }> {
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
  const head = headOf({ fingerprint: await fingerprintOf(index.work.source), weak, report }, { ...facts, places });
  const base = head.length;
  const path = savedIndexPath(dump);
  const temporary = `${path}.part`;
  const descriptor = openSync(temporary, "w", 0o600);
  try {
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
  return { path, bytes: base + end };
}

/** All that stands before the columns. */
function headOf(summary: Summary, header: Header): Uint8Array {
  const [first, second] = [summary, header].map((part) => new TextEncoder().encode(JSON.stringify(part))) as [Uint8Array, Uint8Array];
  const head = new Uint8Array(aligned(HEAD + first.length + second.length));
  head.set(new TextEncoder().encode(MAGIC));
  const lengths = new DataView(head.buffer, MAGIC.length);
  lengths.setUint32(0, first.length, true);
  lengths.setUint32(4, second.length, true);
  head.set(first, HEAD);
  head.set(second, HEAD + first.length);
  return head;
}

/** @returns null where there is none, or where it is of another dump or version */
export async function openSavedIndex(source: DumpSource, dump: string, options: OpenOptions): Promise<HeapIndex | null> {
  const file = await openSavedFile(source, dump, options.weak);
  if (file === null) return null;
  try {
    const found = file.header();
    if (found) return await indexOf(source, file, found, options);
    file.shelf.close();
    return null;
  } catch (error) {
    file.shelf.close();
    throw error;
  }
}

type Found = NonNullable<ReturnType<SavedFile["header"]>>;

async function indexOf(
  source: DumpSource,
  { shelf, report }: SavedFile,
  { header, base }: Found,
  options: OpenOptions,
): Promise<HeapIndex> {
  const records = await readRecords(source, options.signal);
  const sizes = Object.values(header.places).reduce((sum, [, length]) => sum + length + 128, 0);
  // Room for what questions need beside the columns: eight bytes an object, and then some.
  const room = sizes + header.addresses.count * 8 + header.addresses.pages * 4 + (64 << 20);
  const arena = Arena.create(room, await usesWasm(options));
  const kernel = await loadKernel(arena);
  const work = new Work({ source, records, arena, kernel, shelf, crew: soloCrew(kernel, arena, source), signal: options.signal });
  const table = new ClassTable(await readClassDumps(source, header.located.classes, records.idSize), records);
  return new HeapIndex({ work, report, ...partsOf(header, table, arena, new SavedColumns(shelf, header.places, base, arena)) });
}

/** The parts of an index, as they were before it was saved. */
function partsOf(
  header: Header,
  table: ClassTable,
  arena: Arena,
  saved: SavedColumns,
): Pick<HeapIndex, "located" | "linked" | "core" | "tree"> {
  return {
    located: {
      ...header.located,
      addresses: addressesOf(arena, header, saved.column("pages")),
      places: new FileMap({
        offsets: saved.doubles("offsets"),
        ends: saved.doubles("ends"),
        lows: saved.doubles("lows"),
        highs: saved.doubles("highs"),
      }),
    },
    linked: {
      ...header.linked,
      table,
      predecessor: saved.column("dominators"),
      classOf: saved.column("classes"),
      size: saved.column("sizes"),
      outDegree: Column.at(arena, 0, 0, null),
      large: { ordinals: saved.words("largeOrdinals"), units: saved.words("largeUnits") },
      instances: Float64Array.from(header.instances),
      bytes: Float64Array.from(header.bytes),
      classObjects: new Map(header.classObjects),
      extraEdges: new Map(),
      watches: [],
      wideOut: 0,
    },
    core: { count: header.coreCount, map: saved.column("map"), parents: saved.column("parents") },
    tree: {
      ...header.tree,
      retained: saved.column("retained"),
      loaders: new Map(header.loaders),
      packages: new Map(header.packages),
      unheld: [],
    },
  };
}

/** Columns that are read when they are asked for, and lists, which are read at once. */
class SavedColumns {
  readonly #shelf: Shelf;
  readonly #places: Header["places"];
  readonly #base: number;
  readonly #arena: Arena;

  constructor(shelf: Shelf, places: Header["places"], base: number, arena: Arena) {
    this.#shelf = shelf;
    this.#places = places;
    this.#base = base;
    this.#arena = arena;
  }

  column(name: ColumnName): Column {
    const [at, length] = this.#places[name]!;
    return Column.on(this.#shelf, this.#base + at, length, this.#arena);
  }

  doubles(name: ListName): Float64Array {
    return new Float64Array(this.#list(name));
  }

  words(name: ListName): Uint32Array {
    return new Uint32Array(this.#list(name));
  }

  #list(name: ListName): ArrayBuffer {
    const [at, length] = this.#places[name]!;
    const bytes = new Uint8Array(length);
    this.#shelf.readInto(bytes, this.#base + at);
    return bytes.buffer;
  }
}

/** The pages lie at 0 until they are read; an empty page is told from the first one by adding one. */
function addressesOf(arena: Arena, { addresses: { used, ...window } }: Header, storage: Column): AddressMap {
  const directory = arena.allocate(window.pages * 4);
  const words = arena.words(directory, window.pages);
  for (const [page, at] of used) words[page] = at + AddressMap.NOWHERE;
  return new AddressMap(arena, { ...window, directory, storage, storedAt: AddressMap.NOWHERE });
}
