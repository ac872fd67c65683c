import type { ChangeSeen, GapSeen, Incident, IncidentEvent } from "@heaptide/model";
import { begin } from "./begin.ts";
import { advance, isActive } from "./life-cycle.ts";
import type { Situation } from "./situation.ts";
import { iso, withLines } from "./timeline.ts";

/** A gap or loss that comes again within this time continues the same incident. */
const REMEMBERED = 86_400_000;
/** What lies so far back is history, not news: a server that starts on an old database opens no incidents about it. */
const STALE = 3_600_000;

/** Gaps as incidents of their jobs. @returns those that changed */
export function gapIncidents(incidents: readonly Incident[], situation: Situation): Incident[] {
  // A gap of no job known, a website that is down, say, is a story of its own.
  const stories = Map.groupBy(situation.gaps, (gap) => jobName(gap, situation) ?? `gap ${gap.id}`);
  return [...stories.values()].flatMap((gaps) => {
    const job = jobName(gaps[0]!, situation);
    const tells = ({ timeline }: Incident) => timeline.some(({ reference }) => reference === gaps[0]!.id);
    const known = remembered(incidents, situation.at, (one) => one.kind === "gap" && one.job === job && (job !== null || tells(one)));
    return follow(known, gaps.map(gapMark), situation.at, () => {
      const last = gaps.at(-1)!;
      return {
        ...begin({ kind: "gap", subject: job ?? last.id, at: last.from, headline: last.title }),
        job,
        process: placeOf(last, situation),
      };
    });
  });
}

/** Processes that are gone, until they are back. @returns those that changed */
export function lossIncidents(incidents: readonly Incident[], situation: Situation): Incident[] {
  const byProcess = Map.groupBy(situation.changes.filter(isLossOrReturn), (change) => change.process!);
  return [...byProcess].flatMap(([key, changes]) => {
    const process = situation.processes.get(key) ?? null;
    const known = remembered(incidents, situation.at, (one) => one.kind === "process-lost" && one.process?.key === key);
    return follow(known, lossMarks(changes), situation.at, () => {
      const last = changes.findLast(({ kind }) => kind === "process-lost")!;
      const beginning = begin({ kind: "process-lost", subject: key, at: last.at, headline: last.title });
      return { ...beginning, process, severity: "critical" as const };
    });
  });
}

/** Something that begins and ends. `to` null: it lasts. */
interface Mark {
  readonly id: string;
  readonly from: number;
  readonly to: number | null;
  /** When it was last told of: a gap of hours ago may be news. */
  readonly told: number;
  readonly text: string;
  readonly kind: IncidentEvent["kind"];
}

const gapMark = ({ id, at, from, to, title }: GapSeen): Mark => ({ id, from, to, told: at, text: title, kind: "gap" });

function lossMarks(changes: readonly ChangeSeen[]): Mark[] {
  return changes.flatMap((change, i) => {
    if (change.kind !== "process-lost") return [];
    const back = changes.slice(i + 1).find(({ kind }) => kind === "process-started");
    return [{ id: change.id, from: change.at, to: back?.at ?? null, told: change.at, text: change.title, kind: "process" as const }];
  });
}

function follow(known: Incident | undefined, marks: readonly Mark[], at: number, open: () => Incident): Incident[] {
  // One that lasts goes before those that are over, also where they began later.
  const last = marks.findLast(({ to }) => to === null) ?? marks.at(-1);
  if (last === undefined) return [];
  if (known === undefined && (last.to !== null || at - last.told > STALE)) return [];
  const knows = (mark: Mark) => known?.timeline.some(({ reference }) => reference === mark.id) ?? false;
  if (known?.state === "closed" && last.to !== null && knows(last)) return [];
  let incident = known ?? open();
  if (last.to === null) incident = advance(incident, { kind: "present", at, text: last.text, reference: last.id });
  incident = withLines(
    { ...incident, headline: last.text },
    marks
      .filter(({ from }) => from >= Date.parse(incident.firstSeen))
      .map(({ id, kind, from, text }) => ({ kind, at: from, text, reference: id })),
  );
  if (last.to === null) return [incident];
  return [advance(incident, { kind: "over", at: last.to, text: `Over since ${iso(last.to).slice(11, 19)} UTC.`, reference: last.id })];
}

function remembered(incidents: readonly Incident[], at: number, isSame: (incident: Incident) => boolean): Incident | undefined {
  const recent = incidents.filter(
    (one) => one.mergedInto === null && isSame(one) && (one.closedAt === null || at - Date.parse(one.closedAt) < REMEMBERED),
  );
  return recent.find(isActive) ?? recent[0];
}

const isLossOrReturn = ({ kind, process }: ChangeSeen): boolean =>
  process !== null && (kind === "process-lost" || kind === "process-started");

const jobName = ({ job }: GapSeen, { jobs }: Situation): string | null => (job === null ? null : (jobs.get(job)?.name ?? job));

function placeOf({ job }: GapSeen, { jobs, processes }: Situation): Incident["process"] {
  const [key] = (job === null ? undefined : jobs.get(job)?.processes) ?? [];
  return key === undefined ? null : (processes.get(key) ?? null);
}
