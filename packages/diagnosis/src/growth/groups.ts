import { type Series, valueAt } from "@heaptide/base";
import {
  CONTAINER_DISTANCE,
  CURVE_DISTANCE,
  FEW_UNITS,
  FURTHER_GROUP_EXPLAINS,
  GROUP_EXPLAINS,
  LEAST_SAMPLES,
  LEAST_SNAPSHOTS_OF_COUNTED,
} from "../thresholds.ts";
import { median, theilSen } from "../trend/theil-sen.ts";
import { isContainer } from "./class-names.ts";
import { curveDistance, curveOf, type GrowingClass, type GrowingClasses, stepsOf } from "./deltas.ts";

/** Classes whose counts keep a constant ratio over the snapshots of a window: what one leak leaves behind, or several at constant rates. */
export interface Group {
  readonly at: Float64Array;
  /** The most bytes first. */
  readonly classes: readonly GrowingClass[];
  /** The course of the group, 0 to 1. */
  readonly curve: Float64Array;
}

/** Beyond so many groups only crumbs are left. */
const MOST_GROUPS = 24;

/**
 * Clusters growing classes by their course. A count of few units is grainy, so the tolerance widens by its grain.
 *
 * JDK arrays, strings and nodes fall into the group they grow with, and their bytes with them: they are charged to it.
 */
export function growthGroups({ at, classes }: GrowingClasses, leastSnapshots = LEAST_SAMPLES): Group[] {
  if (at.length < leastSnapshots) return [];
  const groups: Growing[] = [];
  const join = (found: GrowingClass, ...distances: ((group: Growing) => number)[]) => {
    const own = distances.map((beyond) => nearest(groups, found, beyond)).find((group) => group !== undefined);
    if (own) own.classes.push(found);
    else if (groups.length < MOST_GROUPS)
      groups.push({ curve: curveOf(found), instances: found.instances, rise: found.rise, classes: [found] });
  };
  for (const found of classes) if (!isContainer(found.name)) join(found, (group) => fromCurve(group, found) - CURVE_DISTANCE);
  for (const found of classes)
    if (isContainer(found.name))
      join(
        found,
        (group) => fromCurve(group, found) - CONTAINER_DISTANCE,
        ({ instances }) => distanceButForOneStep(instances, found.instances) - CONTAINER_DISTANCE,
      );
  return groups.map((group) => ({ at, classes: group.classes.toSorted((a, b) => b.bytesRise - a.bytesRise), curve: group.curve }));
}

interface Growing {
  readonly curve: Float64Array;
  /** Of the class that it began with. */
  readonly instances: Float64Array;
  readonly rise: number;
  readonly classes: GrowingClass[];
}

/** The group whose course is nearest, if it is near enough: none is beyond 0. */
function nearest(groups: readonly Growing[], found: GrowingClass, beyond: (group: Growing) => number): Growing | undefined {
  return groups
    .filter((group) => isComparable(found.rise, group.rise))
    .map((group) => ({ group, beyond: beyond(group) - 1 / found.rise - 1 / group.rise }))
    .filter(({ beyond: distance }) => distance <= 0)
    .sort((a, b) => a.beyond - b.beyond)[0]?.group;
}

const fromCurve = ({ curve }: Growing, found: GrowingClass): number => curveDistance(curve, curveOf(found));

/**
 * How far one count parts from a constant multiple of another, step by step, as a share of its rise; the step that parts most is forgiven. Arrays and strings belong to
 * everybody: a library that is loaded in the middle, or a recording that begins, makes thousands of them at one stroke.
 */
function distanceButForOneStep(counts: Float64Array, found: Float64Array): number {
  const [own, other] = [stepsOf(counts), stepsOf(found)];
  const ratios = other.map((step, i) => step / own[i]!).filter((_, i) => own[i]! > 0);
  if (ratios.length < LEAST_SAMPLES - 1) return 1;
  const ratio = median(ratios.toSorted());
  if (!(ratio > 0)) return 1;
  const apart = other.map((step, i) => Math.abs(step - ratio * own[i]!)).toSorted();
  const followed = ratio * (counts.at(-1)! - counts[0]!);
  return apart.subarray(0, -1).reduce((sum, gap) => sum + gap, 0) / followed;
}

const isComparable = (a: number, b: number): boolean => Math.min(a, b) >= FEW_UNITS || Math.max(a, b) < 2 * FEW_UNITS;

/** The bytes of all classes of a group. */
function bytesOf(group: Group): Series {
  const value = new Float64Array(group.at.length);
  for (const { bytes } of group.classes) bytes.forEach((size, i) => (value[i]! += size));
  return { at: group.at, value };
}

/** Bytes per second by which a group grows. */
export const bytesSlope = (group: Group): number => (theilSen(bytesOf(group))?.value ?? 0) * 1000;

/**
 * The groups that make the heap grow, the largest share first: one that explains at least half of its slope, or follows its course and explains a
 * fair part of it, and whatever else explains enough to be a leak of its own. The leader by bytes alone is none.
 *
 * @param heapSlope bytes per second
 */
export function groupsOfHeap(groups: readonly Group[], heap: Series, heapSlope: number): Group[] {
  const shares = groups.map((group) => ({ group, share: bytesSlope(group) / heapSlope })).sort((a, b) => b.share - a.share);
  const leader = shares[0];
  if (!leader || leader.share < FURTHER_GROUP_EXPLAINS) return [];
  if (leader.share < GROUP_EXPLAINS && distanceTo(leader.group, heap) > 3 * CURVE_DISTANCE) return [];
  return shares.filter(({ share }) => share >= FURTHER_GROUP_EXPLAINS).map(({ group }) => group);
}

/** The group whose course follows a counted resource most closely; null where none does. */
export function groupFollowing(groups: readonly Group[], resource: Series): Group | null {
  const near = groups.map((group) => ({ group, distance: distanceTo(group, resource) })).sort((a, b) => a.distance - b.distance)[0];
  return near && near.distance <= 3 * CURVE_DISTANCE ? near.group : null;
}

/** How far a measure's course parts from the group's, over the snapshots at which it is known; 1 where it cannot be told. */
export function distanceTo(group: Group, measure: Series): number {
  const known = [...group.at.keys()].filter((i) => valueAt(measure, group.at[i]!) !== undefined);
  if (known.length < LEAST_SNAPSHOTS_OF_COUNTED) return 1;
  const values = known.map((i) => valueAt(measure, group.at[i]!)!);
  const [rise, climb] = [values.at(-1)! - values[0]!, group.curve[known.at(-1)!]! - group.curve[known[0]!]!];
  if (!(rise > 0) || !(climb > 0)) return 1;
  const measured = Float64Array.from(values, (value) => (value - values[0]!) / rise);
  const own = Float64Array.from(known, (i) => (group.curve[i]! - group.curve[known[0]!]!) / climb);
  return curveDistance(measured, own);
}
