import { isContainer, isJdk } from "../growth/class-names.ts";
import { curveOf, type GrowingClass, growingClasses } from "../growth/deltas.ts";
import type { Growth } from "../growths.ts";
import { snapshotsOf } from "../resources/heap.ts";
import { FEW_SAMPLES, FEW_UNITS } from "../thresholds.ts";
import { allocationsOf } from "./allocations.ts";
import type { UserCode } from "./frames.ts";
import { holdOf } from "./holders.ts";

/** Every class that accumulates in the window of a growth, whatever its course, by name. */
export function accumulating({ life, window }: Growth): ReadonlyMap<string, GrowingClass> {
  const { classes } = growingClasses(snapshotsOf(life).columns, window);
  return new Map(classes.map((found) => [found.name, found]));
}

/**
 * Arrays and strings belong to everybody: their course may be nearer to a stranger's than to that of what they hang on. Where most of a group's sampled objects hang on one class
 * that accumulates and is none of the group, that class and what it carries are the group.
 */
export function regrouped(growth: Growth, growing: ReadonlyMap<string, GrowingClass>, userCode: UserCode): Growth {
  const { group, life, window, watched } = growth;
  if (!group || watched.resource !== "heap") return growth;
  const members = new Set(group.classes.map(({ name }) => name));
  const samples = allocationsOf(life, (name) => members.has(name), window.from, userCode);
  const owners = samples.flatMap(({ object }) => holdOf(object, (name) => growing.has(name))?.outermost ?? []);
  const [name, votes] = [...Map.groupBy(owners, (owner) => owner)]
    .map(([owner, own]) => [owner, own.length] as const)
    .toSorted((a, b) => b[1] - a[1])[0] ?? ["", 0];
  const owner = growing.get(name);
  const isClear = votes >= FEW_SAMPLES && votes > samples.length / 2;
  if (!isClear || owner === undefined || owner.rise < FEW_UNITS || members.has(name) || isContainer(name) || isJdk(name)) return growth;
  const carried = group.classes.filter((found) => isContainer(found.name));
  return { ...growth, group: { at: group.at, classes: [owner, ...carried], curve: curveOf(owner) } };
}
