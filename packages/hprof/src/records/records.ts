import { ByteReader, HeaptideError, isHeaptideError } from "@heaptide/base";
import { type DumpSource, readBytes } from "../source.ts";
import { type Names, NamesBuilder } from "./names.ts";
import { KNOWN_TAGS, TAG } from "./tags.ts";

/**
 * HPROF 1.0.1, 1.0.2 (HotSpot) and 1.0.3 (Android): a header, then records of tag (u1), time (u4), length (u4) and body. Big-endian; ids have 4
 * or 8 bytes, as the header says. Written by `jcmd GC.heap_dump`, `jmap -dump`, -XX:+HeapDumpOnOutOfMemoryError and Android's am dumpheap.
 * Layout: openjdk/jdk:src/hotspot/share/services/heapDumper.cpp. CPU and allocation records are skipped.
 *
 * This file reads everything but the heap itself, and says where the heap's segments lie. Costs a read of 9 bytes for each segment.
 */
export interface DumpRecords {
  readonly version: string;
  readonly idSize: 4 | 8;
  /** When it was begun, milliseconds since the epoch. */
  readonly at: number;
  readonly names: Names;
  /** Name id of each class, by class id. */
  readonly classNames: ReadonlyMap<number, number>;
  /** Class id by the serial number that frames use. */
  readonly classSerials: ReadonlyMap<number, number>;
  readonly frames: ReadonlyMap<number, FrameRecord>;
  readonly traces: ReadonlyMap<number, TraceRecord>;
  readonly segments: readonly Segment[];
  /** Where the file ends before it should; null for a whole one. */
  readonly cut: { readonly offset: number; readonly missing: number | null } | null;
}

/** A stretch of sub-records. */
export interface Segment {
  readonly offset: number;
  readonly length: number;
}

export interface FrameRecord {
  readonly method: number;
  readonly source: number;
  readonly classSerial: number;
  /** 0 or less: unknown, compiled, native. */
  readonly line: number;
}

export interface TraceRecord {
  readonly threadSerial: number;
  readonly frames: readonly number[];
}

const MAGIC = "JAVA PROFILE ";
const HEADER = 31;
const RECORD_HEAD = 9;
const WINDOW = 1 << 20;

/** @throws NOT_A_HEAP_DUMP, UNSUPPORTED_VERSION; TRUNCATED_INPUT where not even the header is whole */
export async function readRecords(source: DumpSource, signal?: AbortSignal): Promise<DumpRecords> {
  const header = await readHeader(source);
  const reading = new RecordReader(source, header.idSize);
  let offset = HEADER;
  let cut: DumpRecords["cut"] = null;
  while (offset < source.size) {
    signal?.throwIfAborted();
    offset = reading.takeNames(offset);
    if (offset >= source.size) break;
    const step = await reading.record(offset);
    if (step.cut) cut = step.cut;
    if (step.next === null) break;
    offset = step.next;
  }
  // What is written in segments has an end of its own. Without it a dump ends between two of them, or is still being written.
  if (reading.wantsEnd) cut ??= { offset: source.size, missing: null };
  return { ...header, ...reading.finish(), cut };
}

async function readHeader(source: DumpSource): Promise<Pick<DumpRecords, "version" | "idSize" | "at">> {
  const bytes = await readBytes(source, 0, HEADER);
  const text = String.fromCharCode(...bytes.subarray(0, MAGIC.length));
  if (text !== MAGIC.slice(0, bytes.length) || bytes.length === 0)
    throw new HeaptideError("NOT_A_HEAP_DUMP", { name: source.name, size: source.size, begins: text.replaceAll(/[^ -~]/g, ".") });
  const reader = new ByteReader(bytes, source.name);
  reader.skip(MAGIC.length);
  const version = String.fromCharCode(...reader.window(5));
  if (!/^1\.0\.[1-3]$/.test(version))
    throw new HeaptideError("UNSUPPORTED_VERSION", { what: source.name, found: version, supported: "1.0.1 to 1.0.3" });
  reader.skip(1);
  const idSize = reader.u4();
  if (idSize !== 4 && idSize !== 8) throw reader.malformed(`ids of ${idSize} bytes`);
  return { version, idSize, at: reader.i8() };
}

interface Step {
  /** null: nothing more can be read. */
  readonly next: number | null;
  readonly cut?: DumpRecords["cut"];
}

class RecordReader {
  readonly #source: DumpSource;
  readonly #idSize: 4 | 8;
  readonly #names = new NamesBuilder();
  readonly #classNames = new Map<number, number>();
  readonly #classSerials = new Map<number, number>();
  readonly #frames = new Map<number, FrameRecord>();
  readonly #traces = new Map<number, TraceRecord>();
  readonly #segments: Segment[] = [];
  #window: Uint8Array = new Uint8Array(0);
  #windowAt = 0;
  /** Whether segments have begun, and their end has not come. */
  wantsEnd = false;

  constructor(source: DumpSource, idSize: 4 | 8) {
    this.#source = source;
    this.#idSize = idSize;
  }

  finish(): Omit<DumpRecords, "version" | "idSize" | "at" | "cut"> {
    const { size } = this.#source;
    const segments = this.#segments.map(({ offset, length }) => ({ offset, length: Math.min(length, size - offset) }));
    return {
      names: this.#names.build(),
      classNames: this.#classNames,
      classSerials: this.#classSerials,
      frames: this.#frames,
      traces: this.#traces,
      segments: segments.filter(({ length }) => length > 0),
    };
  }

  /** Takes names as long as one whole one follows another in what was read: JVMs write all of them first. @returns where they end */
  takeNames(offset: number): number {
    const window = this.#window;
    const view = new DataView(window.buffer, window.byteOffset, window.byteLength);
    const head = RECORD_HEAD + this.#idSize;
    const first = offset - this.#windowAt;
    let at = first;
    while (at >= 0 && at + head <= window.length && window[at] === TAG.name) {
      const length = view.getUint32(at + 5);
      const end = at + RECORD_HEAD + length;
      if (length < this.#idSize || end > window.length) break;
      const high = view.getUint32(at + RECORD_HEAD);
      const id = this.#idSize === 4 ? high : high * 2 ** 32 + view.getUint32(at + RECORD_HEAD + 4);
      this.#names.note(id, at + head - first, end - first);
      at = end;
    }
    if (at > first) this.#names.keep(window.subarray(first, at));
    return this.#windowAt + at;
  }

  /** Reads or skips the record at an offset. */
  async record(offset: number): Promise<Step> {
    const left = this.#source.size - offset;
    if (left < RECORD_HEAD) return { next: null, cut: { offset, missing: null } };
    const head = new ByteReader(await this.#bytes(offset, RECORD_HEAD), this.#source.name, { base: offset });
    const tag = head.u1();
    head.skip(4);
    const length = head.u4();
    const body = offset + RECORD_HEAD;
    if (!KNOWN_TAGS.has(tag)) return { next: null, cut: { offset, missing: null } };
    if (tag === TAG.heapDumpSegment || tag === TAG.heapDumpEnd) this.wantsEnd = tag === TAG.heapDumpSegment;
    if (tag === TAG.heapDump || tag === TAG.heapDumpSegment) return this.#segment(tag, body, length);
    const missing = body + length - this.#source.size;
    if (missing > 0) return { next: null, cut: { offset, missing } };
    if (tag === TAG.name || tag === TAG.loadClass || tag === TAG.frame || tag === TAG.trace) await this.#body(tag, body, length);
    return { next: body + length };
  }

  async #segment(tag: number, offset: number, stated: number): Promise<Step> {
    const rest = this.#source.size - offset;
    let length = stated;
    // Before segments there were, JVMs wrote one record; its length does not fit where the heap is larger than 4 GB.
    if (tag === TAG.heapDump && !(await this.#recordBegins(offset + stated))) length = rest;
    this.#segments.push({ offset, length });
    if (length > rest) return { next: null, cut: { offset: this.#source.size, missing: length - rest } };
    return { next: offset + length };
  }

  async #recordBegins(offset: number): Promise<boolean> {
    if (offset >= this.#source.size) return true;
    return KNOWN_TAGS.has((await this.#bytes(offset, 1))[0]!);
  }

  async #body(tag: number, offset: number, length: number): Promise<void> {
    const reader = new ByteReader(await this.#bytes(offset, length), this.#source.name, { base: offset });
    try {
      if (tag === TAG.name) this.#name(reader);
      else if (tag === TAG.loadClass) this.#loadClass(reader);
      else if (tag === TAG.frame) this.#frame(reader);
      else this.#trace(reader);
    } catch (error) {
      // A record shorter than its fields: its name is missing then, the heap is not.
      if (!isHeaptideError(error, "TRUNCATED_INPUT")) throw error;
    }
  }

  #name(reader: ByteReader): void {
    const id = this.#id(reader);
    const text = reader.window(reader.remaining);
    this.#names.note(id, 0, text.length);
    this.#names.keep(text);
  }

  #loadClass(reader: ByteReader): void {
    const serial = reader.u4();
    const id = this.#id(reader);
    reader.skip(4);
    this.#classNames.set(id, this.#id(reader));
    this.#classSerials.set(serial, id);
  }

  #frame(reader: ByteReader): void {
    const id = this.#id(reader);
    const method = this.#id(reader);
    this.#id(reader);
    const source = this.#id(reader);
    this.#frames.set(id, { method, source, classSerial: reader.u4(), line: reader.i4() });
  }

  #trace(reader: ByteReader): void {
    const serial = reader.u4();
    const threadSerial = reader.u4();
    const count = Math.min(reader.u4(), Math.floor(reader.remaining / this.#idSize));
    this.#traces.set(serial, { threadSerial, frames: Array.from({ length: count }, () => this.#id(reader)) });
  }

  #id(reader: ByteReader): number {
    return readId(reader, this.#idSize);
  }

  /** A view that is valid until the next call. Small records come from a window of the file; a large one replaces it. */
  async #bytes(offset: number, length: number): Promise<Uint8Array> {
    if (offset < this.#windowAt || offset + length > this.#windowAt + this.#window.length) {
      // Behind the first segment only heads are read, one a segment.
      const ahead = this.#segments.length > 0 ? Math.max(length, 64) : Math.max(length, WINDOW);
      this.#window = await readBytes(this.#source, offset, ahead);
      this.#windowAt = offset;
    }
    return this.#window.subarray(offset - this.#windowAt, offset - this.#windowAt + length);
  }
}

/** An id as a number. Addresses stay below 2^48; of larger ids the lowest bits may be lost, and they are no addresses. */
export function readId(reader: ByteReader, idSize: 4 | 8): number {
  return idSize === 4 ? reader.u4() : reader.u4() * 2 ** 32 + reader.u4();
}
