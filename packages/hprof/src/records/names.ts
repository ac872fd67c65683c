/** The names of a dump (classes, fields, methods, files): ids and bytes in columns, text only of those that are asked for. */
export class Names {
  readonly #ids: Float64Array;
  /** Where each text is. */
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  readonly #bytes: Uint8Array;
  /** An open hash of one more than where an id is in the columns; made when something is looked up. */
  #slots: Uint32Array | undefined;

  constructor(ids: Float64Array, starts: Uint32Array, ends: Uint32Array, bytes: Uint8Array) {
    this.#ids = ids;
    this.#starts = starts;
    this.#ends = ends;
    this.#bytes = bytes;
  }

  /** The text of a name; `name@<id>` where the dump does not have it. */
  text(id: number): string {
    const at = this.#find(id);
    if (at < 0) return `name@${id.toString(16)}`;
    return decode(this.#bytes.subarray(this.#starts[at], this.#ends[at]));
  }

  has(id: number): boolean {
    return this.#find(id) >= 0;
  }

  #find(id: number): number {
    const slots = (this.#slots ??= this.#makeSlots());
    for (let slot = slotOf(id, slots.length); ; slot = (slot + 1) % slots.length) {
      const at = slots[slot]! - 1;
      if (at < 0 || this.#ids[at] === id) return at;
    }
  }

  #makeSlots(): Uint32Array {
    const slots = new Uint32Array(2 ** Math.ceil(Math.log2(this.#ids.length * 2 + 2)));
    this.#ids.forEach((id, at) => {
      let slot = slotOf(id, slots.length);
      // Of names with the same id the first one is found.
      while (slots[slot] !== 0) slot = (slot + 1) % slots.length;
      slots[slot] = at + 1;
    });
    return slots;
  }
}

/** @param count a power of two. Ids are addresses: their lowest bits are all alike, their highest too. */
function slotOf(id: number, count: number): number {
  return (Math.imul((id / 8) >>> 0, 0x9e3779b1) >>> 8) & (count - 1);
}

const UTF8 = new TextDecoder();

/** A copy: decoders of browsers refuse memory that is shared. */
function decode(bytes: Uint8Array): string {
  return UTF8.decode(bytes.slice());
}

/** Collects names in the order of the file, with the heads of their records: a dump has some ten thousand, so nothing is done for one of them. */
export class NamesBuilder {
  #ids = new Float64Array(1 << 12);
  #starts = new Uint32Array(1 << 12);
  #ends = new Uint32Array(1 << 12);
  #bytes = new Uint8Array(1 << 16);
  #count = 0;
  #length = 0;

  /** A name, whose text is `from` to `to` of what is kept next. */
  note(id: number, from: number, to: number): void {
    if (this.#count === this.#ids.length) {
      this.#ids = doubled(this.#ids, new Float64Array(this.#count * 2));
      this.#starts = doubled(this.#starts, new Uint32Array(this.#count * 2));
      this.#ends = doubled(this.#ends, new Uint32Array(this.#count * 2));
    }
    this.#ids[this.#count] = id;
    this.#starts[this.#count] = this.#length + from;
    this.#ends[this.#count++] = this.#length + to;
  }

  /** A copy of the bytes that the names noted since the last call lie in. */
  keep(bytes: Uint8Array): void {
    while (this.#length + bytes.length > this.#bytes.length) this.#bytes = doubled(this.#bytes, new Uint8Array(this.#bytes.length * 2));
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  build(): Names {
    const count = this.#count;
    return new Names(
      this.#ids.slice(0, count),
      this.#starts.slice(0, count),
      this.#ends.slice(0, count),
      this.#bytes.slice(0, this.#length),
    );
  }
}

function doubled<Column extends Uint8Array | Uint32Array | Float64Array>(column: Column, larger: Column): Column {
  larger.set(column);
  return larger;
}
