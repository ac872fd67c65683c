import type { HeaptideError } from "@heaptide/base";
import type { PackedReader } from "./packed-reader.ts";
import type { Pool, Pools } from "./pools.ts";
import { readNumbers } from "./numbers.ts";
import { type Field, LAYOUT, type Layout, type Type } from "./types.ts";
import { readArray, skipArray, type Value } from "./values.ts";

/** Leaves of an event's fields, structs taken apart; real ones have 30 at most. */
const MOST_SLOTS = 4096;

/**
 * The one event of a type that is being looked at. Each type has one row, filled anew for each event: a handler takes what it needs and keeps
 * no row.
 *
 * Structs are taken apart: `heapSpace.start` is a slot like any other. Numbers, booleans (0 or 1) and keys of pools are decoded with the
 * event; strings and arrays, which most handlers do not want, when they are asked for.
 */
export class EventRow {
  readonly type: Type;
  /** By slot. For a string or an array: where it lies. */
  readonly numbers: Float64Array;
  readonly #slots: readonly { readonly name: string; readonly field: Field }[];
  readonly #ordinals = new Map<string, number>();
  readonly #layouts: Uint8Array;
  readonly #reader: PackedReader;
  readonly #pools: Pools;
  /** By slot; asked for only where an event's key is. */
  readonly #slotPools: (Pool | null | undefined)[];

  /** @throws HeaptideError `MALFORMED_INPUT` where the type has more fields than any event */
  constructor(type: Type, reader: PackedReader, pools: Pools) {
    this.type = type;
    this.#reader = reader;
    this.#pools = pools;
    const slots: { name: string; field: Field }[] = [];
    flatten(type, "", slots, () => reader.malformed(`event type ${type.name} has more than ${MOST_SLOTS} fields`));
    this.#slots = slots;
    this.#slotPools = Array.from(slots, () => undefined);
    for (const [slot, { name }] of slots.entries()) if (!this.#ordinals.has(name)) this.#ordinals.set(name, slot);
    this.#layouts = Uint8Array.from(slots, ({ field }) => field.layout);
    this.numbers = new Float64Array(slots.length);
  }

  get slotNames(): string[] {
    return this.#slots.map(({ name }) => name);
  }

  /** The slot of a field, e.g. `gcId` or `heapSpace.start`; -1 where this version of the event has none. */
  slot(name: string): number {
    return this.#ordinals.get(name) ?? -1;
  }

  layout(slot: number): Layout {
    return this.#layouts[slot] as Layout;
  }

  /** What a field holds as a number, a key or a boolean; 0 for slot -1. */
  number(slot: number): number {
    return slot < 0 ? 0 : this.numbers[slot]!;
  }

  /** The text of a string field, wherever its characters are; null for slot -1. */
  text(slot: number): string | null {
    if (this.#layouts[slot] !== LAYOUT.string) return null;
    return this.#aside(slot, () => this.#reader.string(this.#pools.text));
  }

  array(slot: number): Value[] {
    if (this.#layouts[slot] !== LAYOUT.array) return [];
    return this.#aside(slot, () => readArray(this.#reader, this.#slots[slot]!.field, this.#pools.text));
  }

  /** What the key in a pooled field leads to. */
  pooled(slot: number): Value {
    if (slot < 0) return null;
    const pool = (this.#slotPools[slot] ??= this.#poolOf(slot));
    return pool === null ? null : pool.value(this.numbers[slot]!);
  }

  /** Decodes the event whose fields begin where the reader stands. */
  read(): void {
    const { numbers } = this;
    const layouts = this.#layouts;
    const reader = this.#reader;
    for (let slot = 0; (slot = readNumbers(reader, layouts, slot, numbers)) < layouts.length; slot++) {
      numbers[slot] = reader.position;
      if (layouts[slot] === LAYOUT.string) reader.skipString();
      else skipArray(reader, this.#slots[slot]!.field);
    }
  }

  #poolOf(slot: number): Pool | null {
    const field = this.#slots[slot]?.field;
    return field?.pooled ? this.#pools.pool(field.type.id) : null;
  }

  /** Reads from where a slot's value lies, and comes back. */
  #aside<T>(slot: number, read: () => T): T {
    const { position } = this.#reader;
    this.#reader.position = this.numbers[slot]!;
    const value = read();
    this.#reader.position = position;
    return value;
  }
}

function flatten(type: Type, prefix: string, slots: { name: string; field: Field }[], tooMany: () => HeaptideError): void {
  for (const field of type.fields) {
    if (slots.length >= MOST_SLOTS) throw tooMany();
    if (field.layout === LAYOUT.struct) flatten(field.type, `${prefix}${field.name}.`, slots, tooMany);
    else slots.push({ name: prefix + field.name, field });
  }
}
