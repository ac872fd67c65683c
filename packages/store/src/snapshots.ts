import type { SnapshotColumns, SnapshotTaken } from "@heaptide/model";

/**
 * How class histograms are stored. A histogram has thousands of classes of which a few hundred change from one to the next, so a snapshot is kept
 * as its difference to the one that was stored before it, of the same incarnation and kind: the classes whose numbers changed, and those that
 * vanished, with 0. Every 20th is complete, and so is the first after a start, which bounds how far a reader must go back.
 *
 * "Before" is by order of arrival (`id`), not by time: a snapshot that arrives late disturbs no other.
 */
const COMPLETE_EVERY = 20;

/** One stored snapshot: parallel columns, classes by their number in the dictionary. */
export interface EncodedSnapshot {
  readonly complete: boolean;
  readonly classes: Float64Array;
  readonly instances: Float64Array;
  readonly bytes: Float64Array;
}

interface Previous {
  readonly classes: Map<number, readonly [instances: number, bytes: number]>;
  sinceComplete: number;
}

/** Class names <-> numbers. Numbers given out since the last `settle()` are new to the database. */
export class ClassDictionary {
  readonly #ids = new Map<string, number>();
  #fresh: string[] = [];

  constructor(known: Iterable<readonly [id: number, name: string]> = []) {
    for (const [id, name] of known) this.#ids.set(name, id);
  }

  idOf(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = this.#ids.size;
    this.#ids.set(name, id);
    this.#fresh.push(name);
    return id;
  }

  /** Names that the database does not have yet. */
  fresh(): (readonly [id: number, name: string])[] {
    return this.#fresh.map((name) => [this.#ids.get(name)!, name] as const);
  }

  /** The fresh names were stored. */
  settle(): void {
    this.#fresh = [];
  }

  /** The fresh names were not stored: their numbers are free again. They were the last given out, so numbering stays dense. */
  forgetFresh(): void {
    for (const name of this.#fresh) this.#ids.delete(name);
    this.#fresh = [];
  }
}

export class SnapshotEncoder {
  readonly #dictionary: ClassDictionary;
  readonly #previous = new Map<string, Previous>();

  constructor(dictionary: ClassDictionary) {
    this.#dictionary = dictionary;
  }

  encode({ incarnation, kind, classes }: SnapshotTaken): EncodedSnapshot {
    const key = `${kind} ${incarnation}`;
    const previous = this.#previous.get(key);
    const complete = previous === undefined || previous.sinceComplete >= COMPLETE_EVERY - 1;
    const present = new Map<number, readonly [number, number]>();
    classes.names.forEach((name, c) => present.set(this.#dictionary.idOf(name), [classes.instances[c]!, classes.bytes[c]!]));
    this.#previous.set(key, { classes: present, sinceComplete: complete ? 0 : previous.sinceComplete + 1 });
    return columnsOf(complete, complete ? present : difference(previous.classes, present));
  }

  /** After a write that failed: what the database holds last is not what was encoded last, so the next ones are complete. */
  forget(): void {
    this.#previous.clear();
    this.#dictionary.forgetFresh();
  }

  /** An incarnation that is over takes its last histogram along. */
  forgetIncarnation(incarnation: string): void {
    this.#previous.delete(`live ${incarnation}`);
    this.#previous.delete(`all ${incarnation}`);
  }
}

function difference(before: Previous["classes"], after: Previous["classes"]): Previous["classes"] {
  const changed: Previous["classes"] = new Map();
  for (const [id, [instances, bytes]] of after) {
    const old = before.get(id);
    if (old === undefined || old[0] !== instances || old[1] !== bytes) changed.set(id, [instances, bytes]);
  }
  for (const id of before.keys()) if (!after.has(id)) changed.set(id, [0, 0]);
  return changed;
}

function columnsOf(complete: boolean, classes: Previous["classes"]): EncodedSnapshot {
  const rows = [...classes].sort(([a], [b]) => a - b);
  return {
    complete,
    classes: Float64Array.from(rows, ([id]) => id),
    instances: Float64Array.from(rows, ([, [instances]]) => instances),
    bytes: Float64Array.from(rows, ([, [, bytes]]) => bytes),
  };
}

/** A stored snapshot with its time, as a reader gets it. */
export interface StoredSnapshot extends EncodedSnapshot {
  readonly at: number;
}

/**
 * Lays stored snapshots of one incarnation and kind out as columns, with what is carried forward filled in.
 * @param stored in order of arrival, beginning with a complete one
 * @param from snapshots before this time only serve as the base of later ones
 * @param most of more snapshots so many are chosen, evenly, the last one always
 */
export function decodeSnapshots(
  stored: readonly StoredSnapshot[],
  nameOf: (id: number) => string,
  from: number,
  most = Infinity,
): SnapshotColumns {
  const within = stored.flatMap((snapshot, index) => (snapshot.at >= from ? [index] : []));
  const wanted = thinned(
    within.toSorted((a, b) => stored[a]!.at - stored[b]!.at),
    most,
  );
  const column = new Map(wanted.map((index, place) => [index, place]));
  const state = new Map<number, readonly [number, number]>();
  const instances = new Map<number, Float64Array>();
  const bytes = new Map<number, Float64Array>();

  stored.forEach((snapshot, index) => {
    if (snapshot.complete) state.clear();
    snapshot.classes.forEach((id, row) => state.set(id, [snapshot.instances[row]!, snapshot.bytes[row]!]));
    const place = column.get(index);
    if (place === undefined) return;
    for (const [id, [count, size]] of state) {
      columnFor(instances, id, wanted.length)[place] = count;
      columnFor(bytes, id, wanted.length)[place] = size;
    }
  });
  const ids = [...instances.keys()].sort((a, b) => a - b);
  return {
    at: Float64Array.from(wanted, (index) => stored[index]!.at),
    classes: ids.map(nameOf),
    instances: ids.map((id) => instances.get(id)!),
    bytes: ids.map((id) => bytes.get(id)!),
  };
}

function thinned<T>(all: readonly T[], most: number): readonly T[] {
  const step = all.length / most;
  return step <= 1 ? all : Array.from({ length: most }, (_, i) => all[Math.ceil((i + 1) * step) - 1]!);
}

function columnFor(columns: Map<number, Float64Array>, id: number, length: number): Float64Array {
  let values = columns.get(id);
  if (values === undefined) columns.set(id, (values = new Float64Array(length)));
  return values;
}
