import type { LogEvidence, LogPattern } from "@heaptide/model";
import type { Group } from "./growth/groups.ts";
import { isContainer, isJdk, outermostClass, simpleName } from "./growth/class-names.ts";
import type { Life } from "./life.ts";
import type { Onset } from "./onset.ts";
import { ONSET_LAG } from "./thresholds.ts";

/** A pattern that came up with the growth. `namesGroup`: its text names a class that grows, which is more than coincidence in time. */
export interface LogClue {
  readonly evidence: LogEvidence;
  readonly namesGroup: boolean;
}

const WORTH_READING = new Set<LogPattern["level"]>(["warn", "error", "fatal"]);
const MOST_CLUES = 5;

/**
 * Warnings and errors that were never seen before the onset: those that name the root class first, then those that name another class of the group. A log
 * line proves little alone.
 */
export function logClues(life: Life, group: Group | null, root: string | null, onset: Onset): LogClue[] {
  const names = new Set(namesOf(group).map((name) => simpleName(outermostClass(name))));
  const rootName = root === null ? null : simpleName(root);
  return newPatterns(life, onset)
    .map((pattern) => ({ pattern, words: wordsOf(pattern) }))
    .map(({ pattern, words }) => ({
      evidence: logEvidence(pattern),
      namesGroup: words.some((word) => names.has(word)),
      namesRoot: words.some((word) => word === rootName),
    }))
    .sort(
      (a, b) =>
        Number(b.namesRoot) - Number(a.namesRoot) || Number(b.namesGroup) - Number(a.namesGroup) || b.evidence.count - a.evidence.count,
    )
    .slice(0, MOST_CLUES);
}

/** Classes of the group that the program itself complains about since the onset. */
export function classesInLogs(life: Life, group: Group | null, onset: Onset): Set<string> {
  const words = new Set(newPatterns(life, onset).flatMap(wordsOf));
  return new Set(namesOf(group).filter((name) => words.has(simpleName(name))));
}

/** A program may complain before there is enough to measure: the lag that is granted to a change is granted to its log lines, too. */
function newPatterns(life: Life, onset: Onset): LogPattern[] {
  const since = onset.from - ONSET_LAG;
  return life.patterns.filter(({ level, seen }) => WORTH_READING.has(level) && seen.length > 0 && seen[0]! >= since);
}

/** Short names are everyday words. */
function namesOf(group: Group | null): string[] {
  const names = (group?.classes ?? []).map(({ name }) => name);
  return names.filter((name) => !isContainer(name) && !isJdk(name) && simpleName(outermostClass(name)).length >= 5);
}

const wordsOf = ({ pattern, example, logger, throwable }: LogPattern): string[] =>
  `${pattern} ${example} ${logger} ${throwable}`.split(/[^\p{L}\p{N}_]+/u);

function logEvidence({ pattern, level, logger, seen, example }: LogPattern): LogEvidence {
  return { pattern, level, logger, count: seen.length, first: new Date(seen[0]!).toISOString(), example };
}
