/**
 * Java class files: what a class extends, and where its methods make objects and call others.
 *
 * Written by every compiler of the JVM. Layout: Java Virtual Machine Specification, chapter 4 (class file) and 6.5 (instructions). Big-endian.
 * Not read: fields, annotations, attributes but `Code` with its `LineNumberTable`. Stripped of line numbers, a class has no places.
 */
import { ByteReader, HeaptideError } from "@heaptide/base";

/** A place in a method where an object is made, or where another class is called. Class names are binary ones with dots (`a.B$C`). */
export interface Place {
  readonly method: string;
  readonly line: number;
  /** The class made, or the type that the call returns; null for a call that returns none. */
  readonly makes: string | null;
  /** The class and the method called; null for `new`. */
  readonly calls: { readonly owner: string; readonly method: string } | null;
}

export interface ClassFile {
  readonly name: string;
  readonly extends: string | null;
  readonly implements: readonly string[];
  readonly places: readonly Place[];
}

const MAGIC = 0xcafebabe;
const WHAT = "class file";

/** @throws MALFORMED_INPUT, TRUNCATED_INPUT */
export function readClassFile(bytes: Uint8Array): ClassFile {
  const reader = new ByteReader(bytes, WHAT);
  if (reader.u4() !== MAGIC) throw reader.malformed("it does not begin with CAFEBABE");
  reader.skip(4); // minor, major
  const pool = readPool(reader);
  reader.skip(2); // access
  const name = pool.className(reader.u2());
  const parent = reader.u2();
  const interfaces = Array.from({ length: reader.u2() }, () => pool.className(reader.u2()));
  skipMembers(reader);
  const places: Place[] = [];
  for (let left = reader.u2(); left > 0; left--) places.push(...placesOfMethod(reader, pool));
  skipAttributes(reader);
  return { name, extends: parent === 0 ? null : pool.className(parent), implements: interfaces, places };
}

/** The constants that names are read from. Indexes that point elsewhere are malformed. */
interface Pool {
  utf8(index: number): string;
  className(index: number): string;
  /** Owner, name and descriptor of a method. */
  method(index: number): { owner: string; name: string; descriptor: string };
}

const UTF8 = 1;
const CLASS = 7;
const NAME_AND_TYPE = 12;
/** Those that take two indexes: long and double. */
const WIDE_CONSTANTS = new Set([5, 6]);

interface Constant {
  readonly tag: number;
  readonly text: string;
  /** The indexes that it refers to. */
  readonly a: number;
  readonly b: number;
}

function readPool(reader: ByteReader): Pool {
  const entries: Constant[] = [];
  const count = reader.u2();
  for (let i = 1; i < count; i++) {
    const constant = readConstant(reader);
    entries[i] = constant;
    if (WIDE_CONSTANTS.has(constant.tag)) i++;
  }
  const at = (index: number, tag?: number) => {
    const entry = entries[index];
    if (!entry || (tag !== undefined && entry.tag !== tag)) throw reader.malformed(`constant ${index} is not what it is used as`);
    return entry;
  };
  const utf8 = (index: number) => at(index, UTF8).text;
  const className = (index: number) => utf8(at(index, CLASS).a).replaceAll("/", ".");
  return {
    utf8,
    className,
    method: (index) => {
      const { a, b } = at(index);
      const type = at(b, NAME_AND_TYPE);
      return { owner: className(a), name: utf8(type.a), descriptor: utf8(type.b) };
    },
  };
}

const decoder = new TextDecoder();

function readConstant(reader: ByteReader): Constant {
  const tag = reader.u1();
  const refers = (a: number, b = 0): Constant => ({ tag, text: "", a, b });
  switch (tag) {
    case UTF8:
      return { tag, text: decoder.decode(reader.window(reader.u2())), a: 0, b: 0 };
    case CLASS:
    case 8: // string
    case 16: // method type
    case 19: // module
    case 20: // package
      return refers(reader.u2());
    case 9: // field
    case 10: // method
    case 11: // method of an interface
    case NAME_AND_TYPE:
    case 17: // dynamic
    case 18: // invokedynamic
      return refers(reader.u2(), reader.u2());
    case 15: // method handle
      reader.skip(1);
      return refers(reader.u2());
    case 3: // int
    case 4: // float
      reader.skip(4);
      return refers(0);
    case 5: // long
    case 6: // double
      reader.skip(8);
      return refers(0);
    default:
      throw reader.malformed(`a constant of kind ${tag}`);
  }
}

function skipMembers(reader: ByteReader): void {
  for (let left = reader.u2(); left > 0; left--) {
    reader.skip(6);
    skipAttributes(reader);
  }
}

function skipAttributes(reader: ByteReader): void {
  for (let left = reader.u2(); left > 0; left--) {
    reader.skip(2);
    reader.skip(reader.u4());
  }
}

function placesOfMethod(reader: ByteReader, pool: Pool): Place[] {
  reader.skip(2);
  const method = pool.utf8(reader.u2());
  reader.skip(2);
  const places: Place[] = [];
  for (let left = reader.u2(); left > 0; left--) {
    const attribute = pool.utf8(reader.u2());
    const content = reader.window(reader.u4());
    if (attribute === "Code") places.push(...placesOfCode(new ByteReader(content, WHAT), pool, method));
  }
  return places;
}

function placesOfCode(reader: ByteReader, pool: Pool, method: string): Place[] {
  reader.skip(4); // stack, locals
  const code = reader.window(reader.u4());
  reader.skip(8 * reader.u2()); // handlers
  const lines: (readonly [from: number, line: number])[] = [];
  for (let left = reader.u2(); left > 0; left--) {
    const attribute = pool.utf8(reader.u2());
    const content = new ByteReader(reader.window(reader.u4()), WHAT);
    if (attribute === "LineNumberTable") for (let rows = content.u2(); rows > 0; rows--) lines.push([content.u2(), content.u2()]);
  }
  lines.sort((a, b) => a[0] - b[0]);
  const lineOf = (at: number) => lines.findLast(([from]) => from <= at)?.[1];
  return madeIn(code, pool).flatMap(({ at, makes, calls }) => {
    const line = lineOf(at);
    return line === undefined ? [] : [{ method, line, makes, calls }];
  });
}

const INVOKE_VIRTUAL = 182;
const INVOKE_INTERFACE = 185;
const NEW = 187;

function madeIn(code: Uint8Array, pool: Pool): (Pick<Place, "makes" | "calls"> & { at: number })[] {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  const made: (Pick<Place, "makes" | "calls"> & { at: number })[] = [];
  for (let at = 0; at < code.length;) {
    const length = instructionLength(view, at);
    if (!(length > 0) || at + length > code.length) throw malformedCode(at);
    const operation = code[at]!;
    if (operation === NEW) made.push({ at, makes: pool.className(view.getUint16(at + 1)), calls: null });
    else if (operation >= INVOKE_VIRTUAL && operation <= INVOKE_INTERFACE) {
      const { owner, name, descriptor } = pool.method(view.getUint16(at + 1));
      const returned = /\)L([^;]+);$/.exec(descriptor)?.[1]?.replaceAll("/", ".") ?? null;
      // A constructor is told by the `new` before it, or belongs to the parent.
      if (name !== "<init>") made.push({ at, makes: returned, calls: { owner, method: name } });
    }
    at += length;
  }
  return made;
}

const malformedCode = (offset: number) =>
  new HeaptideError("MALFORMED_INPUT", { what: WHAT, offset, problem: "an instruction that does not exist, or ends beyond its method" });

/** Lengths of the instructions 0 to 201, opcode included; 0 for those whose length varies. */
const LENGTHS = Uint8Array.from(
  "1x16 2x1 3x1 2x1 3x2 2x5 1x28 2x5 1x73 3x1 1x20 3x16 2x1 0x2 1x6 3x7 5x2 3x1 2x1 3x1 1x2 3x2 1x2 0x1 4x1 3x2 5x2"
    .split(" ")
    .flatMap((run) => Array<number>(Number(run.slice(2))).fill(Number(run[0]))),
);
const TABLE_SWITCH = 170;
const LOOKUP_SWITCH = 171;
const WIDE = 196;
const IINC = 132;

/** @returns 0 for what is no instruction */
function instructionLength(view: DataView, at: number): number {
  const operation = view.getUint8(at);
  if (operation === WIDE) return at + 1 < view.byteLength && view.getUint8(at + 1) === IINC ? 6 : 4;
  if (operation !== TABLE_SWITCH && operation !== LOOKUP_SWITCH) return LENGTHS[operation] ?? 0;
  const operands = at + 4 - (at % 4);
  if (operands + 12 > view.byteLength) return operands + 8 <= view.byteLength && operation === LOOKUP_SWITCH ? operands + 8 - at : 0;
  if (operation === LOOKUP_SWITCH) return operands + 8 + 8 * view.getInt32(operands + 4) - at;
  return operands + 12 + 4 * (view.getInt32(operands + 8) - view.getInt32(operands + 4) + 1) - at;
}
