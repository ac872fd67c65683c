import type { ChangeReference, ChangeSeen, Law } from "@heaptide/model";
import type { Life } from "./life.ts";
import type { Onset } from "./onset.ts";
import { ONSET_LAG } from "./thresholds.ts";

/** The change that the onset points to, and the others that it does not exclude. */
export interface Causes {
  readonly change: ChangeSeen | null;
  readonly others: readonly ChangeSeen[];
}

/** What can make something grow that did not: an end cannot. */
const CAN_CAUSE = new Set<ChangeSeen["kind"]>([
  "job-deployed",
  "job-restarted",
  "job-rescaled",
  "process-started",
  "configuration",
  "external",
]);

/** Changes before the onset and within the lag it allows; a deployment of the very job that the law names goes first, then deployments, then the latest. */
export function causesOf(life: Life, onset: Onset, law: Law | null): Causes {
  const rank = (change: ChangeSeen) => {
    if (change.kind === "job-deployed") return law?.jobId != null && change.job === law.jobId ? 4 : 3;
    return change.kind === "process-started" ? 1 : 2;
  };
  const candidates = life.changes
    .filter((change) => CAN_CAUSE.has(change.kind) && change.at >= onset.from - ONSET_LAG && change.at <= onset.to)
    .sort((a, b) => rank(b) - rank(a) || b.at - a.at);
  return { change: candidates[0] ?? null, others: candidates.slice(1) };
}

export function changeReference(change: ChangeSeen, life: Life): ChangeReference {
  const job = life.jobs.find((seen) => seen.id === change.job)?.name ?? null;
  const { id, kind, title, attributes } = change;
  return { id, at: new Date(change.at).toISOString(), kind, title, job, jobId: change.job, attributes };
}
