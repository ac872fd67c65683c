import type { Series } from "@heaptide/base";
import type { ClassColumns, SnapshotColumns } from "@heaptide/model";

/**
 * Columns that grow at their end. What `upTo()` gives are views that later additions do not touch: they go beyond a view's end, or into a new buffer.
 * A time that is not later than the last one is put in its place in a copy; the same time again changes nothing.
 */
export class GrowingSeries {
  #at = new Float64Array(16);
  #value = new Float64Array(16);
  #length = 0;

  add(at: number, value: number): void {
    const index = this.#length > 0 && at <= this.#at[this.#length - 1]! ? this.#placeOf(at) : this.#length;
    if (index < this.#length && this.#at[index] === at) return;
    if (index < this.#length || this.#length === this.#at.length) this.#copy(Math.max(16, this.#length * 2));
    this.#at.copyWithin(index + 1, index, this.#length);
    this.#value.copyWithin(index + 1, index, this.#length);
    this.#at[index] = at;
    this.#value[index] = value;
    this.#length++;
  }

  get view(): Series {
    return { at: this.#at.subarray(0, this.#length), value: this.#value.subarray(0, this.#length) };
  }

  #placeOf(at: number): number {
    let index = this.#length;
    while (index > 0 && this.#at[index - 1]! >= at) index--;
    return index;
  }

  #copy(capacity: number): void {
    const [at, value] = [new Float64Array(capacity), new Float64Array(capacity)];
    at.set(this.#at.subarray(0, this.#length));
    value.set(this.#value.subarray(0, this.#length));
    this.#at = at;
    this.#value = value;
  }
}

/** Histograms of one incarnation and kind, a pair of columns a class. */
export class GrowingSnapshots {
  readonly #classes: string[] = [];
  readonly #places = new Map<string, number>();
  readonly #instances: Float64Array[] = [];
  readonly #bytes: Float64Array[] = [];
  #at = new Float64Array(16);
  #length = 0;

  add(at: number, { names, instances, bytes }: ClassColumns): void {
    if (this.#at.subarray(0, this.#length).includes(at)) return;
    if (this.#length === this.#at.length) this.#grow();
    this.#at[this.#length] = at;
    names.forEach((name, c) => {
      const place = this.#placeOf(name);
      this.#instances[place]![this.#length] = instances[c]!;
      this.#bytes[place]![this.#length] = bytes[c]!;
    });
    this.#length++;
  }

  get view(): SnapshotColumns {
    const cut = (column: Float64Array) => column.subarray(0, this.#length);
    const columns = {
      at: cut(this.#at),
      classes: this.#classes.slice(),
      instances: this.#instances.map(cut),
      bytes: this.#bytes.map(cut),
    };
    return isAscending(columns.at) ? columns : ascending(columns);
  }

  #placeOf(name: string): number {
    let place = this.#places.get(name);
    if (place !== undefined) return place;
    place = this.#classes.length;
    this.#places.set(name, place);
    this.#classes.push(name);
    this.#instances.push(new Float64Array(this.#at.length));
    this.#bytes.push(new Float64Array(this.#at.length));
    return place;
  }

  #grow(): void {
    const larger = (column: Float64Array) => {
      const copy = new Float64Array(column.length * 2);
      copy.set(column);
      return copy;
    };
    this.#at = larger(this.#at);
    for (const columns of [this.#instances, this.#bytes]) columns.forEach((column, c) => (columns[c] = larger(column)));
  }
}

function isAscending(at: Float64Array): boolean {
  for (let i = 1; i < at.length; i++) if (at[i]! <= at[i - 1]!) return false;
  return true;
}

/** Snapshots that came late, put in their place. */
function ascending({ at, classes, instances, bytes }: SnapshotColumns): SnapshotColumns {
  const order = [...at.keys()].sort((a, b) => at[a]! - at[b]!);
  const pick = (column: Float64Array) => Float64Array.from(order, (from) => column[from]!);
  return { at: pick(at), classes, instances: instances.map(pick), bytes: bytes.map(pick) };
}
