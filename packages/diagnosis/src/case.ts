import type { Holder, Law } from "@heaptide/model";
import { type Allocation, allocationsOf, culpritLine, type NamedLine, NO_KIN, threadStartsOf } from "./attribution/allocations.ts";
import { type Enlarged, enlargedArray } from "./attribution/enlarged.ts";
import { type UserCode, userCodeOf } from "./attribution/frames.ts";
import { lineInCode } from "./attribution/code-sites.ts";
import { commonHold, type Hold, holdOf } from "./attribution/holders.ts";
import { type Keeper, loaderKeeper } from "./attribution/loaders.ts";
import { keeperOfState } from "./attribution/state.ts";
import { accumulating, regrouped } from "./attribution/regroup.ts";
import { separateCauses } from "./attribution/separate.ts";
import { causesOf, type Causes } from "./causes.ts";
import { isContainer, plainName } from "./growth/class-names.ts";
import type { CountedDriver } from "./growth/drivers.ts";
import type { GrowingClass } from "./growth/deltas.ts";
import type { Group } from "./growth/groups.ts";
import { isConnector, lawOf, sounds, type Whereabouts } from "./growth/law.ts";
import { isAsMany, rootClassOf, type RootVotes } from "./growth/root-class.ts";
import { instancesOf } from "./growth/snapshots.ts";
import { type Growth, seenIn } from "./growths.ts";
import { type Life, lifeAsOf } from "./life.ts";
import { classesInLogs, type LogClue, logClues } from "./logs.ts";
import { type Onset, onsetOf } from "./onset.ts";
import { snapshotsOf } from "./resources/heap.ts";
import { LEAST_SPAN } from "./thresholds.ts";

/** Everything known of one growth: who allocates, who holds, with what it grows, since when, and what changed then. */
export interface Case extends Growth {
  readonly root: GrowingClass | null;
  readonly allocations: readonly Allocation[];
  /** The one array that grows, where no class has more instances. */
  readonly enlarged: Enlarged | null;
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
  const whole = regrouped(seen, accumulating(seen), userCode);
  return separateCauses(whole, userCode).map((one) => beforeRedeployment(investigate(one, userCode), userCode));
}

/**
 * Where the very job that the law names was redeployed inside the window, what came after is that change's to prove: the case is what was seen
 * before it. A change to any other job leaves the window whole.
 */
function beforeRedeployment(found: Case, userCode: UserCode): Case {
  const { life, window, law } = found;
  // What grows with each submission is not ended by one.
  if (law?.job == null || isBySubmission(law)) return found;
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

const isBySubmission = ({ kind }: Law): boolean => kind === "submissions" || kind === "restarts";

function investigate(growth: Growth, userCode: UserCode): Case {
  const { life, group, window } = growth;
  const { startedAt } = life.incarnation;
  const isMember = memberOf(group);

  // The class is not known before the recording is read, and what to read there depends on the onset: so guess the class by its name first.
  const isOneForEach = group ? oneForEach(group, growth.drivers) : () => false;
  const guess = group && rootClassOf(group, { ...NO_VOTES, isOneForEach }, userCode);
  const presumed = onsetOf(countOf(growth, guess), window, startedAt, guess !== null);

  const growing = accumulating(growth);
  const { allocations, holds } = tellingSamples(
    allocationsOf(life, isMember, presumed.from, userCode),
    (name) => isMember(name) || growing.has(name),
  );
  const isLoaders = growth.watched.resource === "class-loaders";
  const named = classesInLogs(life, group, presumed);
  const { root, holder, sampled } = isLoaders
    ? loaderTold(growth, presumed, userCode)
    : objectsTold(growth, { allocations, holds, presumed, votes: { ...votesOf(allocations, holds), named, isOneForEach } }, userCode);
  const count = root && group && !isLoaders ? { at: group.at, value: root.instances } : window.trend.series;
  const where = { ...whereabouts(sampled, root), ...keeperOfState(life, holder) };
  const presumedLaw = lawOf(count, growth.drivers, where);
  const isNative = growth.watched.resource === "native-memory" && root === null;
  const wanted = { classes: classesOfUnit(group, root), holder, law: presumedLaw, isNative };
  const written = lineInCode(life, wanted);
  const line = chosenLine(sampled, written, root) ?? (isLoaders ? null : lineInJob(growth, presumedLaw, presumed, userCode));
  const fitted = line === sampled ? presumedLaw : lawOf(count, growth.drivers, { ...where, isInCheckpoint: line?.isInCheckpoint ?? null });
  const law = fitted && placed(fitted, line, life);

  const led = root === guess ? presumed : onsetOf(countOf(growth, root), window, startedAt, root !== null);
  const onset = notBefore(beginningOf(law, life), led);
  const enlarged = group === null && window.trend.isStair ? enlargedArray(growth, userCode) : null;
  return {
    ...growth,
    root,
    allocations,
    enlarged,
    line: line ?? enlarged?.line ?? null,
    holder: holder ?? enlarged?.holder ?? null,
    law,
    onset,
    causes: causesOf(life, onset, law),
    logs: logClues(life, group, root?.name ?? null, onset),
  };
}

/** A job drives nothing before it is there: when the first of its name was deployed; -Infinity where the law names no job. */
function beginningOf(law: Law | null, { jobs }: Life): number {
  if (law === null || law.operator === null) return -Infinity;
  const deployed = jobs.filter(({ name }) => name === law.job).map(({ startedAt }) => startedAt);
  return deployed.length === 0 ? -Infinity : Math.min(...deployed);
}

const notBefore = (beginning: number, { from, to }: Onset): Onset => ({ from: Math.max(beginning, from), to: Math.max(beginning, to) });

/** What is known of a growth from the recording. */
interface Told {
  readonly root: GrowingClass | null;
  readonly holder: Holder | null;
  readonly sampled: NamedLine | null;
}

/** Loaders are named by their own class, and by what keeps the oldest of them. */
function loaderTold(growth: Growth, onset: Onset, userCode: UserCode): Told {
  const keeper = loaderKeeper(growth.life);
  return { root: growth.group?.classes[0] ?? null, holder: keeper?.holder ?? null, sampled: startOf(keeper, growth, onset, userCode) };
}

interface Samples {
  readonly allocations: readonly Allocation[];
  readonly holds: readonly Hold[];
  readonly presumed: Onset;
  readonly votes: RootVotes;
}

function objectsTold(growth: Growth, { allocations, holds, presumed, votes }: Samples, userCode: UserCode): Told {
  const root = growth.group && rootClassOf(growth.group, votes, userCode);
  const holder = commonHold(holds)?.hold.holder ?? null;
  return { root, holder, sampled: lineOf(growth, allocations, root, holder, presumed, userCode) };
}

/** Arrays, strings and nodes are everywhere: one tells something only if user code allocated it, or if it hangs on a class of the group. */
function tellingSamples(allocations: readonly Allocation[], isGrowing: (name: string) => boolean) {
  const samples = allocations
    .map((allocation) => ({ allocation, hold: holdOf(allocation.object, isGrowing) }))
    .filter(
      ({ allocation, hold }) => allocation.line !== null || hold?.outermost != null || !isContainer(plainName(allocation.object.class)),
    );
  return { allocations: samples.map(({ allocation }) => allocation), holds: samples.flatMap(({ hold }) => hold ?? []) };
}

/** Compares the count of a class with the events of each driver, over those snapshots at which the counter is known. */
function oneForEach({ at }: Group, drivers: readonly CountedDriver[]): RootVotes["isOneForEach"] {
  const spans = drivers.flatMap(({ kind, count }) => {
    const known = [...at.keys()].filter((i) => kind !== "wall-time" && count(at[i]!) !== undefined);
    const [first, last] = [known[0], known.at(-1)];
    return first === undefined || last === undefined ? [] : [{ first, last, events: count(at[last]!)! - count(at[first]!)! }];
  });
  return ({ instances }) => spans.some(({ first, last, events }) => events > 0 && isAsMany(instances[last]! - instances[first]!, events));
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
  const sampled = culpritLine(allocations, { root: root?.name ?? null, owner, unit: classesOfUnit(growth.group, root) });
  const resources = [growth.watched, ...growth.companions.map(({ watched }) => watched)].map(({ resource }) => resource);
  if (sampled || !resources.includes("threads")) return sampled;
  return culpritLine(threadStartsOf(growth.life, onset.from, userCode), NO_KIN);
}

/** Every submission makes objects, whatever keeps its loader; but a thread that outlives it is started by one line. */
function startOf(keeper: Keeper | null, { life }: Growth, onset: Onset, userCode: UserCode): NamedLine | null {
  if (keeper?.holder.kind !== "thread" || keeper.isOfOne) return null;
  const own = culpritLine(threadStartsOf(life, onset.from, userCode, keeper.threads), NO_KIN);
  return own ?? (keeper.isFlinks ? culpritLine(threadStartsOf(life, onset.from, userCode), NO_KIN) : null);
}

/** A sample of the root class itself, or of what keeps it, is the best witness. One of its parts tells the method; the line in it is where the byte code makes the root. */
function chosenLine(sampled: NamedLine | null, written: NamedLine | null, root: GrowingClass | null): NamedLine | null {
  if (!sampled || !written) return sampled ?? written;
  const isOfRoot = sampled.way === "kept" || (sampled.way === "constructed" && sampled.constructed === root?.name);
  const isSameMethod = sampled.line.class === written.line.class && sampled.line.method === written.line.method;
  return !isOfRoot && isSameMethod ? { ...sampled, line: written.line } : sampled;
}

/** The root class, then the others of which there are as many. */
function classesOfUnit(group: Group | null, root: GrowingClass | null): string[] {
  if (!group || !root) return [];
  const others = group.classes.filter((found) => found !== root && !isContainer(found.name) && isAsMany(found.rise, root.rise));
  return [root.name, ...others.map(({ name }) => name)];
}

/** Where no object of the group was sampled, but the law names a job: the line in its tasks that leads to the most of what survives. */
function lineInJob({ life }: Growth, law: Law | null, onset: Onset, userCode: UserCode): NamedLine | null {
  const job = life.jobs.find(({ id, name }) => (law?.jobId == null ? name === law?.job : id === law.jobId));
  if (!job || law === null) return null;
  const vertices = new Set(job.operators.map(({ vertexName }) => vertexName));
  const survivors = allocationsOf(life, () => true, onset.from, userCode).filter(
    ({ vertexName }) => vertexName !== null && vertices.has(vertexName),
  );
  return culpritLine(survivors, NO_KIN);
}

/** Submissions, checkpoints and the clock name no operator; the line does, by the task that ran it or by its name. */
function placed(law: Law, line: NamedLine | null, life: Life): Law {
  if (law.operator !== null || line === null) return law;
  const jobs = life.jobs.filter(({ id, name }) => (law.job === null || law.job === name) && (law.jobId === null || law.jobId === id));
  const places = jobs.flatMap((job) => job.operators.map((operator) => ({ job, operator })));
  const inTask = places.filter(({ operator }) => operator.vertexName === line.vertexName && !isConnector(operator.name));
  const own = places.find(({ operator }) => sounds(line.line.class, operator.name)) ?? (inTask.length === 1 ? inTask[0] : undefined);
  if (own === undefined) return law;
  return { ...law, job: own.job.name, jobId: law.job === null ? own.job.id : law.jobId, operator: own.operator.name };
}

function whereabouts(line: NamedLine | null, root: GrowingClass | null): Whereabouts {
  const names = [...(line ? [line.line.class, line.line.method] : []), ...(root ? [root.name] : [])];
  return { vertexName: line?.vertexName ?? null, position: line?.position ?? null, names, isInCheckpoint: line?.isInCheckpoint ?? null };
}

const NO_VOTES: RootVotes = { constructed: new Map(), outermost: new Map(), named: new Set(), isOneForEach: () => false };

function votesOf(allocations: readonly Allocation[], holds: readonly Hold[]): Pick<RootVotes, "constructed" | "outermost"> {
  return {
    constructed: tally(allocations.map(({ constructed }) => constructed)),
    outermost: tally(holds.map(({ outermost }) => outermost)),
  };
}

/** The root class's live count over the whole life; without one, the resource itself. */
function countOf(growth: Growth, root: GrowingClass | null) {
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
