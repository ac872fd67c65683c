import { isContainer, packageOf, plainName } from "../growth/class-names.ts";
import type { GrowingClass } from "../growth/deltas.ts";
import { bytesSlope, type Group } from "../growth/groups.ts";
import { lawOf } from "../growth/law.ts";
import { isAsMany } from "../growth/root-class.ts";
import type { Growth } from "../growths.ts";
import { CURVE_DISTANCE, FEW_UNITS, FURTHER_GROUP_EXPLAINS } from "../thresholds.ts";
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
  const parts = separateByHolder(growth, userCode);
  return parts.length > 1 ? parts : separateByLaw(growth, userCode);
}

function separateByHolder(growth: Growth, userCode: UserCode): Growth[] {
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
  const shares = sharesOf(clusters);
  const heavy = partsOf(group, own, exclusive, shares).filter((_, i) => shares[i]! >= FURTHER_GROUP_EXPLAINS);
  return heavy.length < 2 ? [growth] : heavy.map((part) => ({ ...growth, group: part }));
}

/**
 * Classes of which there is one for each element of different jobs: two leaks, even where too few objects were sampled to tell two holders. Both jobs must have
 * been seen to allocate what is still there, by a line of user code: a ratio alone may be chance.
 */
function separateByLaw(growth: Growth, userCode: UserCode): Growth[] {
  const { group, life, window, drivers } = growth;
  if (!group || group.classes.length < 2) return [growth];
  const lined = allocationsOf(life, () => true, window.from, userCode).filter(({ line }) => line !== null);
  const jobs = new Map<string, Set<string>>();
  for (const { name, instances, rise } of group.classes) {
    if (isContainer(name) || rise < FEW_UNITS) continue;
    const law = lawOf({ at: group.at, value: instances }, drivers);
    if (law?.kind !== "records-in" || law.jobId === null || Math.abs(law.ratio.value - 1) > CURVE_DISTANCE) continue;
    jobs.set(law.jobId, (jobs.get(law.jobId) ?? new Set()).add(name));
  }
  const allocates = (id: string) => {
    const names = new Set(life.jobs.find((job) => job.id === id)?.operators.map(({ vertexName }) => vertexName));
    return lined.some(({ vertexName }) => vertexName !== null && names.has(vertexName));
  };
  const own = [...jobs].filter(([id]) => allocates(id)).map(([, classes]) => classes);
  if (own.length < 2) return [growth];
  const weights = own.map((_, i) =>
    bytesSlope(
      partsOf(
        group,
        own,
        own,
        own.map(() => 0),
      )[i]!,
    ),
  );
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => (all > 0 ? weight / all : 1 / own.length));
  const heavy = partsOf(group, own, own, shares).filter((_, i) => shares[i]! >= FURTHER_GROUP_EXPLAINS / 2);
  return heavy.length < 2 ? [growth] : heavy.map((part) => ({ ...growth, group: part }));
}

/** Old objects are sampled by allocated bytes: their numbers tell each part's weight. */
function sharesOf(clusters: readonly Allocation[][]): number[] {
  const all = clusters.reduce((sum, cluster) => sum + cluster.length, 0);
  return clusters.map((cluster) => cluster.length / all);
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

/**
 * Every class goes where it was seen alone, else to the part of its package. What all parts use (arrays, strings, nodes) is shared out by their
 * weight; what is left goes to the part whose count divides it best.
 */
function partsOf(group: Group, own: readonly Set<string>[], exclusive: readonly Set<string>[], shares: readonly number[]): Group[] {
  const packages = exclusive.map((classes) => new Set([...classes].map(packageOf)));
  const units = exclusive.map((classes) => Math.min(...group.classes.filter(({ name }) => classes.has(name)).map(({ rise }) => rise)));
  const partOf = (found: GrowingClass): number | undefined => {
    const seen = own.flatMap((classes, i) => (classes.has(found.name) ? [i] : []));
    if (seen.length === 1) return seen[0];
    if (isContainer(found.name)) {
      const as = units.flatMap((unit, i) => (isAsMany(found.rise, unit) ? [i] : []));
      return as.length === 1 ? as[0] : undefined;
    }
    const near = packages.findIndex((names) => names.has(packageOf(found.name)));
    if (seen.length === 0 && near >= 0) return near;
    const grain = units.map((unit) => Math.abs(found.rise / unit - Math.max(1, Math.round(found.rise / unit))));
    return grain.indexOf(Math.min(...grain));
  };
  const placed = group.classes.map((found) => ({ found, part: partOf(found) }));
  return own.map((_, i) => ({
    ...group,
    classes: placed.flatMap(({ found, part }) => (part === undefined ? scaled(found, shares[i]!) : part === i ? found : [])),
  }));
}

function scaled({ name, instances, bytes, rise, bytesRise }: GrowingClass, share: number): GrowingClass {
  const by = (value: number) => Math.round(value * share);
  return { name, instances: instances.map(by), bytes: bytes.map(by), rise: by(rise), bytesRise: by(bytesRise) };
}
