import type { PackedReader, PooledText } from "./packed-reader.ts";
import { type Field, LAYOUT, type Layout, type Type } from "./types.ts";

/**
 * A decoded struct. Booleans are 0 or 1. A pooled field holds its key: what it leads to is looked up where it is needed, so that pools which
 * lead in circles cannot trap anybody.
 *
 * A recording may hold a million stack frames: values stand in the order of the type's fields, whose names the type has once. A map for each
 * took 2.4 times the memory.
 */
export class Struct {
  readonly type: Type;
  readonly values: readonly Value[];

  constructor(type: Type, values: readonly Value[]) {
    this.type = type;
    this.values = values;
  }

  /** undefined where this version's type has no such field. */
  get(field: string): Value | undefined {
    const ordinal = this.type.ordinals.get(field);
    return ordinal === undefined ? undefined : this.values[ordinal];
  }

  /** Names and values, in the order of the fields. */
  *[Symbol.iterator](): Generator<[name: string, value: Value]> {
    for (const [ordinal, { name }] of this.type.fields.entries()) yield [name, this.values[ordinal]!];
  }
}

export type Value = number | string | null | Struct | readonly Value[];

/** Decodes one value of a type; the reader stands on its first byte and ends behind it. */
export function readValue(reader: PackedReader, layout: Layout, type: Type, pooled: PooledText): Value {
  if (layout === LAYOUT.string) return reader.string(pooled);
  if (layout === LAYOUT.struct) return readStruct(reader, type, pooled);
  return readNumber(reader, layout);
}

function readStruct(reader: PackedReader, type: Type, pooled: PooledText): Struct {
  const values = type.fields.map((field) =>
    field.layout === LAYOUT.array ? readArray(reader, field, pooled) : readValue(reader, field.layout, field.type, pooled),
  );
  return new Struct(type, values);
}

export function readArray(reader: PackedReader, { elementLayout, type }: Field, pooled: PooledText): Value[] {
  const values: Value[] = [];
  for (let left = reader.count(); left > 0; left--) values.push(readValue(reader, elementLayout, type, pooled));
  return values;
}

/** Decodes a number of any layout but string, struct and array. */
export function readNumber(reader: PackedReader, layout: Layout): number {
  if (layout === LAYOUT.byte) return reader.signedByte();
  if (layout === LAYOUT.float) return reader.float();
  if (layout === LAYOUT.double) return reader.double();
  return narrowed(reader.varint(), layout);
}

/** What a varint stands for in a field of its layout: negative values of narrow types may be written in 64 bits. */
export function narrowed(value: number, layout: Layout): number {
  if (layout === LAYOUT.long) return value;
  if (layout === LAYOUT.int) return value | 0;
  return layout === LAYOUT.short ? (value << 16) >> 16 : value & 0xffff;
}

/** Moves behind a value without building it. */
export function skipValue(reader: PackedReader, layout: Layout, type: Type): void {
  if (layout === LAYOUT.string) reader.skipString();
  else if (layout === LAYOUT.struct) for (const field of type.fields) skipField(reader, field);
  else if (layout === LAYOUT.byte) reader.skip(1);
  else if (layout === LAYOUT.float) reader.skip(4);
  else if (layout === LAYOUT.double) reader.skip(8);
  else reader.varint();
}

function skipField(reader: PackedReader, field: Field): void {
  if (field.layout === LAYOUT.array) skipArray(reader, field);
  else skipValue(reader, field.layout, field.type);
}

export function skipArray(reader: PackedReader, { elementLayout, type }: Field): void {
  for (let left = reader.count(); left > 0; left--) skipValue(reader, elementLayout, type);
}

/** What a field holds as a number; 0 where it holds anything else, or where this version's type has no such field. */
export function numberIn(struct: Struct, field: string): number {
  const value = struct.get(field);
  return typeof value === "number" ? value : 0;
}
