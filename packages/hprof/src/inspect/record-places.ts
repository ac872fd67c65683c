import { ByteReader, isHeaptideError } from "@heaptide/base";
import type { HeapIndex } from "../index/heap-index.ts";
import { readSubRecord } from "../records/sub-records.ts";
import { readBytes } from "../source.ts";

/** Stretches of the file whose objects are remembered: some hundred each. */
const KEPT = 512;
const WINDOW = 96 * 1024;

/** Where the record of an object begins in the file. */
export class RecordPlaces {
  readonly #index: HeapIndex;
  /** By offset of the stretch; the one used last is the last one. */
  readonly #stretches = new Map<number, ReadonlyMap<number, number>>();

  constructor(index: HeapIndex) {
    this.#index = index;
  }

  /** null where the dump does not have the object, or is damaged there. */
  async of(address: number): Promise<number | null> {
    for (const { offset, end } of this.#index.located.places.candidates(address)) {
      const at = (await this.#stretch(offset, end)).get(address);
      if (at !== undefined) return at;
    }
    return null;
  }

  async #stretch(offset: number, end: number): Promise<ReadonlyMap<number, number>> {
    const known = this.#stretches.get(offset);
    if (known) {
      this.#stretches.delete(offset);
      this.#stretches.set(offset, known);
      return known;
    }
    const places = await this.#walk(offset, end);
    this.#stretches.set(offset, places);
    if (this.#stretches.size > KEPT) this.#stretches.delete(this.#stretches.keys().next().value!);
    return places;
  }

  async #walk(start: number, end: number): Promise<Map<number, number>> {
    const { work, records } = this.#index;
    const places = new Map<number, number>();
    let offset = start;
    while (offset < end) {
      const bytes = await readBytes(work.source, offset, Math.min(WINDOW, end - offset));
      const reader = new ByteReader(bytes, work.source.name, { base: offset });
      const next = walkWindow(reader, offset, records.idSize, places);
      // A class dump larger than the window, or a damaged place: nothing more is found here.
      if (next <= offset) break;
      offset = next;
    }
    return places;
  }
}

/** Notes the objects of a window. @returns where the first record begins that is not whole in it, or ends behind it */
function walkWindow(reader: ByteReader, start: number, idSize: 4 | 8, places: Map<number, number>): number {
  const limit = start + reader.remaining;
  let offset = start;
  try {
    while (offset < limit) {
      reader.seek(offset);
      const record = readSubRecord(reader, idSize);
      if (!record) return start;
      if (record.id !== 0 && !places.has(record.id)) places.set(record.id, offset);
      offset = record.end;
    }
  } catch (error) {
    if (!isHeaptideError(error, "TRUNCATED_INPUT")) throw error;
  }
  return offset;
}
