/**
 * Builds small flight recordings byte by byte, as the JVM lays them out (openjdk/jdk, jdk/jfr/internal/consumer/ChunkHeader.java,
 * MetadataReader.java, ChunkParser.java). Types are declared first; pools and events are then written by the names of their types.
 */
export type FieldSpec =
  | string
  | {
      readonly type: string;
      /** The value is a key into the pool of the type. */
      readonly pooled?: boolean;
      readonly array?: boolean;
    };

/** A struct by field name; what is left out is 0, null or empty. A string may say how it is encoded. */
export type ValueSpec = number | boolean | null | string | EncodedString | readonly ValueSpec[] | StructSpec;
export interface StructSpec {
  readonly [field: string]: ValueSpec;
}
export interface EncodedString {
  readonly as: "utf8" | "latin1" | "chars" | "pooled";
  /** For `pooled` the key in the pool of strings. */
  readonly text: string | number;
}

export interface ChunkSpec {
  /** Nanoseconds since the epoch. */
  readonly startNanos?: number;
  readonly durationNanos?: number;
  readonly startTicks?: number;
  readonly ticksPerSecond?: number;
  /** 0 finished, 255 header being changed, else being written. */
  readonly state?: number;
  readonly major?: number;
}

interface TypeSpec {
  readonly id: number;
  readonly name: string;
  readonly event: boolean;
  readonly fields: readonly { readonly name: string; readonly type: string; readonly pooled: boolean; readonly array: boolean }[];
}

const HEADER_SIZE = 68;
const PRIMITIVES = ["boolean", "byte", "char", "short", "int", "long", "float", "double", "java.lang.String"];
/** Types 0 and 1 are the metadata and the checkpoint. */
const FIRST_TYPE = 20;

/** Chunks one behind the other. */
export function recording(...chunks: readonly ChunkBuilder[]): Uint8Array {
  return Uint8Array.from(chunks.flatMap((chunk) => [...chunk.bytes()]));
}

export class ChunkBuilder {
  readonly #spec: ChunkSpec;
  readonly #types = new Map<string, TypeSpec>();
  readonly #body: number[] = [];
  #pools = new Map<string, [key: number, value: ValueSpec][]>();
  #checkpointAt = 0;
  #metadataAt = 0;

  constructor(spec: ChunkSpec = {}) {
    this.#spec = spec;
    for (const name of PRIMITIVES) this.type(name, {});
  }

  type(name: string, fields: Readonly<Record<string, FieldSpec>>, event = false): this {
    const declared = Object.entries(fields).map(([field, spec]) =>
      typeof spec === "string"
        ? { name: field, type: spec, pooled: false, array: false }
        : { name: field, type: spec.type, pooled: spec.pooled ?? false, array: spec.array ?? false },
    );
    this.#types.set(name, { id: FIRST_TYPE + this.#types.size, name, event, fields: declared });
    return this;
  }

  event(type: string, fields: StructSpec = {}): this {
    const { id } = this.#type(type);
    this.#append(sized([...varint(id), ...this.#value(type, fields)]));
    return this;
  }

  /** A constant of the next checkpoint. */
  constant(type: string, key: number, value: ValueSpec): this {
    const pool = this.#pools.get(type);
    if (pool) pool.push([key, value]);
    else this.#pools.set(type, [[key, value]]);
    return this;
  }

  /** Writes the constants so far as a checkpoint event. `bytes` does it for those that are left. */
  checkpoint(): this {
    const at = HEADER_SIZE + this.#body.length;
    const delta = this.#checkpointAt === 0 ? 0 : this.#checkpointAt - at;
    const pools = [...this.#pools].flatMap(([type, entries]) => [
      ...varint(this.#type(type).id),
      ...varint(entries.length),
      ...entries.flatMap(([key, value]) => [...varint(key), ...this.#value(type, value)]),
    ]);
    this.#append(sized([1, 0, 0, ...varint(delta), 1, ...varint(this.#pools.size), ...pools]));
    this.#checkpointAt = at;
    this.#pools = new Map();
    return this;
  }

  /** What the JVM does once a second: from here on, everything before can be understood without what comes after. */
  flush(): this {
    if (this.#pools.size > 0) this.checkpoint();
    this.#metadataAt = HEADER_SIZE + this.#body.length;
    this.#append(this.#metadata());
    return this;
  }

  bytes(): Uint8Array {
    if (this.#metadataAt === 0 || this.#pools.size > 0) this.flush();
    return Uint8Array.from([...this.#header(HEADER_SIZE + this.#body.length), ...this.#body]);
  }

  /** One by one: an event may be longer than a call's arguments. */
  #append(bytes: readonly number[]): void {
    for (const byte of bytes) this.#body.push(byte);
  }

  #header(size: number): number[] {
    const { startNanos = 0, durationNanos = 0, startTicks = 0, ticksPerSecond = 1e9, state = 0, major = 2 } = this.#spec;
    const longs = [size, this.#checkpointAt, this.#metadataAt, startNanos, durationNanos, startTicks, ticksPerSecond];
    return [0x46, 0x4c, 0x52, 0, 0, major, 0, 1, ...longs.flatMap(rawLong), state, 0, 0, 1];
  }

  #metadata(): number[] {
    const strings: string[] = [];
    const text = (value: string): number[] => {
      if (!strings.includes(value)) strings.push(value);
      return varint(strings.indexOf(value));
    };
    const element = (name: string, attributes: Readonly<Record<string, string>>, children: readonly number[][]): number[] => {
      const pairs = Object.entries(attributes);
      return [...text(name), ...varint(pairs.length), ...pairs.flat().flatMap(text), ...varint(children.length), ...children.flat()];
    };
    const classes = [...this.#types.values()].map((type) => {
      const fields = type.fields.map((field) =>
        element(
          "field",
          {
            name: field.name,
            class: String(this.#type(field.type).id),
            ...(field.pooled ? { constantPool: "true" } : {}),
            ...(field.array ? { dimension: "1" } : {}),
          },
          [],
        ),
      );
      return element("class", { id: String(type.id), name: type.name, ...(type.event ? { superType: "jdk.jfr.Event" } : {}) }, fields);
    });
    const root = element("root", {}, [element("metadata", {}, classes), element("region", { locale: "en" }, [])]);
    return sized([
      0,
      0,
      0,
      1,
      ...varint(strings.length),
      ...strings.flatMap((value) => encodeString({ as: "chars", text: value })),
      ...root,
    ]);
  }

  #value(typeName: string, value: ValueSpec | undefined): number[] {
    if (typeName === "java.lang.String") return encodeString(value as EncodedString | string | null | undefined);
    if (PRIMITIVES.includes(typeName)) return encodeNumber(typeName, Number(value ?? 0));
    const struct = (value ?? {}) as StructSpec;
    return this.#type(typeName).fields.flatMap(({ name, type, pooled, array }) => {
      const one = (item: ValueSpec | undefined): number[] => (pooled ? varint(Number(item ?? 0)) : this.#value(type, item));
      if (!array) return one(struct[name]);
      const items = (struct[name] ?? []) as readonly ValueSpec[];
      return [...varint(items.length), ...items.flatMap(one)];
    });
  }

  #type(name: string): TypeSpec {
    const type = this.#types.get(name);
    if (!type) throw new Error(`Type ${name} is not declared in this chunk.`);
    return type;
  }
}

/** The varint of an integer up to 2^53 in size, or of any 64-bit one as a bigint. */
export function varint(value: number | bigint): number[] {
  let left = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (bytes.length < 8 && left >= 0x80n) {
    bytes.push(Number(left & 0x7fn) | 0x80);
    left >>= 7n;
  }
  return [...bytes, Number(left)];
}

/** An event's bytes behind its size, which the JVM pads to four bytes. */
function sized(rest: readonly number[]): number[] {
  const size = rest.length + 4;
  const padded = [0, 7, 14].map((shift) => ((size >> shift) & 0x7f) | 0x80);
  return [...padded, (size >> 21) & 0x7f, ...rest];
}

function rawLong(value: number): number[] {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigInt64(0, BigInt(value));
  return [...new Uint8Array(view.buffer)];
}

function encodeNumber(type: string, value: number): number[] {
  if (type === "boolean" || type === "byte") return [value & 0xff];
  if (type !== "float" && type !== "double") return varint(value);
  const view = new DataView(new ArrayBuffer(type === "float" ? 4 : 8));
  if (type === "float") view.setFloat32(0, value);
  else view.setFloat64(0, value);
  return [...new Uint8Array(view.buffer)];
}

function encodeString(value: EncodedString | string | null | undefined): number[] {
  if (value === null || value === undefined) return [0];
  const { as, text } = typeof value === "string" ? ({ as: "utf8", text: value } as const) : value;
  if (as === "pooled") return [2, ...varint(Number(text))];
  const characters = String(text);
  if (characters === "") return [1];
  const codes = Array.from({ length: characters.length }, (_, i) => characters.charCodeAt(i));
  if (as === "chars") return [4, ...varint(codes.length), ...codes.flatMap((code) => varint(code))];
  const bytes = as === "latin1" ? codes : [...new TextEncoder().encode(characters)];
  return [as === "latin1" ? 5 : 3, ...varint(bytes.length), ...bytes];
}
