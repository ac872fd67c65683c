import type { HeapIndex, Ordinal } from "../index/heap-index.ts";
import { readClassDump } from "../records/class-dump.ts";
import { SUB, typeSize } from "../records/tags.ts";
import { ByteReader, isHeaptideError } from "@heaptide/base";

/** What is told of each record: where its values begin in `view`, which is valid until the call returns. */
export interface ObjectVisitor {
  /** @param length bytes of the fields' values */
  readonly instance?: (object: Ordinal, view: DataView, at: number, length: number) => void;
  /** @param length elements, each an id */
  readonly objects?: (object: Ordinal, view: DataView, at: number, length: number) => void;
  readonly primitives?: (object: Ordinal, view: DataView, at: number, length: number, type: number) => void;
}

const WINDOW = 4 << 20;
/** An array of more bytes is passed over: nothing that is looked for in values is worth so much memory. */
const LARGEST = 256 << 20;

/**
 * Shows every record of an object to `visitor`, in the order of the file. Some 10 million objects a second. What is damaged is left out, up to the
 * next segment; an object that is there twice is shown twice.
 * @returns objects that were passed over for their size
 * @throws the signal's reason
 */
export async function walkObjects(index: HeapIndex, stage: string, visitor: ObjectVisitor): Promise<number> {
  const { work, records } = index;
  const walk = new Walk(index, visitor);
  const total = records.segments.reduce((sum, { length }) => sum + length, 0);
  let [done, told] = [0, 0];
  for (const { offset, length } of records.segments) {
    let at = offset;
    let room = WINDOW;
    while (at < offset + length) {
      const view = await walk.read(at, Math.min(room, offset + length - at));
      const next = walk.window(view, at, offset + length);
      if (next.kind === "damaged") break;
      room = next.kind === "more" ? next.size : WINDOW;
      at = next.at;
      if (view.byteLength === 0) break;
      if (done + at - offset - told > 8 * WINDOW) {
        told = done + at - offset;
        work.onProgress({ stage, done: told / total });
        await new Promise((resolve) => setTimeout(resolve, 0));
        work.signal?.throwIfAborted();
      }
    }
    done += length;
  }
  return walk.passedOver;
}

type Next =
  | { readonly kind: "go"; readonly at: number }
  /** The record at `at` needs a window of `size`. */
  | { readonly kind: "more"; readonly at: number; readonly size: number }
  | { readonly kind: "damaged"; readonly at: number };

/** Bytes behind the id, by tag of a root. */
const ROOTS: Readonly<Record<number, (idSize: number) => number>> = {
  0x01: (idSize) => idSize,
  0x02: () => 8,
  0x03: () => 8,
  0x04: () => 4,
  0x06: () => 4,
  0x08: () => 8,
  0x8e: () => 8,
  0xfe: () => 4,
};
const BARE_ROOTS = new Set([0xff, 0x05, 0x07, 0x89, 0x8a, 0x8b, 0x8c, 0x8d, 0x90]);

class Walk {
  readonly #index: HeapIndex;
  readonly #visitor: ObjectVisitor;
  readonly #idSize: 4 | 8;
  #buffer: Uint8Array<ArrayBuffer>;
  passedOver = 0;

  constructor(index: HeapIndex, visitor: ObjectVisitor) {
    this.#index = index;
    this.#visitor = visitor;
    this.#idSize = index.records.idSize;
    this.#buffer = new Uint8Array(Math.min(WINDOW, index.work.source.size));
  }

  async read(offset: number, length: number): Promise<DataView> {
    if (length > this.#buffer.length) this.#buffer = new Uint8Array(length);
    const have = await this.#index.work.source.readInto(this.#buffer.subarray(0, length), offset);
    return new DataView(this.#buffer.buffer, 0, have);
  }

  /** @param base where the window lies in the file. @param end of the segment */
  window(view: DataView, base: number, end: number): Next {
    const size = view.byteLength;
    let at = 0;
    while (at < size) {
      const tag = view.getUint8(at);
      const head = this.#headSize(tag);
      if (head === 0) {
        const next = tag === SUB.classDump ? this.#classEnd(view, at, base) : null;
        if (next === null) return at > 0 && tag === SUB.classDump ? more(base, at, 1 << 20) : { kind: "damaged", at: base + at };
        at = next;
        continue;
      }
      if (at + head > size) return at === 0 ? { kind: "damaged", at: base } : { kind: "go", at: base + at };
      const body = this.#bodySize(tag, view, at);
      if (at + head + body > size) {
        if (base + at + head + body > end) return { kind: "damaged", at: base + at };
        if (body <= LARGEST) return more(base, at, head + body);
        this.passedOver++;
        return { kind: "go", at: base + at + head + body };
      }
      if (tag >= SUB.instance && tag <= SUB.primitiveArray) this.#show(tag, view, at, at + head, body);
      at += head + body;
    }
    return { kind: "go", at: base + at };
  }

  /** 0 for a class and for what is unknown. */
  #headSize(tag: number): number {
    const id = this.#idSize;
    if (tag === SUB.instance) return 9 + 2 * id;
    if (tag === SUB.objectArray) return 9 + 2 * id;
    if (tag === SUB.primitiveArray || tag === 0xc3) return 10 + id;
    const root = ROOTS[tag];
    return root ? 1 + id + root(id) : BARE_ROOTS.has(tag) ? 1 + id : 0;
  }

  #bodySize(tag: number, view: DataView, at: number): number {
    const id = this.#idSize;
    if (tag === SUB.instance) return view.getUint32(at + 5 + 2 * id);
    if (tag === SUB.objectArray) return view.getUint32(at + 5 + id) * id;
    if (tag === SUB.primitiveArray) return view.getUint32(at + 5 + id) * typeSize(view.getUint8(at + 9 + id), id);
    return 0;
  }

  #show(tag: number, view: DataView, at: number, body: number, size: number): void {
    const { instance, objects, primitives } = this.#visitor;
    if (tag === SUB.instance ? !instance : tag === SUB.objectArray ? !objects : !primitives) return;
    const object = this.#index.at(readIdAt(view, at + 1, this.#idSize));
    if (object === null) return;
    if (tag === SUB.instance) instance!(object, view, body, size);
    else if (tag === SUB.objectArray) objects!(object, view, body, size / this.#idSize);
    else {
      const type = view.getUint8(body - 1);
      primitives!(object, view, body, size / typeSize(type, this.#idSize), type);
    }
  }

  /** null where the window ends before it. */
  #classEnd(view: DataView, at: number, base: number): number | null {
    const bytes = new Uint8Array(view.buffer, at, view.byteLength - at);
    const reader = new ByteReader(bytes, this.#index.work.source.name, { base: base + at });
    try {
      readClassDump(reader, this.#idSize);
      return reader.offset - base;
    } catch (error) {
      if (isHeaptideError(error, "TRUNCATED_INPUT")) return null;
      throw error;
    }
  }
}

function more(base: number, at: number, size: number): Next {
  return at === 0 ? { kind: "more", at: base, size } : { kind: "go", at: base + at };
}

export function readIdAt(view: DataView, at: number, idSize: 4 | 8): number {
  return idSize === 4 ? view.getUint32(at) : view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);
}
