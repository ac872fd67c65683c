import { ByteReader } from "@heaptide/base";
import type { Field } from "../index/classes.ts";
import type { HeapIndex, Ordinal } from "../index/heap-index.ts";
import { type ClassDump, readClassDump, readValue } from "../records/class-dump.ts";
import { OBJECT_TYPE, SUB, typeSize } from "../records/tags.ts";
import { readBytes } from "../source.ts";
import { RecordPlaces } from "./record-places.ts";

/** What the dump holds of an object. References are addresses, 0 for null. */
export type ObjectRecord =
  | { readonly kind: "instance"; readonly fields: readonly FieldValue[] }
  | { readonly kind: "objects"; readonly length: number; readonly elements: readonly number[] }
  | { readonly kind: "primitives"; readonly type: number; readonly length: number; readonly elements: readonly number[] }
  | { readonly kind: "class"; readonly dump: ClassDump };

export interface FieldValue extends Field {
  readonly value: number;
}

/** How much of a longer array is read unless more is asked for. */
const ELEMENTS = 10_000;

/** Reads objects from the dump itself: some 0.1 ms for each that lies somewhere else than the last ones. */
export class ObjectReader {
  readonly index: HeapIndex;
  readonly #places: RecordPlaces;

  constructor(index: HeapIndex) {
    this.index = index;
    this.#places = new RecordPlaces(index);
  }

  /** @returns null where the dump is damaged at its place. Of arrays, `count` elements from `from` on. */
  async read(object: Ordinal, { from = 0, count = ELEMENTS } = {}): Promise<ObjectRecord | null> {
    const offset = await this.#places.of(this.index.address(object));
    if (offset === null) return null;
    const { idSize } = this.index.records;
    const head = await this.#reader(offset, 1 + idSize + 4 + 4 + idSize + 4);
    const tag = head.u1();
    head.skip(idSize + 4);
    if (tag === SUB.classDump) return { kind: "class", dump: await this.#classDump(offset) };
    if (tag === SUB.instance) {
      head.skip(idSize);
      const length = head.u4();
      return { kind: "instance", fields: await this.#fields(object, offset + 1 + 2 * idSize + 8, length) };
    }
    const length = head.u4();
    const type = tag === SUB.objectArray ? OBJECT_TYPE : head.u1();
    const size = typeSize(type, idSize);
    const body = offset + 1 + idSize + 8 + (tag === SUB.objectArray ? idSize : 1);
    const wanted = tag === 0xc3 ? 0 : Math.max(0, Math.min(count, length - from));
    const values = await this.#reader(body + from * size, wanted * size);
    const elements = Array.from({ length: Math.floor(values.remaining / size) }, () => readValue(values, type, idSize));
    return tag === SUB.objectArray ? { kind: "objects", length, elements } : { kind: "primitives", type, length, elements };
  }

  /** The fields of an instance by name; of equal names that of the subclass. Empty for anything else. */
  async fields(object: Ordinal): Promise<ReadonlyMap<string, FieldValue>> {
    const record = await this.read(object);
    const byName = new Map<string, FieldValue>();
    if (record?.kind !== "instance") return byName;
    for (const field of record.fields) if (!byName.has(field.name)) byName.set(field.name, field);
    return byName;
  }

  /** The object that a field refers to; null for null, for no such field and for an object that is not in the dump. */
  async follow(object: Ordinal, field: string): Promise<Ordinal | null> {
    const value = (await this.fields(object)).get(field);
    return value?.type === OBJECT_TYPE && value.value !== 0 ? this.index.at(value.value) : null;
  }

  /** The text of a java.lang.String of at most `longest` characters, then `…`; null where it is no string. */
  async text(object: Ordinal, longest = 1000): Promise<string | null> {
    const fields = await this.fields(object);
    const value = fields.get("value");
    const chars = value && value.value !== 0 ? this.index.at(value.value) : null;
    if (chars === null) return null;
    const wide = (fields.get("coder")?.value ?? 0) === 1;
    const start = fields.get("offset")?.value ?? 0;
    return this.characters(chars, { wide, start, length: fields.get("count")?.value ?? Infinity, longest });
  }

  /**
   * The characters of an array behind a string, then `…` where there are more than `longest`; null where it is no array of bytes or chars.
   * @param wide whether each two bytes are one character
   */
  async characters(
    array: Ordinal,
    { wide, longest, start = 0, length = Infinity }: { wide: boolean; longest: number; start?: number; length?: number },
  ): Promise<string | null> {
    const record = await this.read(array, { count: (start + longest) * 2 + 2 });
    if (record?.kind !== "primitives") return null;
    const isBytes = record.type === 8;
    const codes = isBytes && wide ? pairs(record.elements) : record.elements.map((code) => (isBytes ? code & 0xff : code));
    const whole = Math.min(length, (isBytes && wide ? record.length / 2 : record.length) - start);
    return String.fromCharCode(...codes.slice(start, start + Math.min(whole, longest))) + (whole > longest ? "…" : "");
  }

  async #fields(object: Ordinal, offset: number, length: number): Promise<FieldValue[]> {
    const heapClass = this.index.table.at(this.index.classIndex(object));
    if (!heapClass) return [];
    const { idSize } = this.index.records;
    const reader = await this.#reader(offset, length);
    return this.index.table
      .fields(heapClass)
      .filter((field) => field.offset + typeSize(field.type, idSize) <= length)
      .map((field) => {
        reader.seek(offset + field.offset);
        return { ...field, value: readValue(reader, field.type, idSize) };
      });
  }

  async #classDump(offset: number): Promise<ClassDump> {
    // A class dump is as long as its fields: most take some hundred bytes, none that a compiler makes more than this.
    return readClassDump(await this.#reader(offset, 1 << 20), this.index.records.idSize);
  }

  async #reader(offset: number, length: number): Promise<ByteReader> {
    const { source } = this.index.work;
    return new ByteReader(await readBytes(source, offset, length), source.name, { base: offset });
  }
}

/** HotSpot writes the bytes of UTF-16 strings as they lie in memory: little-endian, on all machines that it runs on today but s390. */
function pairs(bytes: readonly number[]): number[] {
  return Array.from({ length: bytes.length >>> 1 }, (_, i) => (bytes[i * 2]! & 0xff) | ((bytes[i * 2 + 1]! & 0xff) << 8));
}
