import type { Series } from "@heaptide/base";
import { firstAtOrAfter } from "@heaptide/base";
import type { SnapshotColumns } from "@heaptide/model";
import type { Window } from "../windows.ts";

/** Snapshots in ascending order of time, each time once, every value a number; the very same columns where they are so already. */
export function orderly(columns: SnapshotColumns): SnapshotColumns {
  const { at } = columns;
  const byTime = new Map<number, number>();
  at.forEach((time, i) => Number.isFinite(time) && byTime.set(time, i));
  const order = [...byTime.keys()].sort((a, b) => a - b).map((time) => byTime.get(time)!);
  const isInOrder = order.length === at.length && order.every((from, to) => from === to);
  const pick = (values: Float64Array) => Float64Array.from(order, (from) => (Number.isFinite(values[from]) ? values[from]! : 0));
  if (isInOrder && columns.instances.every(isFine) && columns.bytes.every(isFine)) return columns;
  return {
    at: Float64Array.from(order, (from) => at[from]!),
    classes: columns.classes,
    instances: columns.instances.map(pick),
    bytes: columns.bytes.map(pick),
  };
}

/** Every value is a number: any other less itself is NaN. Asked of every column of every class, so without a branch for each value. */
function isFine(values: Float64Array): boolean {
  let rest = 0;
  for (const value of values) rest += value - value;
  return rest === 0;
}

/** Indexes `[first, end)` of the snapshots inside a window. */
export function snapshotsIn(columns: SnapshotColumns, window: Window): { first: number; end: number } {
  const first = firstAtOrAfter(columns.at, window.from);
  let end = first;
  while (end < columns.at.length && columns.at[end]! <= window.to) end++;
  return { first, end };
}

/** The bytes of all classes of each snapshot: for a live one, heap used right after a full collection. */
export function totals({ at, bytes }: Pick<SnapshotColumns, "at" | "bytes">): Series {
  const value = new Float64Array(at.length);
  for (const column of bytes) {
    for (let i = 0; i < value.length; i++) value[i]! += column[i]!;
  }
  return { at, value };
}

/** The sum of the instances of all classes that match, as a series. */
export function instancesOf(columns: SnapshotColumns, matches: (name: string) => boolean): Series {
  const value = new Float64Array(columns.at.length);
  columns.classes.forEach((name, c) => {
    if (!matches(name)) return;
    for (let i = 0; i < value.length; i++) value[i]! += columns.instances[c]![i]!;
  });
  return { at: columns.at, value };
}

/**
 * From snapshots without a collection, the first after each natural one: only there does a count mean what is alive.
 * @param collections `gc.count` of the life
 */
export function firstAfterCollections(columns: SnapshotColumns, collections: Series): SnapshotColumns {
  const chosen: number[] = [];
  let seen = -1;
  columns.at.forEach((time, i) => {
    const next = firstAtOrAfter(collections.at, time + 1) - 1;
    if (next < 0) return;
    const count = collections.value[next]!;
    if (count > seen && seen >= 0) chosen.push(i);
    seen = Math.max(seen, count);
  });
  const pick = (values: Float64Array) => Float64Array.from(chosen, (i) => values[i]!);
  return { at: pick(columns.at), classes: columns.classes, instances: columns.instances.map(pick), bytes: columns.bytes.map(pick) };
}
