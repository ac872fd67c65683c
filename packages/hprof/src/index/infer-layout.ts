import { ByteReader, isHeaptideError } from "@heaptide/base";
import { type DumpRecords, readId } from "../records/records.ts";
import { SUB, typeSize } from "../records/tags.ts";
import { type DumpSource, readBytes } from "../source.ts";
import type { ClassTable } from "./classes.ts";
import { alignUp, arrayBase, type HeapLayout, LAYOUT_32, LAYOUTS_64 } from "./layout.ts";
import { instanceSizer } from "./sizes.ts";

/** How much of the file is looked at, in how many places. */
const PLACES = 12;
const PIECE = 8 * 1024;

/**
 * Which layout the JVM used: no record says so, but objects lie one behind the other in the heap and often in the dump too, so the distance
 * between two addresses is the size of the first. The layout that predicts most distances is taken.
 */
export async function inferLayout(source: DumpSource, records: DumpRecords, table: ClassTable): Promise<HeapLayout> {
  if (records.idSize === 4) return LAYOUT_32;
  const distances: Distance[] = [];
  const { segments } = records;
  const places = new Set(Array.from({ length: PLACES }, (_, i) => Math.floor((segments.length * (i + 0.5)) / PLACES)));
  for (const at of places) {
    const segment = segments[at];
    if (!segment) continue;
    const bytes = await readBytes(source, segment.offset, Math.min(PIECE, segment.length));
    collectDistances(new ByteReader(bytes, source.name, { base: segment.offset }), records, table, distances);
  }
  const scores = LAYOUTS_64.map((layout) => scoreOf(layout, distances, table));
  return LAYOUTS_64[scores.indexOf(Math.max(...scores))]!;
}

/** From an object to the next one: `element` 0 for an instance of the class `index`, else the size of its elements (-1: references). */
interface Distance {
  readonly bytes: number;
  readonly index: number;
  readonly element: number;
  readonly length: number;
}

function scoreOf(layout: HeapLayout, distances: readonly Distance[], table: ClassTable): number {
  const sizeOf = instanceSizer(layout);
  let right = 0;
  for (const { bytes, index, element, length } of distances) {
    const elementSize = element < 0 ? layout.reference : element;
    const heapClass = table.at(index);
    if (element === 0 && heapClass === null) continue;
    const size = heapClass ? sizeOf(heapClass) : alignUp(arrayBase(layout, elementSize) + length * elementSize, layout.alignment);
    if (size === bytes) right++;
  }
  return right;
}

const FAR = 4096;

function collectDistances(reader: ByteReader, { idSize }: DumpRecords, table: ClassTable, distances: Distance[]): void {
  let before: Placed | null = null;
  try {
    for (;;) {
      const object = readObject(reader, idSize, table);
      if (!object) return;
      const bytes = before ? object.id - before.id : 0;
      if (before && bytes > 0 && bytes < FAR) distances.push({ ...before, bytes });
      before = object;
    }
  } catch (error) {
    // The piece ends within a record.
    if (!isHeaptideError(error, "TRUNCATED_INPUT")) throw error;
  }
}

type Placed = Omit<Distance, "bytes"> & { readonly id: number };

/** @returns null at what is neither instance nor array */
function readObject(reader: ByteReader, idSize: 4 | 8, table: ClassTable): Placed | null {
  const tag = reader.u1();
  const id = readId(reader, idSize);
  if (tag === SUB.instance) {
    reader.skip(4);
    const index = table.byId(readId(reader, idSize))?.index ?? 0;
    reader.skip(reader.u4());
    return { id, index, element: 0, length: 0 };
  }
  if (tag === SUB.objectArray) {
    reader.skip(4);
    const length = reader.u4();
    reader.skip(idSize + length * idSize);
    return { id, index: 0, element: -1, length };
  }
  if (tag !== SUB.primitiveArray) return null;
  reader.skip(4);
  const length = reader.u4();
  const element = typeSize(reader.u1(), idSize);
  reader.skip(length * element);
  return { id, index: 0, element, length };
}
