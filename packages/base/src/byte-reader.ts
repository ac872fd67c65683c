import { HeaptideError } from "./errors.ts";

/**
 * A cursor over bytes in memory. Big-endian unless `littleEndian` is set, as in HPROF, JFR headers and Java in general.
 *
 * Every read checks its bounds first and moves only when it succeeds, so a caller that catches `TRUNCATED_INPUT` can fetch more bytes
 * and call again. `base` is where the buffer lies in its file: errors speak in file offsets.
 */
export class ByteReader {
  readonly #view: DataView;
  readonly #what: string;
  readonly #base: number;
  readonly #littleEndian: boolean;
  #at = 0;

  constructor(bytes: Uint8Array, what: string, options: { base?: number; littleEndian?: boolean } = {}) {
    // byteOffset and byteLength always: `bytes` may be a window into a larger buffer.
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
    this.#base = options.base ?? 0;
    this.#littleEndian = options.littleEndian ?? false;
  }

  /** File offset of the next byte. */
  get offset(): number {
    return this.#base + this.#at;
  }

  get remaining(): number {
    return this.#view.byteLength - this.#at;
  }

  /** Moves to a file offset inside the buffer; its end is allowed. */
  seek(offset: number): void {
    const at = offset - this.#base;
    if (!Number.isInteger(at) || at < 0 || at > this.#view.byteLength) {
      throw this.malformed(`a position of ${offset} lies outside of it`);
    }
    this.#at = at;
  }

  skip(length: number): void {
    this.#take(length);
  }

  u1(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u2(): number {
    return this.#view.getUint16(this.#take(2), this.#littleEndian);
  }

  u4(): number {
    return this.#view.getUint32(this.#take(4), this.#littleEndian);
  }

  i4(): number {
    return this.#view.getInt32(this.#take(4), this.#littleEndian);
  }

  /** A signed 64-bit integer as a number: exact up to 2^53, rounded beyond. Counters, sizes, ticks and times stay far below. */
  i8(): number {
    const at = this.#take(8);
    const high = this.#view.getInt32(at + (this.#littleEndian ? 4 : 0), this.#littleEndian);
    const low = this.#view.getUint32(at + (this.#littleEndian ? 0 : 4), this.#littleEndian);
    return high * 2 ** 32 + low;
  }

  f4(): number {
    return this.#view.getFloat32(this.#take(4), this.#littleEndian);
  }

  f8(): number {
    return this.#view.getFloat64(this.#take(8), this.#littleEndian);
  }

  /** A window on the next `length` bytes, not a copy: valid as long as the buffer is. */
  window(length: number): Uint8Array {
    const at = this.#take(length);
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + at, length);
  }

  /** The error for bytes that are there but make no sense, at the place where the reader stands. */
  malformed(problem: string): HeaptideError<"MALFORMED_INPUT"> {
    return new HeaptideError("MALFORMED_INPUT", { what: this.#what, offset: this.offset, problem });
  }

  #take(needed: number): number {
    if (!Number.isInteger(needed) || needed < 0) throw this.malformed(`a length of ${needed} bytes`);
    if (this.remaining < needed) {
      throw new HeaptideError("TRUNCATED_INPUT", { what: this.#what, offset: this.offset, needed, have: this.remaining });
    }
    const at = this.#at;
    this.#at += needed;
    return at;
  }
}
