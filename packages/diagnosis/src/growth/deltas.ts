import type { SnapshotColumns } from "@heaptide/model";
import { LEAST_UNITS, MOST_FALLBACK } from "../thresholds.ts";
import type { Window } from "../windows.ts";
import { plainName } from "./class-names.ts";
import { snapshotsIn } from "./snapshots.ts";

/** A class whose live instances rose over a window. The columns stand at the times `GrowingClasses.at`. */
export interface GrowingClass {
  readonly name: string;
  readonly instances: Float64Array;
  readonly bytes: Float64Array;
  /** Last minus first. */
  readonly rise: number;
  readonly bytesRise: number;
}

export interface GrowingClasses {
  readonly at: Float64Array;
  readonly classes: readonly GrowingClass[];
}

/**
 * The classes that accumulate, the most bytes first. One pass over the two outer snapshots discards nearly all of a hundred thousand classes;
 * only the rest is looked at in full.
 */
export function growingClasses(columns: SnapshotColumns, window: Window, isWanted: (name: string) => boolean = () => true): GrowingClasses {
  const { first, end } = snapshotsIn(columns, window);
  const at = columns.at.subarray(first, end);
  if (at.length < 2) return { at, classes: [] };

  const byName = new Map<string, GrowingClass>();
  columns.classes.forEach((raw, c) => {
    const counts = columns.instances[c]!;
    if (counts[end - 1]! <= counts[first]! || !isWanted(raw)) return;
    const name = plainName(raw);
    const found = grown(name, counts.subarray(first, end), columns.bytes[c]!.subarray(first, end));
    const same = byName.get(name);
    byName.set(name, same ? grown(name, sum(same.instances, found.instances), sum(same.bytes, found.bytes)) : found);
  });
  const classes = [...byName.values()].filter((found) => found.rise >= LEAST_UNITS && accumulates(found));
  return { at, classes: classes.sort((a, b) => b.bytesRise - a.bytesRise || b.rise - a.rise) };
}

function grown(name: string, instances: Float64Array, bytes: Float64Array): GrowingClass {
  const last = instances.length - 1;
  return { name, instances, bytes, rise: instances[last]! - instances[0]!, bytesRise: bytes[last]! - bytes[0]! };
}

/** What falls back in between comes and goes; what accumulates hardly ever does. */
function accumulates({ instances, rise }: GrowingClass): boolean {
  let fallen = 0;
  for (let i = 1; i < instances.length; i++) fallen += Math.max(0, instances[i - 1]! - instances[i]!);
  return fallen <= MOST_FALLBACK * rise;
}

const sum = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value + b[i]!);

/** Instances scaled to 0 at the first snapshot and 1 at the last. */
export function curveOf({ instances, rise }: Pick<GrowingClass, "instances" | "rise">): Float64Array {
  return instances.map((count) => (count - instances[0]!) / rise);
}

/** The largest gap between two curves of the same length. */
export function curveDistance(a: Float64Array, b: Float64Array): number {
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}

/** From one snapshot to the next. */
export const stepsOf = (values: Float64Array): Float64Array => values.subarray(1).map((value, i) => value - values[i]!);

/** How many of a class come with one of another, but for the step that parts most from it: what was made there at one stroke came with something else. */
export function ratioTo(other: GrowingClass, found: GrowingClass): number {
  const whole = found.rise / other.rise;
  const [own, steps] = [stepsOf(other.instances), stepsOf(found.instances)];
  const apart = steps.map((step, i) => Math.abs(step - whole * own[i]!));
  const stroke = apart.indexOf(Math.max(...apart));
  const rest = other.rise - own[stroke]!;
  return rest > 0 ? (found.rise - steps[stroke]!) / rest : whole;
}
