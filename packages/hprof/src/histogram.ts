import { ByteReader, isHeaptideError } from "@heaptide/base";
import { Arena } from "./arena.ts";
import { enterClassIds, tellLayout } from "./index/class-rows.ts";
import { ClassTable, readClassDumps } from "./index/classes.ts";
import { gatherCrew } from "./index/crew.ts";
import { inferLayout } from "./index/infer-layout.ts";
import type { HeapLayout } from "./index/layout.ts";
import { type OpenOptions, usesWasm } from "./index/options.ts";
import { classObjectSize, instanceSizes } from "./index/sizes.ts";
import { openTallies, type Tally } from "./index/tally.ts";
import { requireHeap, Work } from "./index/work.ts";
import { loadKernel } from "./kernel/load.ts";
import { type DumpRecords, readRecords } from "./records/records.ts";
import { readSubRecord } from "./records/sub-records.ts";
import { SUB } from "./records/tags.ts";
import { type DumpInput, type DumpSource, openSource, readBytes } from "./source.ts";

/** Objects and bytes by class, sizes as the JVM has them: one pass, in a few MB whatever the size of the dump. */
export interface DumpHistogram {
  readonly objects: number;
  readonly bytes: number;
  /** Most bytes first; classes of the same name from several loaders as one. */
  readonly classes: readonly { readonly class: string; readonly instances: number; readonly bytes: number }[];
  readonly cut: DumpRecords["cut"];
  /** Bytes that could not be read. */
  readonly damaged: number;
}

/** For the buffers and lists of the threads, and for what they count; of a small dump less. */
const ROOM = 32 << 20;
const LEAST_ROOM = 1 << 20;
const ROOM_FOR_A_BYTE = 128;

/** @throws what `openDump` throws, but for those about memory */
export async function dumpHistogram(input: DumpInput, options: OpenOptions = {}): Promise<DumpHistogram> {
  const source = await openSource(input, options.signal);
  try {
    return await count(source, options);
  } finally {
    if (source !== input) await source.close();
  }
}

async function count(source: DumpSource, options: OpenOptions): Promise<DumpHistogram> {
  const arena = Arena.create(Math.min(ROOM, LEAST_ROOM + source.size * ROOM_FOR_A_BYTE), await usesWasm(options));
  const kernel = await loadKernel(arena);
  const crew = await gatherCrew(kernel, arena, source, options);
  try {
    const records = await readRecords(source, options.signal);
    requireHeap(source, records);
    const work = new Work({ source, records, arena, kernel, crew, signal: options.signal, onProgress: options.onProgress });
    // JVMs write classes first. Where one does not, the pass itself finds them, and is run again.
    let offsets: readonly number[] = await leadingClasses(source, records);
    for (;;) {
      const table = new ClassTable(await readClassDumps(source, offsets, records.idSize), records);
      const layout = await inferLayout(source, records, table);
      const found = await countWith(work, table, layout);
      if (found.classes.length <= offsets.length)
        return { ...summary(found.sums, table, layout), cut: records.cut, damaged: found.damaged };
      offsets = found.classes;
    }
  } finally {
    await crew.close();
  }
}

async function leadingClasses(source: DumpSource, { segments, idSize }: DumpRecords): Promise<number[]> {
  const offsets: number[] = [];
  for (const { offset, length } of segments) {
    const bytes = await readBytes(source, offset, Math.min(length, 4 << 20));
    const reader = new ByteReader(bytes, source.name, { base: offset });
    try {
      while (reader.remaining > 0) {
        const at = reader.offset;
        const record = readSubRecord(reader, idSize);
        if (record?.tag === SUB.classDump) offsets.push(at);
        else if (!record || record.id !== 0) return offsets;
        reader.seek(record.end);
      }
    } catch (error) {
      if (!isHeaptideError(error, "TRUNCATED_INPUT") && !isHeaptideError(error, "MALFORMED_INPUT")) throw error;
      return offsets;
    }
  }
  return offsets;
}

async function countWith(
  work: Work,
  table: ClassTable,
  layout: HeapLayout,
): Promise<{ readonly sums: Tally; readonly classes: readonly number[]; readonly damaged: number }> {
  enterClassIds(work, table);
  tellLayout(work, layout);
  const tallies = openTallies(work, table, layout);
  const results = await work.pass("histogram", "counting objects");
  const classes = results.flatMap(({ entries }) => Array.from({ length: entries.length / 5 }, (_, i) => entries[i * 5 + 2]!));
  const damaged = results.flatMap((result) => result.damaged.filter((_, i) => i % 2 === 1)).reduce((sum, length) => sum + length, 0);
  return { sums: tallies.sum(), classes: classes.sort((a, b) => a - b), damaged };
}

function summary(
  { instances: counts, bytes }: Tally,
  table: ClassTable,
  layout: HeapLayout,
): Pick<DumpHistogram, "objects" | "bytes" | "classes"> {
  const meta = table.named("java.lang.Class")[0];
  if (meta) {
    const own = instanceSizes(table, layout)[meta.index]!;
    counts[meta.index]! += table.classes.length;
    for (const heapClass of table.classes) bytes[meta.index]! += classObjectSize(heapClass, own, layout);
  }
  const rows = new Map<string, { instances: number; bytes: number }>();
  counts.forEach((instances, i) => {
    if (instances === 0) return;
    const row = rows.get(table.name(i)) ?? { instances: 0, bytes: 0 };
    row.instances += instances;
    row.bytes += bytes[i]!;
    rows.set(table.name(i), row);
  });
  const classes = [...rows].map(([name, row]) => ({ class: name, ...row })).sort((a, b) => b.bytes - a.bytes || b.instances - a.instances);
  return {
    objects: classes.reduce((sum, row) => sum + row.instances, 0),
    bytes: classes.reduce((sum, row) => sum + row.bytes, 0),
    classes,
  };
}
