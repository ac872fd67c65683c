import { HeaptideError } from "@heaptide/base";

const TWO_28 = 2 ** 28;
const TWO_32 = 2 ** 32;
const UTF8 = new TextDecoder();
/** How JFR writes a string: the first byte says where its characters are. */
const STRING = { null: 0, empty: 1, pooled: 2, utf8: 3, chars: 4, latin1: 5 } as const;

/** The text of a key in the recording's pool of strings; null where the pool does not have it. */
export type PooledText = (key: number) => string | null;

/**
 * A cursor over JFR's packed values: varints, strings, and the few raw ones.
 *
 * Reads are checked after the fact: past the last byte a typed array yields `undefined`, which counts as 0 in the arithmetic below and never
 * ends a varint early, so a value that crosses `end` is always noticed, by one comparison instead of one for each byte. `end` is an event's or
 * a pool's end, not the buffer's. Errors speak in file offsets.
 *
 * Longs become numbers: exact up to 2^53, rounded beyond. Ticks, sizes, addresses and pool keys stay below.
 */
export class PackedReader {
  position = 0;
  end = 0;
  bytes: Uint8Array = new Uint8Array(0);
  /** Made for the first float: most events have none. */
  #view: DataView | undefined;
  #base = 0;
  readonly #what: string;

  constructor(what: string) {
    this.#what = what;
  }

  /** Starts anew at the first of `bytes`, which lie at `base` in the file. */
  reset(bytes: Uint8Array, base: number): void {
    this.bytes = bytes;
    this.#view = undefined;
    this.#base = base;
    this.position = 0;
    this.end = bytes.length;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  /** File offset of the next byte. */
  get offset(): number {
    return this.#base + this.position;
  }

  byte(): number {
    const value = this.bytes[this.position++]!;
    this.check();
    return value;
  }

  signedByte(): number {
    return (this.byte() << 24) >> 24;
  }

  /** A 64-bit integer in groups of 7 bits, the lowest first; the ninth byte, if it comes to that, holds 8 bits. Two's complement. */
  varint(): number {
    const first = this.bytes[this.position]!;
    if (first < 0x80) {
      this.position++;
      if (this.position > this.end) this.check();
      return first;
    }
    return this.#longVarint();
  }

  /** Unrolled: most of a recording's time goes here, since every time stamp takes five to seven bytes. */
  #longVarint(): number {
    const bytes = this.bytes;
    const at = this.position;
    let byte = bytes[at + 1]!;
    let low = (bytes[at]! & 0x7f) | ((byte & 0x7f) << 7);
    if (byte < 0x80) return this.#moved(at + 2, low);
    byte = bytes[at + 2]!;
    low |= (byte & 0x7f) << 14;
    if (byte < 0x80) return this.#moved(at + 3, low);
    byte = bytes[at + 3]!;
    low |= (byte & 0x7f) << 21;
    if (byte < 0x80) return this.#moved(at + 4, low);
    byte = bytes[at + 4]!;
    let high = byte & 0x7f;
    if (byte < 0x80) return this.#moved(at + 5, high * TWO_28 + low);
    byte = bytes[at + 5]!;
    high |= (byte & 0x7f) << 7;
    if (byte < 0x80) return this.#moved(at + 6, high * TWO_28 + low);
    byte = bytes[at + 6]!;
    high |= (byte & 0x7f) << 14;
    if (byte < 0x80) return this.#moved(at + 7, high * TWO_28 + low);
    byte = bytes[at + 7]!;
    high |= (byte & 0x7f) << 21;
    if (byte < 0x80) return this.#moved(at + 8, high * TWO_28 + low);
    // Bits 0..27 are in `low`, 28..55 in `high`, 56..63 in the ninth byte: put together as two 32-bit halves, so that -1 comes out as -1.
    const upper = (high >>> 4) | (bytes[at + 8]! << 24);
    const lower = (low | (high << 28)) >>> 0;
    return this.#moved(at + 9, upper * TWO_32 + lower);
  }

  /** A count of things of which each takes a byte or more: one that cannot be true is an error, before anybody allocates for it. */
  count(): number {
    const at = this.position;
    const count = this.varint();
    if (count < 0 || count > this.end - this.position) {
      this.position = at;
      throw this.malformed(`a count of ${count} where ${this.end - at} bytes are left`);
    }
    return count;
  }

  float(): number {
    this.skip(4);
    return this.view.getFloat32(this.position - 4);
  }

  double(): number {
    this.skip(8);
    return this.view.getFloat64(this.position - 8);
  }

  skip(length: number): void {
    this.position += length;
    this.check();
  }

  string(pooled: PooledText): string | null {
    const encoding = this.byte();
    switch (encoding) {
      case STRING.null:
        return null;
      case STRING.empty:
        return "";
      case STRING.pooled:
        return pooled(this.varint());
      case STRING.utf8:
        return UTF8.decode(this.#window(this.count()));
      case STRING.chars:
        return this.#characters(this.count());
      case STRING.latin1:
        return latin1(this.#window(this.count()));
      default:
        throw this.malformed(`a string in the unknown encoding ${encoding}`);
    }
  }

  skipString(): void {
    const encoding = this.byte();
    if (encoding === STRING.utf8 || encoding === STRING.latin1) this.skip(this.count());
    else if (encoding === STRING.pooled) this.varint();
    else if (encoding === STRING.chars) for (let left = this.count(); left > 0; left--) this.varint();
    else if (encoding > STRING.latin1) throw this.malformed(`a string in the unknown encoding ${encoding}`);
  }

  /** The error for bytes that are there but make no sense, at the place where the reader stands. */
  malformed(problem: string): HeaptideError<"MALFORMED_INPUT"> {
    return new HeaptideError("MALFORMED_INPUT", { what: this.#what, offset: this.offset, problem });
  }

  /** For values that are not packed. */
  get view(): DataView {
    return (this.#view ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength));
  }

  #characters(count: number): string {
    let text = "";
    for (let left = count; left > 0; left--) text += String.fromCharCode(this.varint() & 0xffff);
    return text;
  }

  #window(length: number): Uint8Array {
    this.skip(length);
    return this.bytes.subarray(this.position - length, this.position);
  }

  #moved(position: number, value: number): number {
    this.position = position;
    if (position > this.end) this.check();
    return value;
  }

  /** @throws HeaptideError `MALFORMED_INPUT` where what was read reaches beyond the end */
  check(): void {
    if (this.position <= this.end) return;
    const problem = `a value reaches ${this.position - this.end} bytes beyond the end of what holds it`;
    this.position = this.end;
    throw this.malformed(problem);
  }
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
