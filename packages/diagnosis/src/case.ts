import type { Holder, Law } from "@heaptide/model";
import { type Allocation, allocationsOf, culpritLine, type NamedLine, threadStartsOf } from "./attribution/allocations.ts";
import { type UserCode, userCodeOf } from "./attribution/frames.ts";
import { commonHold, type Hold, holdOf } from "./attribution/holders.ts";
import { separateCauses } from "./attribution/separate.ts";
import { causesOf, type Causes } from "./causes.ts";
import { plainName } from "./growth/class-names.ts";
import type { GrowingClass } from "./growth/deltas.ts";
import type { Group } from "./growth/groups.ts";
import { lawOf, NOWHERE, type Whereabouts } from "./growth/law.ts";
import { rootClassOf, type RootVotes } from "./growth/root-class.ts";
import { instancesOf } from "./growth/snapshots.ts";
import { type Growth, seenIn } from "./growths.ts";
import { lifeAsOf } from "./life.ts";
import { classesInLogs, type LogClue, logClues } from "./logs.ts";
import { type Onset, onsetOf } from "./onset.ts";
import { snapshotsOf } from "./resources/heap.ts";
import { LEAST_SPAN } from "./thresholds.ts";

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
  const seen = { ...growth, life: lifeAsOf(growth.life, growth.window.to) };
  const userCode = userCodeOf(seen.life);
  return separateCauses(seen, userCode).map((one) => beforeRedeployment(investigate(one, userCode), userCode));
}

/**
 * Where the very job that the law names was redeployed inside the window, what came after is that change's to prove: the case is what was seen
 * before it. A change to any other job leaves the window whole.
 */
function beforeRedeployment(found: Case, userCode: UserCode): Case {
  const { life, window, law } = found;
  if (law?.job == null) return found;
  const ofJob = new Set(life.jobs.filter((job) => job.name === law.job).map((job) => job.id));
  const change = life.changes.findLast(
    ({ kind, job, at }) =>
      (kind === "job-deployed" || kind === "job-ended") &&
      job !== null &&
      ofJob.has(job) &&
      at < window.to &&
      at >= window.from + LEAST_SPAN,
  );
  if (!change) return found;
  const until = { from: window.from, to: change.at };
  const before = seenIn({ ...found, life: lifeAsOf(life, until.to) }, until);
  return before.window.to === until.to ? investigate(before, userCode) : found;
}

function investigate(growth: Growth, userCode: UserCode): Case {
  const { life, group, window } = growth;
  const { startedAt } = life.incarnation;
  const isMember = memberOf(group);

  // The class is not known before the recording is read, and what to read there depends on the onset: so guess the class by its name first.
  const guess = group && rootClassOf(group, NO_VOTES, userCode);
  const presumed = onsetOf(countOf(growth, guess), window, startedAt, guess !== null);

  const allocations = allocationsOf(life, isMember, presumed.from, userCode);
  const holds = allocations.flatMap(({ object }) => holdOf(object, isMember) ?? []);
  const named = classesInLogs(life, group, presumed);
  const root = group && rootClassOf(group, { ...votesOf(allocations, holds), named }, userCode);
  const holder = commonHold(holds)?.hold.holder ?? null;
  const line = lineOf(growth, allocations, root, holder, presumed, userCode);
  const law = lawOf(root && group ? { at: group.at, value: root.instances } : window.trend.series, growth.drivers, whereabouts(line));

  const onset = root === guess ? presumed : onsetOf(countOf(growth, root), window, startedAt, root !== null);
  return { ...growth, root, allocations, line, holder, law, onset, causes: causesOf(life, onset, law), logs: logClues(life, group, onset) };
}

/** The line of user code that the samples lead to; for threads too light to be sampled, the line that starts them. */
function lineOf(
  growth: Growth,
  allocations: readonly Allocation[],
  root: GrowingClass | null,
  holder: Holder | null,
  onset: Onset,
  userCode: UserCode,
) {
  const owner = holder?.owner != null && userCode.isUserClass(holder.owner) ? holder.owner : null;
  const sampled = culpritLine(allocations, root?.name ?? null, owner);
  const resources = [growth.watched, ...growth.companions.map(({ watched }) => watched)].map(({ resource }) => resource);
  if (sampled || !resources.includes("threads")) return sampled;
  return culpritLine(threadStartsOf(growth.life, onset.from, userCode), null, null);
}

function whereabouts(line: NamedLine | null): Whereabouts {
  return line ? { vertexName: line.vertexName, position: line.position, names: [line.line.class, line.line.method] } : NOWHERE;
}

const NO_VOTES: RootVotes = { constructed: new Map(), outermost: new Map(), named: new Set() };

function votesOf(allocations: readonly Allocation[], holds: readonly Hold[]): Omit<RootVotes, "named"> {
  return {
    constructed: tally(allocations.map(({ constructed }) => constructed)),
    outermost: tally(holds.map(({ outermost }) => outermost)),
  };
}

/** The root class's live count over the whole life; without one, the resource itself. */
export function countOf(growth: Growth, root: GrowingClass | null) {
  if (!root) return growth.watched.series;
  return instancesOf(snapshotsOf(growth.life).columns, (name) => name === root.name || plainName(name) === root.name);
}

function memberOf(group: Group | null): (name: string) => boolean {
  const names = new Set(group?.classes.map(({ name }) => name));
  return (name) => names.has(name);
}

function tally(names: readonly (string | null)[]): Map<string, number> {
  const votes = new Map<string, number>();
  for (const name of names) if (name !== null) votes.set(name, (votes.get(name) ?? 0) + 1);
  return votes;
}
