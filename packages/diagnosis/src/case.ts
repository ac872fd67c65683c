import type { Holder, Law } from "@heaptide/model";
import { type Allocation, allocationsOf, culpritLine, type NamedLine, threadStartsOf } from "./attribution/allocations.ts";
import { type UserCode, userCodeOf } from "./attribution/frames.ts";
import { commonHold, type Hold, holdOf } from "./attribution/holders.ts";
import { separateCauses } from "./attribution/separate.ts";
import { causesOf, type Causes } from "./causes.ts";
import { plainName } from "./growth/class-names.ts";
import type { GrowingClass } from "./growth/deltas.ts";
import type { Group } from "./growth/groups.ts";
import { lawOf } from "./growth/law.ts";
import { rootClassOf } from "./growth/root-class.ts";
import { instancesOf } from "./growth/snapshots.ts";
import type { Growth } from "./growths.ts";
import { type LogClue, logClues } from "./logs.ts";
import { type Onset, onsetOf } from "./onset.ts";
import { snapshotsOf } from "./resources/heap.ts";

/** Everything known of one growth: who allocates, who holds, with what it grows, since when, and what changed then. */
export interface Case extends Growth {
  readonly root: GrowingClass | null;
  readonly allocations: readonly Allocation[];
  readonly line: NamedLine | null;
  readonly holder: Holder | null;
  readonly law: Law | null;
  readonly onset: Onset;
  readonly causes: Causes;
  readonly logs: readonly LogClue[];
}

/** Investigates a growth: one case, or one for each of several leaks that a constant rate had merged into one group. */
export function casesOf(growth: Growth): Case[] {
  const userCode = userCodeOf(growth.life);
  return separateCauses(growth, userCode).map((one) => investigate(one, userCode));
}

function investigate(growth: Growth, userCode: UserCode): Case {
  const { life, group, window } = growth;
  const guess = group && rootClassOf(group, { constructed: new Map(), outermost: new Map() }, userCode);
  const onset = onsetOf(countOf(growth, guess), window, life.incarnation.startedAt, guess !== null);

  const allocations = group ? allocationsOf(life, isMember(group), onset.from, userCode) : [];
  const holds = group ? allocations.flatMap(({ object }) => holdOf(object, isMember(group)) ?? []) : [];
  const root =
    group &&
    rootClassOf(group, { constructed: tally(allocations.map((a) => a.constructed)), outermost: tally(outermostOf(holds)) }, userCode);
  const holder = commonHold(holds)?.hold.holder ?? null;

  const owner = holder?.owner != null && userCode.isUserClass(holder.owner) ? holder.owner : null;
  const starts = growth.watched.resource === "threads" ? threadStartsOf(life, onset.from, userCode) : [];
  const line = culpritLine(allocations, root?.name ?? null, owner) ?? culpritLine(starts, null, null);
  const where = {
    vertexName: line?.vertexName ?? null,
    position: line?.position ?? null,
    names: line ? [line.line.class, line.line.method] : [],
  };
  const law = lawOf(root && group ? { at: group.at, value: root.instances } : window.trend.series, growth.drivers, where);

  const since = root && root !== guess ? onsetOf(countOf(growth, root), window, life.incarnation.startedAt, true) : onset;
  return {
    ...growth,
    root,
    allocations,
    line,
    holder,
    law,
    onset: since,
    causes: causesOf(life, since, law),
    logs: logClues(life, group, since),
  };
}

/** The root class's live count over the whole life; without one, the resource itself. */
export function countOf(growth: Growth, root: GrowingClass | null) {
  if (!root) return growth.watched.series;
  return instancesOf(snapshotsOf(growth.life).columns, (name) => name === root.name || plainName(name) === root.name);
}

function isMember(group: Group): (name: string) => boolean {
  const names = new Set(group.classes.map(({ name }) => name));
  return (name) => names.has(name);
}

const outermostOf = (holds: readonly Hold[]) => holds.map((hold) => hold.outermost);

function tally(names: readonly (string | null)[]): Map<string, number> {
  const votes = new Map<string, number>();
  for (const name of names) if (name !== null) votes.set(name, (votes.get(name) ?? 0) + 1);
  return votes;
}
