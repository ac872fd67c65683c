import type { Arena } from "../arena.ts";

/** Where columns lie while they are not in memory. Reads and writes at once: whoever asks for a value cannot wait for a promise. */
export interface Shelf {
  /** @returns where it is */
  write(bytes: Uint8Array): number;
  readInto(target: Uint8Array, at: number): void;
  close(): void;
}

/**
 * An array of an analysis: in the arena, or put on a shelf to make room, or not yet read from an index that was saved. What is on a shelf is there
 * for good: a column is only put there when it is finished, and read as often as it is needed.
 */
export class Column {
  readonly length: number;
  readonly #arena: Arena;
  readonly #shelf: Shelf | null;
  #at: number | null;
  #place: number | null;

  private constructor(arena: Arena, length: number, at: number | null, shelf: Shelf | null, place: number | null) {
    this.#arena = arena;
    this.length = length;
    this.#at = at;
    this.#shelf = shelf;
    this.#place = place;
  }

  /** One that lies in the arena. @param shelf where it can be put, if anywhere */
  static at(arena: Arena, at: number, length: number, shelf: Shelf | null): Column {
    return new Column(arena, length, at, shelf, null);
  }

  /** One that is read when it is asked for. */
  static on(shelf: Shelf, place: number, length: number, arena: Arena): Column {
    return new Column(arena, length, null, shelf, place);
  }

  /** Where it is in the arena. Until `park`. @throws HEAP_DUMP_TOO_LARGE */
  get at(): number {
    return (this.#at ??= this.#load());
  }

  /** Gives its room back, where there is a shelf for it. */
  park(): void {
    if (this.#at === null || this.#shelf === null) return;
    this.#place ??= this.#shelf.write(this.#arena.bytes(this.#at, this.length));
    this.free();
  }

  /** Gives its room back. Without having been parked it is gone. */
  free(): void {
    if (this.#at !== null) this.#arena.free(this.#at);
    this.#at = null;
  }

  /** Its bytes, without a place in the arena for it. */
  copyTo(write: (bytes: Uint8Array) => void): void {
    if (this.#at !== null) write(this.#arena.bytes(this.#at, this.length));
    else {
      const piece = new Uint8Array(1 << 20);
      for (let done = 0; done < this.length; done += piece.length) {
        const part = piece.subarray(0, Math.min(piece.length, this.length - done));
        this.#shelf!.readInto(part, this.#place! + done);
        write(part);
      }
    }
  }

  #load(): number {
    if (this.#shelf === null || this.#place === null) throw new Error("A column was asked for after it was given back.");
    const at = this.#arena.allocate(this.length, { zeroed: false });
    this.#shelf.readInto(this.#arena.bytes(at, this.length), this.#place);
    return at;
  }
}
