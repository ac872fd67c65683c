import type { ChangeSeen, Incident } from "@heaptide/model";
import { aged, isActive } from "./life-cycle.ts";
import { gapIncidents, lossIncidents } from "./events.ts";
import { leakIncidents } from "./leaks.ts";
import type { Situation } from "./situation.ts";
import { iso, withLines } from "./timeline.ts";

/** Changes this long before the growth began are still part of the story. */
const LEAD = 300_000;

/**
 * The incidents after a look at the situation: findings, gaps and losses find their incident or open one; what a leak explains joins the leak's; changes around it
 * become lines of its story. Pure, and idempotent: the same situation again tells nothing twice.
 * @returns those that are new or differ
 */
export function joinedIncidents(incidents: readonly Incident[], situation: Situation): Incident[] {
  const all = new Map(incidents.map((incident) => [incident.id, incident]));
  const keep = (changed: readonly Incident[]) => {
    for (const incident of changed) all.set(incident.id, incident);
  };
  keep(leakIncidents([...all.values()], situation));
  keep(gapIncidents([...all.values()], situation));
  keep(lossIncidents([...all.values()], situation));
  keep(mergedByLeaks([...all.values()], situation));
  keep([...all.values()].filter(isActive).map((incident) => withChanges(incident, situation)));
  keep([...all.values()].map((incident) => aged(incident, situation)));
  const before = new Map(incidents.map((incident) => [incident.id, incident]));
  return [...all.values()].filter((incident) => before.get(incident.id) !== incident);
}

/** A gap or a loss of a process that leaks needs no incident of its own: the leak is why. */
function mergedByLeaks(incidents: readonly Incident[], situation: Situation): Incident[] {
  const leaks = incidents.filter((one) => one.kind === "leak" && one.severity === "critical" && isActive(one));
  const changed = new Map<string, Incident>();
  for (const other of incidents) {
    if (other.kind === "leak" || other.mergedInto !== null) continue;
    const leak = leaks.find((one) => explains(one, other, situation));
    if (leak === undefined) continue;
    const lines = other.timeline.filter(({ kind }) => kind === "gap" || kind === "process");
    changed.set(leak.id, withLines(changed.get(leak.id) ?? leak, lines));
    if (!isActive(other)) continue;
    const merged: Incident = { ...other, state: "closed", mergedInto: leak.id, closedAt: iso(situation.at) };
    changed.set(
      other.id,
      withLines(merged, [{ kind: "merged", at: situation.at, text: `Explained by: ${leak.headline}`, reference: leak.id }]),
    );
  }
  return [...changed.values()];
}

function explains(leak: Incident, other: Incident, { jobs }: Situation): boolean {
  if (leak.process === null || Date.parse(other.lastSeen) < Date.parse(leak.firstSeen)) return false;
  if (other.process?.key === leak.process.key) return true;
  return [...jobs.values()].some(({ name, processes }) => name === other.job && processes.has(leak.process!.key));
}

/** What was changed about its process or job since shortly before it began. */
function withChanges(incident: Incident, { changes, jobs }: Situation): Incident {
  const since = Date.parse(incident.firstSeen) - LEAD;
  const concerns = (change: ChangeSeen): boolean => {
    if (change.kind === "external" && change.process === null && change.job === null) return true;
    if (change.process !== null) return change.process === incident.process?.key;
    const job = change.job === null ? undefined : jobs.get(change.job);
    return job !== undefined && (job.name === incident.job || (incident.process !== null && job.processes.has(incident.process.key)));
  };
  const lines = changes.filter((change) => change.at >= since && concerns(change));
  return withLines(
    incident,
    lines.map(({ id, at, title }) => ({ kind: "change", at, text: title, reference: id })),
  );
}
