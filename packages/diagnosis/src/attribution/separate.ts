import { isContainer, packageOf, plainName } from "../growth/class-names.ts";
import type { GrowingClass } from "../growth/deltas.ts";
import { bytesSlope, type Group } from "../growth/groups.ts";
import type { Growth } from "../growths.ts";
import { FURTHER_GROUP_EXPLAINS } from "../thresholds.ts";
import { allocationsOf, type Allocation } from "./allocations.ts";
import type { UserCode } from "./frames.ts";
import { holderKey, holdOf } from "./holders.ts";

/** Fewer samples of one holder may be stray. */
const LEAST_SAMPLES_OF_HOLDER = 3;

/**
 * At constant rates the counts of independent leaks keep a constant ratio, of two jobs even, and end up in one group. Recordings tell them apart: by
 * task and by holder. A group is parted only if each part has samples and classes of its own, and enough weight to be a finding.
 */
export function separateCauses(growth: Growth, userCode: UserCode): Growth[] {
  const { group, life, window } = growth;
  if (!group || !life.allocations) return [growth];
  const names = new Set(group.classes.map(({ name }) => name));
  const isGrowing = (name: string) => names.has(name);
  const allocations = allocationsOf(life, isGrowing, window.from, userCode);
  const byHolder = Map.groupBy(allocations, (allocation) => clusterKey(allocation, isGrowing));
  byHolder.delete(null);
  const clusters = [...byHolder.values()].filter((cluster) => cluster.length >= LEAST_SAMPLES_OF_HOLDER);
  if (clusters.length < 2) return [growth];

  const own = clusters.map((cluster) => classesOf(cluster, isGrowing));
  const exclusive = own.map(
    (classes, i) => new Set([...classes].filter((name) => !isContainer(name) && own.every((other, k) => k === i || !other.has(name)))),
  );
  if (exclusive.some((classes) => classes.size === 0)) return [growth];
  const parts = partsOf(group, own, exclusive);
  const isHeavy = (part: Group) => growth.watched.isCounted || bytesSlope(part) >= FURTHER_GROUP_EXPLAINS * window.trend.slope.value;
  const heavy = parts.filter(isHeavy);
  return heavy.length < 2 ? [growth] : heavy.map((part) => ({ ...growth, group: part }));
}

/** Task and static or field; objects that their own threads hold stay together by task alone. null: nothing tells where it belongs. */
function clusterKey({ object, vertexName }: Allocation, isGrowing: (name: string) => boolean): string | null {
  const holder = holdOf(object, isGrowing)?.holder;
  const held = holder && (holder.kind === "static" || holder.kind === "field") ? holderKey(holder) : "";
  return vertexName === null && held === "" ? null : `${vertexName ?? ""}|${held}`;
}

/** What a cluster's samples are, construct, and pass on their way to the holder. */
function classesOf(cluster: readonly Allocation[], isGrowing: (name: string) => boolean): Set<string> {
  const passed = cluster.flatMap(({ object, constructed }) => [
    plainName(object.class),
    constructed ?? "",
    ...(holdOf(object, isGrowing)?.passed ?? []),
  ]);
  return new Set(passed.filter(isGrowing));
}

/** Every class goes where it was seen alone; else to the part of its package; what is left, to the part whose count divides it best. */
function partsOf(group: Group, own: readonly Set<string>[], exclusive: readonly Set<string>[]): Group[] {
  const packages = exclusive.map((classes) => new Set([...classes].map(packageOf)));
  const units = exclusive.map((classes) => Math.min(...group.classes.filter(({ name }) => classes.has(name)).map(({ rise }) => rise)));
  const partOf = (found: GrowingClass): number => {
    const seen = own.flatMap((classes, i) => (classes.has(found.name) ? [i] : []));
    if (seen.length === 1) return seen[0]!;
    const near = packages.findIndex((names) => names.has(packageOf(found.name)));
    if (seen.length === 0 && near >= 0) return near;
    const grain = units.map((unit) => Math.abs(found.rise / unit - Math.max(1, Math.round(found.rise / unit))));
    return grain.indexOf(Math.min(...grain));
  };
  return own.map((_, part) => ({ ...group, classes: group.classes.filter((found) => partOf(found) === part) }));
}
