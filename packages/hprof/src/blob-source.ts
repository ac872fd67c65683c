import type { DumpSource } from "./source.ts";

/** Large pieces, and the next ones on their way while one is used: each read goes through the browser's own process, which costs more than the copy. */
const PIECE = 8 << 20;
const AHEAD = 2;

/** A dump that somebody dropped into a browser window. What is read in a row is read ahead; what is asked for here and there is not. */
export function blobSource(blob: Blob, piece = PIECE): DumpSource {
  const row = new ReadAhead(blob, piece);
  let expected = 0;
  return {
    name: "name" in blob && typeof blob.name === "string" ? blob.name : "the dump",
    size: blob.size,
    shared: blob,
    readInto(target, offset, end) {
      const isFollowed = end !== undefined && offset + target.byteLength < end;
      const inRow = offset === expected || isFollowed;
      expected = offset + target.byteLength;
      if (row.holds(offset, expected)) return row.copy(target, offset);
      return inRow
        ? row.readInto(target, offset, end ?? blob.size)
        : readPart(blob, offset, expected).then((bytes) => copyInto(target, bytes, 0));
    },
    descriptor: null,
    close: async () => row.forget(),
  };
}

/** The pieces of a blob around the place that is read, by number. */
class ReadAhead {
  readonly #blob: Blob;
  readonly #size: number;
  readonly #coming = new Map<number, Promise<Uint8Array>>();
  /** The piece that is in use: most reads are answered from it at once. */
  #number = -1;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(blob: Blob, size: number) {
    this.#blob = blob;
    this.#size = size;
  }

  holds(from: number, to: number): boolean {
    const start = this.#number * this.#size;
    return this.#number >= 0 && from >= start && to <= start + this.#bytes.byteLength;
  }

  /** What of the target lies in the piece in use. @returns bytes */
  copy(target: Uint8Array, offset: number): number {
    return copyInto(target, this.#bytes, offset - this.#number * this.#size);
  }

  async readInto(target: Uint8Array, offset: number, end: number): Promise<number> {
    let have = 0;
    while (have < target.byteLength && offset + have < this.#blob.size) {
      await this.#turnTo(Math.floor((offset + have) / this.#size), end);
      have += this.copy(target.subarray(have), offset + have);
    }
    return have;
  }

  forget(): void {
    this.#coming.clear();
    this.#number = -1;
    this.#bytes = new Uint8Array(0);
  }

  async #turnTo(number: number, end: number): Promise<void> {
    if (number === this.#number) return;
    for (const old of this.#coming.keys()) if (old < number || old > number + AHEAD) this.#coming.delete(old);
    const wanted = this.#read(number);
    // One that fails does so again when its turn comes.
    for (let next = number + 1; next <= number + AHEAD && next * this.#size < end; next++) this.#read(next).catch(() => {});
    this.#bytes = await wanted;
    this.#number = number;
  }

  #read(number: number): Promise<Uint8Array> {
    const known = this.#coming.get(number) ?? readPart(this.#blob, number * this.#size, (number + 1) * this.#size);
    this.#coming.set(number, known);
    return known;
  }
}

async function readPart(blob: Blob, from: number, to: number): Promise<Uint8Array> {
  return new Uint8Array(await blob.slice(from, to).arrayBuffer());
}

function copyInto(target: Uint8Array, bytes: Uint8Array, at: number): number {
  const part = bytes.subarray(at, at + target.byteLength);
  target.set(part);
  return part.byteLength;
}
