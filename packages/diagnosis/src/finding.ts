import type { Finding } from "@heaptide/model";
import type { Case } from "./case.ts";
import { changeReference } from "./causes.ts";
import { evidenceOf, membersOf } from "./evidence.ts";
import { exhaustionOf } from "./exhaustion.ts";
import { headlineOf, missingOf } from "./explain.ts";
import { isContainer, isJdk } from "./growth/class-names.ts";
import type { Life } from "./life.ts";
import { verdictOf } from "./verdict.ts";
import { whyOf } from "./why.ts";
import { verificationOf } from "./verification.ts";
import { LEAKING_SHARE } from "./thresholds.ts";

/** A finding, and whether it holds at the end of the history. */
export interface Judged {
  readonly case: Case;
  readonly finding: Finding;
  readonly isPresent: boolean;
}

/** Puts a case into the words of the contract. */
export function judge(found: Case, lives: readonly Life[], warmUp: number): Judged {
  const { life, watched, window, root, law, line, holder, onset, causes, logs } = found;
  const { key, pid, javaVersion, collector, startedAt } = life.incarnation;
  const evidence = evidenceOf(found);
  const verdict = verdictOf(found, evidence);
  const verification = verificationOf(found, lives, warmUp);
  const isLeaking = verdict === "leaking";
  const finding: Finding = {
    id: [life.process.key, watched.resource, root?.name ?? "unknown"].join("/"),
    verdict,
    headline: headlineOf(found),
    resource: watched.resource,
    process: life.process,
    incarnation: { key, pid, javaVersion, collector, startedAt: iso(startedAt) },
    slope: { ...window.trend.slope, unit: watched.unit === "B" ? "B/s" : "1/s" },
    limit: watched.limit,
    exhaustion: isLeaking ? exhaustionOf(found) : null,
    // Of native memory whose owners on the heap were collected, the byte code alone tells what is made.
    rootClass:
      root?.name ?? found.enlarged?.class ?? (watched.resource === "native-memory" && line?.way === "written" ? line.constructed : null),
    group: membersOf(found),
    law,
    line: line?.line ?? null,
    holder,
    onset: { from: iso(onset.from), to: iso(onset.to) },
    change: causes.change && changeReference(causes.change, life),
    otherChanges: causes.others.map((change) => changeReference(change, life)),
    logs: logs.map((clue) => clue.evidence),
    evidence,
    verification,
    missing: missingOf(found, isLeaking),
    why: whyOf(found, isLeaking ? "leaking" : "growing", evidence),
  };
  return { case: found, finding, isPresent: isPresent(found, verification) };
}

/** It goes on now: in a window that no redeployment of its job has ended, or after one that did not fix it. Without a job, any may have ended it. */
function isPresent({ life, window, law }: Case, verification: Finding["verification"]): boolean {
  if (!life.isLast) return false;
  const mayBeOver = verification?.verdict === "verified" || (verification?.verdict === "too-early" && law?.job == null);
  return window.to === life.to ? !mayBeOver : verification?.verdict === "not-fixed";
}

/**
 * The present findings, the worst first, then those that a change ended. What ended without any change that concerns it was no leak: a collection
 * that filled up, a load that went. The same cause before and after a change is one finding, and its verification says that it is not fixed.
 */
export function leading(judged: readonly Judged[]): Judged[] {
  const kept: Judged[] = [];
  for (const one of judged.toSorted((a, b) => earlier(rankOf(a), rankOf(b)))) {
    const index = kept.findIndex((other) => isSameCause(one.case, other.case));
    const same = kept[index];
    if (!same) {
      if (isTelling(one) && (one.isPresent || (one.finding.verification && isKnown(one)))) kept.push(one);
    } else if (same.isPresent && !same.finding.verification && one.finding.verification) {
      kept[index] = { ...same, finding: { ...same.finding, verification: one.finding.verification } };
    }
  }
  return kept.sort((a, b) => before(rankOf(a), rankOf(b)));
}

/** By what findings are put in order: those that hold now first. */
interface Rank {
  readonly isPresent: boolean;
  readonly weight: number;
  /** The end of its window, milliseconds since the epoch. */
  readonly to: number;
  readonly isNameless: boolean;
}

/** A finding without the case that it was made from, which holds on to everything measured. */
export interface Ranked extends Rank {
  readonly finding: Finding;
}

export const ranked = (one: Judged): Ranked => ({ finding: one.finding, ...rankOf(one) });

const rankOf = (one: Judged): Rank => ({
  isPresent: one.isPresent,
  weight: weight(one),
  to: one.case.window.to,
  isNameless: isNameless(one),
});

/** In which order tales of one cause are heard: the first one stands. */
const earlier = (a: Rank, b: Rank): number =>
  Number(b.isPresent) - Number(a.isPresent) || b.to - a.to || Number(a.isNameless) - Number(b.isNameless);

const before = (a: Rank, b: Rank): number => Number(b.isPresent) - Number(a.isPresent) || b.weight - a.weight;

/** The findings of all processes, the worst present one first. */
export const inOrder = (found: readonly Ranked[]): Finding[] =>
  found.toSorted((a, b) => before(a, b) || earlier(a, b)).map(({ finding }) => finding);

/** Growth that is over, and of which neither class nor law was ever known, is no story. */
const isKnown = ({ finding: { rootClass, law } }: Judged): boolean => rootClass !== null || law !== null;

/** What follows neither events nor the clock, and of which nothing but a class of the JDK's own is known, is caches that warm up, unless it is more than these take. */
const isTelling = ({ finding: { rootClass, law, line, holder, resource }, case: { window } }: Judged): boolean =>
  resource !== "heap" ||
  law !== null ||
  line !== null ||
  holder !== null ||
  (rootClass !== null && !isJdk(rootClass)) ||
  window.trend.share >= LEAKING_SHARE;

const weight = ({ finding, case: { window } }: Judged): number => (finding.verdict === "leaking" ? 1e6 : 0) + window.trend.share;

function isSameCause(a: Case, b: Case): boolean {
  if (a.life.process.key !== b.life.process.key) return false;
  if (isMadeAlike(a, b)) return true;
  if (!a.root || !b.root) return a.watched.resource === b.watched.resource;
  const holds = (found: Case, name: string) => found.group?.classes.some((own) => own.name === name) ?? false;
  const isOfSameJob = a.law?.job == null || b.law?.job == null || a.law.job === b.law.job;
  return isOfSameJob && (a.root.name === b.root.name || (holds(a, b.root.name) && holds(b, a.root.name)));
}

/**
 * Made at one line: what it makes may take heap and descriptors at different paces, and strings and arrays part from their owners' course because tables double. That is
 * no leak of its own.
 */
function isMadeAlike(a: Case, b: Case): boolean {
  return a.line !== null && b.line !== null && a.line.line.class === b.line.line.class && a.line.line.line === b.line.line.line;
}

/** Of two tales of one cause, the one that names a class of somebody's own. */
const isNameless = ({ case: { root } }: Judged): boolean => root === null || isContainer(root.name);

const iso = (time: number): string => new Date(time).toISOString();
