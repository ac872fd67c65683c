import type { SnapshotTaken } from "@heaptide/model";
import type { SnapshotDifference } from "./format.ts";

type Counted = readonly [instances: number, bytes: number];
const NONE: Counted = [0, 0];

/** Instances at the size they had before: what a class of fixed size takes now, exactly. Bounded, so that sums with it stay exact. */
function expectedBytes([instances, bytes]: Counted, now: number): number {
  return instances === 0 ? 0 : Math.min(2 ** 52, Math.round((bytes / instances) * now));
}

/** Turns the histograms of a session into differences, in the order in which they arrive. */
export class DifferenceEncoder {
  readonly #ids = new Map<string, number>();
  readonly #before = new Map<string, Map<number, Counted>>();

  encode({ at, incarnation, kind, classes }: SnapshotTaken): SnapshotDifference {
    const key = `${kind} ${incarnation}`;
    const before = this.#before.get(key) ?? new Map<number, Counted>();
    const known = this.#ids.size;
    const present = new Map<number, Counted>();
    classes.names.forEach((name, c) => present.set(this.#idOf(name), [classes.instances[c]!, classes.bytes[c]!]));
    this.#before.set(key, present);

    const isChanged = (id: number, now: Counted) => {
      const old = before.get(id);
      return old === undefined || old[0] !== now[0] || old[1] !== now[1];
    };
    const changed = [...present].filter(([id, now]) => isChanged(id, now)).sort(([a], [b]) => a - b);
    const old = changed.map(([id]) => before.get(id) ?? NONE);
    return {
      type: "snapshot-difference",
      at,
      incarnation,
      kind,
      named: [...this.#ids.keys()].slice(known),
      classes: distances(changed.map(([id]) => id)),
      instances: changed.map(([, [instances]], i) => instances - old[i]![0]),
      bytes: changed.map(([, [instances, bytes]], i) => bytes - expectedBytes(old[i]!, instances)),
      gone: distances([...before.keys()].filter((id) => !present.has(id)).sort((a, b) => a - b)),
    };
  }

  #idOf(name: string): number {
    let id = this.#ids.get(name);
    if (id === undefined) this.#ids.set(name, (id = this.#ids.size));
    return id;
  }
}

/** The way back. */
export class DifferenceDecoder {
  readonly #names: string[] = [];
  readonly #before = new Map<string, Map<number, Counted>>();

  /** @throws RangeError for a difference that no encoder made */
  decode({ at, incarnation, kind, named, classes, instances, bytes, gone }: SnapshotDifference): SnapshotTaken {
    const key = `${kind} ${incarnation}`;
    const state = this.#before.get(key) ?? new Map<number, Counted>();
    this.#before.set(key, state);
    this.#names.push(...named);
    if (classes.length !== instances.length || classes.length !== bytes.length) throw new RangeError("its columns differ in length");
    for (const id of sums(gone)) state.delete(id);
    sums(classes).forEach((id, i) => {
      if (id >= this.#names.length) throw new RangeError(`it has no name for class ${id}`);
      const old = state.get(id) ?? NONE;
      const now = old[0] + instances[i]!;
      state.set(id, [now, expectedBytes(old, now) + bytes[i]!]);
    });
    const rows = [...state];
    return {
      type: "snapshot",
      at,
      incarnation,
      kind,
      classes: {
        names: rows.map(([id]) => this.#names[id]!),
        instances: rows.map(([, [count]]) => count),
        bytes: rows.map(([, [, size]]) => size),
      },
    };
  }
}

const distances = (ascending: readonly number[]): number[] => ascending.map((id, i) => (i === 0 ? id : id - ascending[i - 1]!));

function sums(differences: readonly number[]): number[] {
  let sum = 0;
  return differences.map((difference) => (sum += difference));
}
