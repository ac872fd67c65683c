import { ByteReader, isHeaptideError } from "@heaptide/base";
import { FIRST_CLASS } from "../kernel/state.ts";
import { type ClassDump, readClassDump } from "../records/class-dump.ts";
import type { DumpRecords } from "../records/records.ts";
import { OBJECT_TYPE, TYPE_NAMES, typeSize } from "../records/tags.ts";
import { type DumpSource, readBytes } from "../source.ts";

/** A field of an object, with where its value lies in the record: own class first, then super class by super class. */
export interface Field {
  readonly name: string;
  readonly type: number;
  readonly offset: number;
  /** Of the class that declares it. */
  readonly declaredBy: number;
}

/** A class of the dump. Names are as in Java source: `java.util.HashMap$Node[]`. */
export class HeapClass {
  readonly index: number;
  readonly name: string;
  readonly dump: ClassDump;
  /** Of the super class; null at the top, where it is missing, and where super classes go in a circle. */
  superClass: HeapClass | null = null;

  constructor(index: number, name: string, dump: ClassDump) {
    this.index = index;
    this.name = name;
    this.dump = dump;
  }

  get isArray(): boolean {
    return this.name.endsWith("]");
  }
}

/** All classes, by index and by id. */
export class ClassTable {
  /** From FIRST_CLASS on. */
  readonly classes: readonly HeapClass[];
  readonly #byId: ReadonlyMap<number, HeapClass>;
  readonly #records: DumpRecords;
  readonly #fields = new Map<HeapClass, readonly Field[]>();

  constructor(dumps: readonly ClassDump[], records: DumpRecords) {
    this.#records = records;
    this.classes = dumps.map((dump, i) => new HeapClass(FIRST_CLASS + i, nameOf(records, dump.id), dump));
    this.#byId = new Map(this.classes.map((heapClass) => [heapClass.dump.id, heapClass]));
    for (const heapClass of this.classes) heapClass.superClass = this.#byId.get(heapClass.dump.superId) ?? null;
    for (const heapClass of this.classes) breakCircle(heapClass);
  }

  /** One more than the largest index. */
  get size(): number {
    return FIRST_CLASS + this.classes.length;
  }

  at(index: number): HeapClass | null {
    return this.classes[index - FIRST_CLASS] ?? null;
  }

  byId(id: number): HeapClass | null {
    return this.#byId.get(id) ?? null;
  }

  named(name: string): readonly HeapClass[] {
    return this.classes.filter((heapClass) => heapClass.name === name);
  }

  /** Indexes of the classes of a name, one for each loader that has one; of a primitive array its type code. */
  indexesNamed(name: string): readonly number[] {
    const primitive = TYPE_NAMES.findIndex((type) => type !== "" && type !== "object" && `${type}[]` === name);
    return primitive > 0 ? [primitive] : this.named(name).map(({ index }) => index);
  }

  /** The name of whatever has this index, primitive arrays too. */
  name(index: number): string {
    if (index >= FIRST_CLASS) return this.at(index)?.name ?? "?";
    return TYPE_NAMES[index] ? `${TYPE_NAMES[index]}[]` : "(class missing in the dump)";
  }

  fieldName(id: number): string {
    return this.#records.names.text(id);
  }

  /** All fields of an instance in the order of its record. */
  fields(heapClass: HeapClass): readonly Field[] {
    let fields = this.#fields.get(heapClass);
    if (!fields) this.#fields.set(heapClass, (fields = this.#listFields(heapClass)));
    return fields;
  }

  isSubclass(heapClass: HeapClass, name: string): boolean {
    for (let c: HeapClass | null = heapClass; c; c = c.superClass) if (c.name === name) return true;
    return false;
  }

  #listFields(heapClass: HeapClass): Field[] {
    const fields: Field[] = [];
    let offset = 0;
    for (let c: HeapClass | null = heapClass; c; c = c.superClass) {
      for (const { name, type } of c.dump.fields) {
        fields.push({ name: this.fieldName(name), type, offset, declaredBy: c.index });
        offset += typeSize(type, this.#records.idSize);
      }
    }
    return fields;
  }
}

/** A dump that lies about super classes must not make us walk in circles. */
function breakCircle(start: HeapClass): void {
  let slow: HeapClass | null = start;
  let fast: HeapClass | null = start;
  while (fast?.superClass) {
    slow = slow!.superClass;
    fast = fast.superClass.superClass;
    if (fast === slow && fast) {
      fast.superClass = null;
      return;
    }
  }
}

/** `[Ljava/lang/String;` -> `java.lang.String[]`, `[[I` -> `int[][]`, `a/b/C` -> `a.b.C`. */
function javaName(internal: string): string {
  const dimensions = /^\[*/.exec(internal)![0].length;
  if (dimensions === 0) return internal.replaceAll("/", ".");
  const element = internal.slice(dimensions);
  const plain = element.startsWith("L") ? element.slice(1).replace(/;$/, "") : (PRIMITIVES[element] ?? element);
  return plain.replaceAll("/", ".") + "[]".repeat(dimensions);
}

const PRIMITIVES: Readonly<Record<string, string>> = {
  Z: "boolean",
  C: "char",
  F: "float",
  D: "double",
  B: "byte",
  S: "short",
  I: "int",
  J: "long",
};

function nameOf({ classNames, names }: DumpRecords, id: number): string {
  const name = classNames.get(id);
  return name === undefined ? `(class 0x${id.toString(16)} without a name)` : javaName(names.text(name));
}

const WINDOW = 1 << 20;

/** Reads class dumps from their places in the file, which are ascending within each segment; those that are cut off are left out. */
export async function readClassDumps(source: DumpSource, offsets: readonly number[], idSize: 4 | 8): Promise<ClassDump[]> {
  const sorted = [...offsets].sort((a, b) => a - b);
  const dumps: ClassDump[] = [];
  let window: Uint8Array = new Uint8Array(0);
  let at = 0;
  for (const offset of sorted) {
    for (let size = WINDOW; ; size *= 2) {
      if (offset < at || offset >= at + window.length || size > WINDOW) {
        window = await readBytes(source, offset, size);
        at = offset;
      }
      try {
        dumps.push(readClassDump(new ByteReader(window.subarray(offset - at), source.name, { base: offset }), idSize));
        break;
      } catch (error) {
        if (!isHeaptideError(error, "TRUNCATED_INPUT")) throw error;
        if (at === offset && at + window.length >= source.size) break;
        if (at !== offset) {
          window = new Uint8Array(0);
          size = WINDOW / 2;
        }
      }
    }
  }
  return dumps;
}

/** How many of a class's fields are references, and the sizes of the others. */
export function fieldSizes(dump: ClassDump): { readonly primitives: number[]; readonly references: number } {
  const primitives = dump.fields.filter(({ type }) => type !== OBJECT_TYPE).map(({ type }) => typeSize(type, 8));
  return { primitives, references: dump.fields.length - primitives.length };
}
