/**
 * Writes heap dumps (HPROF) record by record, as a JVM would: names, classes, then objects in segments. Big-endian.
 * Objects may refer to objects that come later: `address()` gives an id before there is a record for it.
 */
export interface DumpOptions {
  readonly idSize?: 4 | 8;
  readonly version?: string;
  /** Distance between two addresses that are given out. */
  readonly spacing?: number;
}

export type FieldType = "object" | "boolean" | "char" | "float" | "double" | "byte" | "short" | "int" | "long";

export interface DumpClass {
  readonly id: number;
  readonly name: string;
  readonly superClass: DumpClass | null;
  readonly fields: readonly (readonly [name: string, type: FieldType])[];
}

const CODES: Readonly<Record<FieldType, number>> = {
  object: 2,
  boolean: 4,
  char: 5,
  float: 6,
  double: 7,
  byte: 8,
  short: 9,
  int: 10,
  long: 11,
};

export const ROOT_TAGS = { unknown: 0xff, jniGlobal: 1, jniLocal: 2, javaFrame: 3, stickyClass: 5, monitor: 7, thread: 8 } as const;

export class HeapDumpBuilder {
  readonly idSize: 4 | 8;
  readonly #version: string;
  readonly #spacing: number;
  readonly #records: number[] = [];
  readonly #classes: number[][] = [];
  readonly #heap: number[][] = [];
  readonly #names = new Map<string, number>();
  #nextAddress = 0x10_0000;
  #nextSerial = 1;

  constructor({ idSize = 8, version = "1.0.2", spacing = 24 }: DumpOptions = {}) {
    this.idSize = idSize;
    this.#version = version;
    this.#spacing = spacing;
  }

  address(): number {
    this.#nextAddress += this.#spacing;
    return this.#nextAddress;
  }

  class(
    name: string,
    spec: {
      readonly superClass?: DumpClass | null;
      readonly fields?: DumpClass["fields"];
      readonly statics?: readonly (readonly [name: string, type: FieldType, value: number])[];
      readonly loader?: number;
      readonly signers?: number;
      readonly domain?: number;
      readonly id?: number;
    } = {},
  ): DumpClass {
    const { superClass = null, fields = [], statics = [], loader = 0, signers = 0, domain = 0, id = this.address() } = spec;
    this.#record(0x02, [...u4(this.#nextSerial++), ...this.#id(id), ...u4(0), ...this.#id(this.#name(name))]);
    const ids = [superClass?.id ?? 0, loader, signers, domain, 0, 0].flatMap((value) => this.#id(value));
    const staticFields = statics.flatMap(([field, type, value]) => [
      ...this.#id(this.#name(field)),
      CODES[type],
      ...this.#value(type, value),
    ]);
    const ownFields = fields.flatMap(([field, type]) => [...this.#id(this.#name(field)), CODES[type]]);
    const head = [0x20, ...this.#id(id), ...u4(0), ...ids, ...u4(16), ...u2(0)];
    this.#classes.push([...head, ...u2(statics.length), ...staticFields, ...u2(fields.length), ...ownFields]);
    return { id, name, superClass, fields };
  }

  /** @param values its own fields, then those of the super class, and so on */
  instance(of: DumpClass, values: readonly number[], id = this.address()): number {
    const fields: (readonly [string, FieldType])[] = [];
    for (let c: DumpClass | null = of; c; c = c.superClass) fields.push(...c.fields);
    const body = fields.flatMap(([, type], i) => this.#value(type, values[i] ?? 0));
    this.#heap.push([0x21, ...this.#id(id), ...u4(0), ...this.#id(of.id), ...u4(body.length), ...body]);
    return id;
  }

  objects(of: DumpClass, elements: readonly number[], id = this.address()): number {
    const body = elements.flatMap((element) => this.#id(element));
    this.#heap.push([0x22, ...this.#id(id), ...u4(0), ...u4(elements.length), ...this.#id(of.id), ...body]);
    return id;
  }

  primitives(type: Exclude<FieldType, "object">, elements: readonly number[], id = this.address()): number {
    const body = elements.flatMap((element) => this.#value(type, element));
    this.#heap.push([0x23, ...this.#id(id), ...u4(0), ...u4(elements.length), CODES[type], ...body]);
    return id;
  }

  /** Of a thread its serial and trace, of a local variable the thread's serial and the number of the frame. */
  root(kind: keyof typeof ROOT_TAGS, id: number, thread = 0, frame = 0): void {
    const more = { unknown: [], stickyClass: [], monitor: [], jniGlobal: this.#id(0) } as Partial<Record<string, number[]>>;
    this.#heap.push([ROOT_TAGS[kind], ...this.#id(id), ...(more[kind] ?? [...u4(thread), ...u4(frame)])]);
  }

  /** A sub-record as it is: to write what no JVM would. */
  raw(bytes: readonly number[]): void {
    this.#heap.push([...bytes]);
  }

  /** @param segment bytes of a heap segment at most, unless a single record is larger */
  build({ segment = Infinity }: { readonly segment?: number } = {}): Uint8Array<ArrayBuffer> {
    const bytes = [...ascii(`JAVA PROFILE ${this.#version}`), 0, ...u4(this.idSize), ...u8(1_700_000_000_000), ...this.#records];
    let body: number[] = [];
    const close = (): void => {
      if (body.length > 0) bytes.push(0x1c, ...u4(0), ...u4(body.length), ...body);
      body = [];
    };
    for (const record of [...this.#classes, ...this.#heap]) {
      if (body.length + record.length > segment) close();
      for (const byte of record) body.push(byte);
    }
    close();
    bytes.push(0x2c, ...u4(0), ...u4(0));
    return Uint8Array.from(bytes);
  }

  #name(text: string): number {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const id = 0x1000 + this.#names.size * 8;
    this.#names.set(text, id);
    this.#record(0x01, [...this.#id(id), ...new TextEncoder().encode(text)]);
    return id;
  }

  #record(tag: number, body: readonly number[]): void {
    this.#records.push(tag, ...u4(0), ...u4(body.length), ...body);
  }

  #id(id: number): number[] {
    return this.idSize === 8 ? u8(id) : u4(id);
  }

  #value(type: FieldType, value: number): number[] {
    switch (type) {
      case "object":
        return this.#id(value);
      case "boolean":
      case "byte":
        return [value & 0xff];
      case "char":
      case "short":
        return u2(value & 0xffff);
      case "int":
        return u4(value >>> 0);
      case "long":
        return u8(value);
      case "float":
      case "double": {
        const view = new DataView(new ArrayBuffer(8));
        if (type === "float") view.setFloat32(0, value);
        else view.setFloat64(0, value);
        return [...new Uint8Array(view.buffer, 0, type === "float" ? 4 : 8)];
      }
    }
  }
}

function ascii(text: string): number[] {
  return Array.from(new TextEncoder().encode(text));
}

function u2(value: number): number[] {
  return [(value >>> 8) & 0xff, value & 0xff];
}

function u4(value: number): number[] {
  return [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

function u8(value: number): number[] {
  return [...u4(Math.floor(value / 2 ** 32)), ...u4(value % 2 ** 32)];
}
