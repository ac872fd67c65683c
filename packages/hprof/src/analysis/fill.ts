import type { Bytes } from "@heaptide/base";
import type { HeapClass } from "../index/classes.ts";
import type { HeapIndex, Ordinal } from "../index/heap-index.ts";
import { readIdAt, walkObjects } from "../inspect/walk.ts";
import { OBJECT_TYPE } from "../records/tags.ts";
import { addressOf } from "./paths.ts";

/** How well collections and arrays are filled, and maps spread. */
export interface FillReport {
  readonly collections: readonly CollectionRow[];
  /** Maps of `CROWDED` entries and more whose entries share buckets most. */
  readonly crowded: readonly CrowdedMap[];
  /** Arrays of references, by class. */
  readonly arrays: readonly ArrayRow[];
  /** The arrays with most empty slots. */
  readonly sparse: readonly {
    readonly class: string;
    readonly address: string;
    readonly length: number;
    readonly used: number;
    readonly wasted: Bytes;
  }[];
  /** Arrays of primitives whose elements are all the same: buffers that nobody wrote to. */
  readonly constant: readonly { readonly class: string; readonly count: number; readonly bytes: Bytes }[];
  /** Arrays too large to be looked at. */
  readonly passedOver: number;
}

/** The collections of a class. Slots are places in the array behind each; of one without an array, none. */
export interface CollectionRow {
  readonly class: string;
  readonly count: number;
  /** How many hold nothing. */
  readonly empty: number;
  readonly elements: number;
  readonly slots: number;
  readonly used: number;
  /** Used of all slots, null without any. */
  readonly fill: number | null;
  /** Bytes of slots that hold nothing. */
  readonly wasted: Bytes;
  /** Of maps: elements that share a bucket with an earlier one, of all; null for what has no buckets. */
  readonly collisions: number | null;
}

export interface CrowdedMap {
  readonly class: string;
  readonly address: string;
  readonly elements: number;
  readonly slots: number;
  readonly used: number;
  readonly collisions: number;
}

export interface ArrayRow {
  readonly class: string;
  readonly count: number;
  /** How many hold nothing but null. */
  readonly empty: number;
  readonly slots: number;
  readonly used: number;
  readonly wasted: Bytes;
}

/** How collections keep their elements: an array, and how many of it are in use. */
interface Shape {
  readonly array: string;
  readonly size: string;
  /** Whether several elements may share a slot. */
  readonly buckets: boolean;
}

/** Of the JDK, by the field that names the array. What extends one of these is one too. */
const SHAPES: Readonly<Record<string, Shape>> = {
  "java.util.ArrayList": { array: "elementData", size: "size", buckets: false },
  "java.util.Vector": { array: "elementData", size: "elementCount", buckets: false },
  "java.util.PriorityQueue": { array: "queue", size: "size", buckets: false },
  "java.util.ArrayDeque": { array: "elements", size: "", buckets: false },
  "java.util.IdentityHashMap": { array: "table", size: "", buckets: false },
  "java.util.HashMap": { array: "table", size: "size", buckets: true },
  "java.util.WeakHashMap": { array: "table", size: "size", buckets: true },
  "java.util.Hashtable": { array: "table", size: "count", buckets: true },
  "java.util.concurrent.ConcurrentHashMap": { array: "table", size: "baseCount", buckets: true },
};
const CROWDED = 32;

/**
 * Looks at every collection of the JDK and at every array: two walks over the file, 4 bytes of memory for each object and 12 for each array of references. Unreachable
 * ones count.
 */
export async function reportFill(index: HeapIndex, { top = 20 }: { readonly top?: number } = {}): Promise<FillReport> {
  const arrays = new ArraySlots(index);
  const constant = new Map<number, { count: number; bytes: number }>();
  const passedOver = await walkObjects(index, "looking into arrays", {
    objects: (object, view, at, length) => arrays.add(object, view, at, length),
    primitives(object, view, at, length, type) {
      if (length < 2 || !isConstant(view, at, length, type)) return;
      const row = constant.get(type) ?? { count: 0, bytes: 0 };
      constant.set(type, { count: row.count + 1, bytes: row.bytes + index.shallow(object) });
    },
  });
  const { collections, crowded } = await lookIntoCollections(index, arrays, top);
  return {
    collections: collections.slice(0, top),
    crowded,
    arrays: arrays.rows().slice(0, top),
    sparse: arrays.sparsest(top),
    constant: [...constant]
      .map(([type, { count, bytes }]) => ({ class: index.table.name(type), count, bytes: bytes as Bytes }))
      .sort((a, b) => b.bytes - a.bytes),
    passedOver,
  };
}

function isConstant(view: DataView, at: number, length: number, type: number): boolean {
  const size = 1 << (type & 3);
  for (let i = size; i < length * size; i++) if (view.getUint8(at + i) !== view.getUint8(at + (i % size))) return false;
  return true;
}

/** Length and used slots of every array of references. */
class ArraySlots {
  readonly #index: HeapIndex;
  /** By ordinal, one more than the row. */
  readonly #rowOf: Uint32Array;
  #rows = new Uint32Array(3 * 1024);
  #count = 0;

  constructor(index: HeapIndex) {
    this.#index = index;
    this.#rowOf = new Uint32Array(index.count);
  }

  add(object: Ordinal, view: DataView, at: number, length: number): void {
    if (this.#rowOf[object] !== 0) return;
    const { idSize } = this.#index.records;
    let used = 0;
    for (let i = 0; i < length; i++) if (readIdAt(view, at + i * idSize, idSize) !== 0) used++;
    if ((this.#count + 1) * 3 > this.#rows.length) {
      const larger = new Uint32Array(this.#rows.length * 2);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#rows.set([object, length, used], this.#count * 3);
    this.#rowOf[object] = ++this.#count;
  }

  /** null for what is no array of references, or was not seen. */
  of(object: Ordinal): { readonly length: number; readonly used: number } | null {
    const row = this.#rowOf[object]!;
    return row === 0 ? null : { length: this.#rows[row * 3 - 2]!, used: this.#rows[row * 3 - 1]! };
  }

  rows(): ArrayRow[] {
    const byName = new Map<string, { count: number; empty: number; slots: number; used: number }>();
    for (let i = 0; i < this.#count; i++) {
      const [object, length, used] = [this.#rows[i * 3]!, this.#rows[i * 3 + 1]!, this.#rows[i * 3 + 2]!];
      const name = this.#index.className(object);
      const row = byName.get(name) ?? { count: 0, empty: 0, slots: 0, used: 0 };
      byName.set(name, row);
      row.count++;
      row.slots += length;
      row.used += used;
      if (used === 0 && length > 0) row.empty++;
    }
    return [...byName].map(([name, row]) => ({ class: name, ...row, wasted: this.#wasted(row) })).sort((a, b) => b.wasted - a.wasted);
  }

  sparsest(top: number): FillReport["sparse"] {
    let rows: number[] = [];
    const unused = (row: number): number => this.#rows[row * 3 + 1]! - this.#rows[row * 3 + 2]!;
    const prune = (): void => void (rows = rows.sort((a, b) => unused(b) - unused(a)).slice(0, top));
    for (let i = 0; i < this.#count; i++) {
      if (unused(i) > 0) rows.push(i);
      if (rows.length > 4 * top + 64) prune();
    }
    prune();
    return rows.map((row) => {
      const [object, length, used] = [this.#rows[row * 3]!, this.#rows[row * 3 + 1]!, this.#rows[row * 3 + 2]!];
      const wasted = this.#wasted({ slots: length, used });
      return { class: this.#index.className(object), address: addressOf(this.#index, object), length, used, wasted };
    });
  }

  #wasted({ slots, used }: { readonly slots: number; readonly used: number }): Bytes {
    return ((slots - used) * this.#index.layout.reference) as Bytes;
  }
}

async function lookIntoCollections(
  index: HeapIndex,
  arrays: ArraySlots,
  top: number,
): Promise<{ readonly collections: CollectionRow[]; readonly crowded: CrowdedMap[] }> {
  const plans = plansOf(index);
  const sums = new Map<number, Sum>();
  let crowded: CrowdedMap[] = [];
  const prune = (): void => void (crowded = crowded.sort((a, b) => b.elements * b.collisions - a.elements * a.collisions).slice(0, top));
  await walkObjects(index, "looking into collections", {
    instance(object, view, at, length) {
      const plan = plans.get(index.classIndex(object));
      if (!plan || length < plan.end) return;
      const target = index.at(readIdAt(view, at + plan.array, index.records.idSize));
      const slots = (target === null ? null : arrays.of(target)) ?? { length: 0, used: 0 };
      const elements =
        plan.size < 0 ? slots.used : Math.max(0, plan.long ? view.getInt32(at + plan.size + 4) : view.getInt32(at + plan.size));
      const sum = sums.get(index.classIndex(object)) ?? {
        count: 0,
        empty: 0,
        elements: 0,
        slots: 0,
        used: 0,
        shared: 0,
        buckets: plan.buckets,
      };
      sums.set(index.classIndex(object), sum);
      const shared = plan.buckets ? Math.max(0, elements - slots.used) : 0;
      sum.count++;
      sum.empty += elements === 0 ? 1 : 0;
      sum.elements += elements;
      sum.slots += slots.length;
      sum.used += slots.used;
      sum.shared += shared;
      if (!plan.buckets || elements < CROWDED || shared * 2 < elements) return;
      crowded.push({
        class: index.className(object),
        address: addressOf(index, object),
        elements,
        slots: slots.length,
        used: slots.used,
        collisions: shared / elements,
      });
      if (crowded.length > 4 * top + 64) prune();
    },
  });
  prune();
  return { collections: collectionRows(index, sums), crowded };
}

interface Sum {
  count: number;
  empty: number;
  elements: number;
  slots: number;
  used: number;
  shared: number;
  readonly buckets: boolean;
}

/** Where the fields of a collection lie in its record. */
interface Plan {
  readonly array: number;
  /** -1: what the array holds counts. */
  readonly size: number;
  readonly long: boolean;
  readonly end: number;
  readonly buckets: boolean;
}

function plansOf({ table, records }: HeapIndex): ReadonlyMap<number, Plan> {
  const plans = new Map<number, Plan>();
  for (const heapClass of table.classes) {
    const [shape, declarer] = shapeOf(heapClass);
    if (!shape) continue;
    const fields = table.fields(heapClass).filter(({ declaredBy }) => declaredBy === declarer);
    const array = fields.find(({ name, type }) => name === shape.array && type === OBJECT_TYPE);
    const size = fields.find(({ name }) => name === shape.size);
    if (!array) continue;
    const end = Math.max(array.offset + records.idSize, (size?.offset ?? 0) + 8 * Number(size?.type === 11));
    plans.set(heapClass.index, { array: array.offset, size: size?.offset ?? -1, long: size?.type === 11, end, buckets: shape.buckets });
  }
  return plans;
}

function shapeOf(heapClass: HeapClass): readonly [Shape | null, number] {
  for (let c: HeapClass | null = heapClass; c; c = c.superClass) {
    const shape = Object.hasOwn(SHAPES, c.name) ? SHAPES[c.name] : undefined;
    if (shape) return [shape, c.index];
  }
  return [null, -1];
}

function collectionRows(index: HeapIndex, sums: ReadonlyMap<number, Sum>): CollectionRow[] {
  return [...sums]
    .map(([classIndex, { shared, buckets, ...sum }]) => ({
      class: index.table.name(classIndex),
      ...sum,
      fill: sum.slots === 0 ? null : sum.used / sum.slots,
      wasted: ((sum.slots - sum.used) * index.layout.reference) as Bytes,
      collisions: !buckets || sum.elements === 0 ? null : shared / sum.elements,
    }))
    .sort((a, b) => b.wasted - a.wasted || b.count - a.count);
}
