/** The names of a dump (classes, fields, methods, files): ids and bytes in columns, text only of those that are asked for. */
export class Names {
  readonly #ids: Float64Array;
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  readonly #bytes: Uint8Array;

  constructor(ids: Float64Array, starts: Uint32Array, ends: Uint32Array, bytes: Uint8Array) {
    this.#ids = ids;
    this.#starts = starts;
    this.#ends = ends;
    this.#bytes = bytes;
  }

  /** The text of a name; `name@<id>` where the dump does not have it. */
  text(id: number): string {
    const at = this.#find(id);
    return at < 0 ? `name@${id.toString(16)}` : decode(this.#bytes.subarray(this.#starts[at], this.#ends[at]));
  }

  has(id: number): boolean {
    return this.#find(id) >= 0;
  }

  #find(id: number): number {
    let low = 0;
    let high = this.#ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ids[middle]! < id) low = middle + 1;
      else high = middle;
    }
    return this.#ids[low] === id ? low : -1;
  }
}

const UTF8 = new TextDecoder();

/** A copy: decoders of browsers refuse memory that is shared. */
function decode(bytes: Uint8Array): string {
  return UTF8.decode(bytes.slice());
}

/** Collects names in the order of the file. */
export class NamesBuilder {
  #ids: number[] = [];
  #ends: number[] = [];
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  add(id: number, text: Uint8Array): void {
    while (this.#length + text.length > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(text, this.#length);
    this.#length += text.length;
    this.#ids.push(id);
    this.#ends.push(this.#length);
  }

  build(): Names {
    const order = Uint32Array.from(this.#ids.keys());
    order.sort((a, b) => this.#ids[a]! - this.#ids[b]!);
    const ids = Float64Array.from(order, (at) => this.#ids[at]!);
    const starts = Uint32Array.from(order, (at) => (at === 0 ? 0 : this.#ends[at - 1]!));
    const ends = Uint32Array.from(order, (at) => this.#ends[at]!);
    const built = new Names(ids, starts, ends, this.#bytes.slice(0, this.#length));
    this.#ids = [];
    this.#ends = [];
    return built;
  }
}
