import type { Bytes } from "@heaptide/base";
import type { HeapIndex, Ordinal } from "../index/heap-index.ts";
import type { ObjectReader } from "../inspect/object-reader.ts";
import { loadersOf, type LoaderRow } from "./loaders.ts";
import { cutReport, SAVED_ROWS } from "../saved/cut-report.ts";
import { addressOf, nameOf } from "./paths.ts";
import { findSuspects, type Suspect } from "./suspects.ts";
import { threadsOf, type ThreadRow } from "./threads.ts";

/** What a dump says at one look. Lists are cut at `top`. */
export interface HeapReport {
  readonly dump: {
    readonly version: string;
    /** When it was begun, milliseconds since the epoch. */
    readonly at: number;
    /** Bytes of the file, or of what it is unpacked. */
    readonly size: number;
    readonly idSize: 4 | 8;
    readonly compressedReferences: boolean;
  };
  readonly totals: { readonly objects: number; readonly bytes: number; readonly classes: number };
  /** Reachable from roots, only by weak, soft, phantom or final references, not at all. */
  readonly reach: { readonly strong: Amount; readonly weak: Amount; readonly unreachable: Amount };
  readonly suspects: readonly Suspect[];
  /** Most bytes first. */
  readonly classes: readonly ClassRow[];
  /** What only roots hold, most retained first. */
  readonly biggest: readonly ObjectRow[];
  readonly loaders: readonly LoaderRow[];
  readonly packages: readonly { readonly package: string; readonly retained: Bytes }[];
  readonly threads: readonly ThreadRow[];
  readonly roots: readonly { readonly kind: string; readonly count: number }[];
  readonly missing: Missing;
}

export interface Amount {
  readonly objects: number;
  readonly bytes: number;
}

export interface ClassRow {
  readonly class: string;
  readonly instances: number;
  readonly bytes: number;
  readonly retained: Bytes;
  /** Of the instances. */
  readonly unreachable: number;
}

export interface ObjectRow {
  readonly class: string;
  readonly address: string;
  readonly retained: Bytes;
}

/** What of the dump could not be read: nothing is guessed in its place. */
export interface Missing {
  /** Where the file ends before it should, and how many bytes are missing as far as that can be known. */
  readonly cut: { readonly offset: number; readonly missing: number | null } | null;
  readonly damaged: { readonly stretches: number; readonly bytes: number };
  /** Objects whose record is there twice; instances whose record is shorter than their class. */
  readonly duplicates: number;
  readonly short: number;
}

export async function reportHeap(reader: ObjectReader, { top = 20 }: { readonly top?: number } = {}): Promise<HeapReport> {
  const { index } = reader;
  if (index.report && top <= SAVED_ROWS) return cutReport(index.report, top);
  const { records, tree } = index;
  const amount = (phase: 0 | 1 | 2): Amount => ({ objects: tree.reach[phase], bytes: tree.reachBytes[phase] });
  const classes = classRows(index);
  return {
    dump: {
      version: records.version,
      at: records.at,
      size: index.work.source.size,
      idSize: records.idSize,
      compressedReferences: records.idSize === 8 && index.layout.reference === 4,
    },
    totals: {
      objects: index.count,
      bytes: classes.reduce((sum, row) => sum + row.bytes, 0),
      classes: index.table.classes.length,
    },
    reach: { strong: amount(0), weak: amount(1), unreachable: amount(2) },
    suspects: await findSuspects(reader),
    classes: classes.slice(0, top),
    biggest: biggest(index, top).map((object) => ({
      class: nameOf(index, object),
      address: addressOf(index, object),
      retained: index.retained(object),
    })),
    loaders: (await loadersOf(reader)).slice(0, top),
    packages: [...tree.packages]
      .map(([name, { retained }]) => ({ package: name, retained: retained as Bytes }))
      .sort((a, b) => b.retained - a.retained)
      .slice(0, top),
    threads: (await threadsOf(reader)).slice(0, top),
    roots: [...Map.groupBy(index.roots, ({ kind }) => kind)].map(([kind, roots]) => ({ kind, count: roots.length })),
    missing: missingOf(index),
  };
}

/** Every class that has instances, classes of the same name from several loaders as one; most bytes first. */
export function classRows(index: HeapIndex): ClassRow[] {
  const rows = new Map<string, { instances: number; bytes: number; retained: number; unreachable: number }>();
  index.linked.instances.forEach((instances, i) => {
    if (instances === 0) return;
    const name = index.table.name(i);
    const row = rows.get(name) ?? { instances: 0, bytes: 0, retained: 0, unreachable: 0 };
    const sum = index.tree.classes[i]!;
    row.instances += instances;
    row.bytes += index.linked.bytes[i]!;
    row.retained += sum.retained;
    row.unreachable += sum.instances[2];
    rows.set(name, row);
  });
  return [...rows]
    .map(([name, row]) => ({ class: name, ...row, retained: row.retained as Bytes }))
    .sort((a, b) => b.bytes - a.bytes || b.instances - a.instances || (a.class < b.class ? -1 : 1));
}

/** Objects that only a root dominates, most retained first. */
function biggest(index: HeapIndex, top: number): Ordinal[] {
  const { arena, kernel } = index.work;
  const limit = Math.max(1, top);
  const list = arena.allocate(limit * 8);
  const { linked, tree, count } = index;
  const found = kernel.mostRetaining(count, count, 1, linked.predecessor.at, tree.retained.at, limit, list);
  const objects = Array.from({ length: found }, (_, i) => arena.words(list, found * 2)[i * 2 + 1]!).reverse();
  arena.free(list);
  return objects;
}

export function missingOf({ records, located, linked }: HeapIndex): Missing {
  return {
    cut: records.cut,
    damaged: { stretches: located.damaged.length, bytes: located.damaged.reduce((sum, { length }) => sum + length, 0) },
    duplicates: located.duplicates,
    short: linked.oddInstances,
  };
}
