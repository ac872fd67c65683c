import type { SnapshotTaken } from "@heaptide/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { snapshot } from "./observations.test-builders.ts";
import { ClassDictionary, decodeSnapshots, SnapshotEncoder, type StoredSnapshot } from "./snapshots.ts";

function store(snapshots: readonly SnapshotTaken[]): { stored: StoredSnapshot[]; nameOf: (id: number) => string } {
  const dictionary = new ClassDictionary();
  const encoder = new SnapshotEncoder(dictionary);
  const stored = snapshots.map((one) => ({ at: one.at, ...encoder.encode(one) }));
  const names = new Map(dictionary.fresh());
  return { stored, nameOf: (id) => names.get(id)! };
}

/** class -> [instances, bytes]; classes without instances are as good as absent. */
type Histogram = Record<string, [number, number]>;

const present = (histogram: Histogram): Histogram =>
  Object.fromEntries(Object.entries(histogram).filter(([, [n, b]]) => n !== 0 || b !== 0));

describe("stored snapshots", () => {
  it("hold only the classes that changed since the one before", () => {
    const { stored } = store([
      snapshot(1, { A: [1, 16], B: [5, 80] }),
      snapshot(2, { A: [2, 32], B: [5, 80] }),
      snapshot(3, { A: [2, 32] }),
    ]);
    expect(stored.map((one) => [one.complete, one.classes.length])).toEqual([
      [true, 2],
      [false, 1],
      [false, 1],
    ]);
  });

  it("are complete every twentieth time", () => {
    const { stored } = store(Array.from({ length: 41 }, (_, i) => snapshot(i, { A: [i, i] })));
    expect(stored.flatMap((one, i) => (one.complete ? [i] : []))).toEqual([0, 20, 40]);
  });

  it("never take one kind as the base of the other", () => {
    const { stored } = store([snapshot(1, { A: [1, 16] }, "live"), snapshot(2, { A: [9, 99] }, "all")]);
    expect(stored.every((one) => one.complete)).toBe(true);
  });

  it("are complete again after a write that failed, and numbers of names that were not stored are given out anew", () => {
    const dictionary = new ClassDictionary();
    const encoder = new SnapshotEncoder(dictionary);
    encoder.encode(snapshot(1, { A: [1, 16] }));
    dictionary.settle();
    encoder.encode(snapshot(2, { A: [1, 16], B: [1, 16] }));
    encoder.forget();
    expect(encoder.encode(snapshot(3, { C: [1, 16] })).complete).toBe(true);
    expect(dictionary.fresh()).toEqual([[1, "C"]]);
  });

  it("read back as they were taken, in any order of arrival", () => {
    const histogram = fc.dictionary(fc.constantFrom("A", "B", "C", "D", "E"), fc.tuple(fc.nat(3), fc.nat(3)));
    const arrivals = fc.uniqueArray(fc.tuple(fc.nat(1000), histogram), { selector: ([at]) => at, minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(arrivals, fc.nat(1000), (taken, from) => {
        const { stored, nameOf } = store(taken.map(([at, classes]) => snapshot(at, classes as Histogram)));
        const columns = decodeSnapshots(stored, nameOf, from);
        const expected = taken.filter(([at]) => at >= from).sort(([a], [b]) => a - b);
        expect([...columns.at]).toEqual(expected.map(([at]) => at));
        expected.forEach(([, classes], place) => {
          const read = Object.fromEntries(
            columns.classes.map((name, c) => [name, [columns.instances[c]![place]!, columns.bytes[c]![place]!]]),
          );
          expect(present(read as Histogram)).toEqual(present(classes as Histogram));
        });
      }),
    );
  });
});
