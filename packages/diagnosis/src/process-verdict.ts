import { between, formatDuration } from "@heaptide/base";
import type { Finding, Missing, ProcessVerdict, Verdict } from "@heaptide/model";
import type { Judged } from "./finding.ts";
import { watchCommand, whyHealthy } from "./explain.ts";
import { driversOf } from "./growth/drivers.ts";
import type { Life } from "./life.ts";
import { heap } from "./resources/heap.ts";
import { rulesOf } from "./resources/watched.ts";
import { LEAST_SAMPLES, LEAST_SPAN } from "./thresholds.ts";
import { trendOf } from "./trend/trend.ts";
import { whyQuiet } from "./why.ts";
import { cutsOf } from "./windows.ts";

/** How a process fares now, and what kept us from telling. */
export interface State extends ProcessVerdict {
  readonly missing: readonly Missing[];
}

const WORST_FIRST: readonly Verdict[] = ["leaking", "growing", "unknown", "warming-up", "healthy"];

export const worst = (verdicts: readonly Verdict[]): Verdict => WORST_FIRST.find((verdict) => verdicts.includes(verdict)) ?? "unknown";

/** The worst present finding of the process; without one: too young to tell, not seen well enough, or healthy, and why. */
export function stateOf(life: Life, judged: readonly Judged[], { warmUp, reasons }: { warmUp: number; reasons: boolean }): State {
  const present = judged.filter((one) => one.isPresent && one.case.life.process.key === life.process.key);
  const leader: Finding | undefined = present[0]?.finding;
  if (leader)
    return { process: life.process, verdict: worst(present.map((one) => one.finding.verdict)), why: leader.headline, missing: [] };

  const quiet = quietState(life, warmUp);
  return { process: life.process, missing: [], ...quiet, ...(reasons && { reasons: whyQuiet(life, warmUp) }) };
}

function quietState(life: Life, warmUp: number): { verdict: Verdict; why: string; missing?: Missing[] } {
  const lastCut = cutsOf(life).at(-1) ?? life.from;
  const needed = warmUp + LEAST_SPAN;
  const elapsed = life.to - lastCut;
  const watched = heap(life);
  const trend = watched && trendOf(watched.series, { from: lastCut + warmUp, to: life.to }, rulesOf(watched, driversOf(life)));
  if (trend) return { verdict: "healthy", why: whyHealthy(watched.source, trend.level, watched.unit, trend.refusal === "saturated") };

  const isOver = life.incarnation.endedAt !== null;
  const samples = watched ? between(watched.series, lastCut + warmUp, life.to).at.length : 0;
  // Snapshots are seconds apart, more where they are costly: the last one may come late.
  if (!isOver && elapsed < (samples > 0 ? MOST_PATIENCE : needed + LEAST_SPAN / 2)) {
    const since = life.changes.findLast((change) => change.at === lastCut)?.title ?? "its start";
    return {
      verdict: "warming-up",
      why: `${formatDuration(elapsed)} since: ${since}; a trend needs ${LEAST_SAMPLES} values over ${formatDuration(needed)}`,
    };
  }
  const few = `only ${samples} values of the live set since the last change; ${LEAST_SAMPLES} over ${formatDuration(LEAST_SPAN)} are needed`;
  const lived = isOver ? ` (it lived ${formatDuration(Math.max(0, life.to - life.incarnation.startedAt))})` : "";
  const why = (watched ? few : "the live set was never measured") + lived;
  return { verdict: "unknown", why, missing: [{ what: `live set of ${life.process.name}`, why, next: watchCommand(life) }] };
}

/** Milliseconds to wait for snapshots that do come, but rarely. */
const MOST_PATIENCE = 300_000;
