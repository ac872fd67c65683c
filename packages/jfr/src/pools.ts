import { PackedReader, type PooledText } from "./packed-reader.ts";
import type { Type, TypeTable } from "./types.ts";
import { readValue, skipValue, Struct, type Value } from "./values.ts";

/*
 * Format: checkpoint events of a JFR chunk: the constants (threads, classes, methods, stacks, strings) that its events name by key.
 * Written by: HotSpot, JDK 11 and newer. Layout: openjdk/jdk, jdk/jfr/internal/consumer/ChunkParser.java, fillConstantPools.
 * size, type 1, start, duration, delta to the checkpoint before (0: the first), mask, number of pools; then for each pool: type, count,
 * (key, value) pairs. A value may name keys of pools that come later.
 */
export const CHECKPOINT_TYPE = 1;
const STRING_TYPE = "java.lang.String";

/** A checkpoint event's bytes and where they lie in the file. */
export interface CheckpointBytes {
  readonly bytes: Uint8Array;
  readonly offset: number;
}

/** A run of (key, value) pairs of one type. */
interface Section {
  readonly checkpoint: CheckpointBytes;
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

const SECTION = 2 ** 32;

/**
 * The constants of one chunk. Three steps, each only when somebody asks: where each pool starts (one pass that skips values), where each value
 * of one pool lies, and the value itself, which is then kept.
 */
export class Pools {
  readonly #types: TypeTable;
  readonly #checkpoints: readonly CheckpointBytes[];
  readonly #what: string;
  readonly #pools = new Map<number, Pool | null>();
  #sections: Map<number, Section[]> | undefined;

  /** @param checkpoints newest first */
  constructor(types: TypeTable, checkpoints: readonly CheckpointBytes[], what: string) {
    this.#types = types;
    this.#checkpoints = checkpoints;
    this.#what = what;
  }

  /**
   * The value that a key of a type stands for; null for key 0 of a pool without it, and where the recording has lost it.
   * @throws HeaptideError `MALFORMED_INPUT`
   */
  value(type: number, key: number): Value {
    return this.pool(type)?.value(key) ?? null;
  }

  /** The constants of one type; null where the chunk has none. For those who ask for many. */
  pool(id: number): Pool | null {
    const known = this.#pools.get(id);
    if (known !== undefined) return known;
    this.#sections ??= this.#findSections();
    const sections = this.#sections.get(id);
    const pool = sections ? new Pool(this.#types.type(id), sections, { what: this.#what, text: this.text }) : null;
    this.#pools.set(id, pool);
    return pool;
  }

  /** The struct that a key stands for; null where there is none. */
  struct(typeName: string, key: number): Struct | null {
    const type = this.#types.idOf(typeName);
    const value = type === undefined ? null : this.value(type, key);
    return value instanceof Struct ? value : null;
  }

  /** The text of a key in the pool of strings. */
  readonly text = (key: number): string | null => {
    const type = this.#types.idOf(STRING_TYPE);
    const value = type === undefined ? null : this.value(type, key);
    return typeof value === "string" ? value : null;
  };

  #findSections(): Map<number, Section[]> {
    const found = new Map<number, Section[]>();
    for (const checkpoint of this.#checkpoints) this.#findSectionsIn(checkpoint, found);
    return found;
  }

  #findSectionsIn(checkpoint: CheckpointBytes, found: Map<number, Section[]>): void {
    const reader = new PackedReader(this.#what);
    reader.reset(checkpoint.bytes, checkpoint.offset);
    readCheckpointHeader(reader);
    for (let left = reader.count(); left > 0; left--) {
      const id = reader.varint();
      const type = this.#types.type(id);
      const count = reader.count();
      const start = reader.position;
      for (let entries = count; entries > 0; entries--) {
        reader.varint();
        skipValue(reader, type.layout, type);
      }
      const section = { checkpoint, start, end: reader.position, count };
      const sections = found.get(id);
      if (sections) sections.push(section);
      else found.set(id, [section]);
    }
    if (reader.remaining > 0) throw reader.malformed(`${reader.remaining} bytes left behind the last pool of a checkpoint`);
  }
}

/** The constants of one type. A key that stands in several checkpoints has the newest value: threads are renamed. */
export class Pool {
  readonly #type: Type;
  readonly #sections: readonly Section[];
  readonly #what: string;
  readonly #text: PooledText;
  /** key -> ordinal of the section * 2^32 + position in its checkpoint. */
  readonly #places = new Map<number, number>();
  readonly #decoded = new Map<number, Value>();

  /** @param sections those of the newest checkpoint first */
  constructor(type: Type, sections: readonly Section[], { what, text }: { what: string; text: PooledText }) {
    this.#type = type;
    this.#sections = sections;
    this.#what = what;
    this.#text = text;
    for (const [ordinal, section] of sections.entries()) {
      const reader = this.#at(section, section.start);
      for (let left = section.count; left > 0; left--) {
        const key = reader.varint();
        if (!this.#places.has(key)) this.#places.set(key, ordinal * SECTION + reader.position);
        skipValue(reader, type.layout, type);
      }
    }
  }

  /** As of `Pools.value`. */
  value(key: number): Value {
    const known = this.#decoded.get(key);
    return known === undefined ? this.#decode(key) : known;
  }

  #decode(key: number): Value {
    const place = this.#places.get(key);
    if (place === undefined) return null;
    // A string whose text is a key of its own pool would ask for itself: until it is known it is nothing.
    this.#decoded.set(key, null);
    const section = this.#sections[Math.floor(place / SECTION)]!;
    const value = readValue(this.#at(section, place % SECTION), this.#type.layout, this.#type, this.#text);
    this.#decoded.set(key, value);
    return value;
  }

  /** A reader of its own: decoding one value may ask for another. */
  #at({ checkpoint, end }: Section, position: number): PackedReader {
    const reader = new PackedReader(this.#what);
    reader.reset(checkpoint.bytes, checkpoint.offset);
    reader.position = position;
    reader.end = end;
    return reader;
  }
}

/**
 * Reads what comes before a checkpoint's pools.
 * @returns how far before this checkpoint the previous one lies, bytes; 0 for the first
 */
export function readCheckpointHeader(reader: PackedReader): number {
  reader.varint(); // size
  const type = reader.varint();
  if (type !== CHECKPOINT_TYPE) throw reader.malformed(`event type ${type} where a checkpoint should be`);
  reader.varint(); // start
  reader.varint(); // duration
  const delta = reader.varint();
  reader.byte(); // mask
  return -delta;
}
