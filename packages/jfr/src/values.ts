import type { PackedReader, PooledText } from "./packed-reader.ts";
import { type Field, LAYOUT, type Layout, type Type } from "./types.ts";

/**
 * A decoded struct, by field name. Booleans are 0 or 1. A pooled field holds its key: what it leads to is looked up where it is needed, so
 * that pools which lead in circles cannot trap anybody.
 */
export type Struct = ReadonlyMap<string, Value>;
export type Value = number | string | null | Struct | readonly Value[];

/** Decodes one value of a type; the reader stands on its first byte and ends behind it. */
export function readValue(reader: PackedReader, layout: Layout, type: Type, pooled: PooledText): Value {
  if (layout === LAYOUT.string) return reader.string(pooled);
  if (layout === LAYOUT.struct) return readStruct(reader, type, pooled);
  return readNumber(reader, layout);
}

function readStruct(reader: PackedReader, type: Type, pooled: PooledText): Struct {
  const struct = new Map<string, Value>();
  for (const field of type.fields) {
    struct.set(
      field.name,
      field.layout === LAYOUT.array ? readArray(reader, field, pooled) : readValue(reader, field.layout, field.type, pooled),
    );
  }
  return struct;
}

export function readArray(reader: PackedReader, { elementLayout, type }: Field, pooled: PooledText): Value[] {
  const values: Value[] = [];
  for (let left = reader.count(); left > 0; left--) values.push(readValue(reader, elementLayout, type, pooled));
  return values;
}

/** Decodes a number of any layout but string, struct and array. */
export function readNumber(reader: PackedReader, layout: Layout): number {
  if (layout === LAYOUT.long) return reader.varint();
  if (layout === LAYOUT.int) return reader.varint() | 0;
  if (layout === LAYOUT.byte) return reader.signedByte();
  if (layout === LAYOUT.float) return reader.float();
  if (layout === LAYOUT.double) return reader.double();
  if (layout === LAYOUT.short) return (reader.varint() << 16) >> 16;
  return reader.varint() & 0xffff;
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
