import type { ChangeReference, Finding, Incident } from "@heaptide/model";
import { advance, isActive, type News } from "./life-cycle.ts";
import { begin } from "./begin.ts";
import type { Situation } from "./situation.ts";
import { iso, withLines } from "./timeline.ts";

/** A leak that comes back within this time reopens its incident; later it is another story. */
const REMEMBERED = 30 * 86_400_000;
/** What was never more than warming up or unknown is no incident. */
const TELLING: ReadonlySet<string> = new Set(["growing", "leaking"]);

/** Findings as incidents: each finds its own, or opens one. @returns those that are told of now */
export function leakIncidents(incidents: readonly Incident[], situation: Situation): Incident[] {
  const taken = new Set<string>();
  return situation.diagnosis.findings.flatMap((finding) => {
    const news = newsOf(finding, situation.at);
    const known = incidentOf(incidents, finding, situation.at, taken);
    if (known === undefined && (news.kind === "verified" || !TELLING.has(finding.verdict))) return [];
    const incident = known ?? opened(finding, situation.at);
    taken.add(incident.id);
    return [told(advance(incident, news), finding)];
  });
}

/** By identity of what grows. Before the class is known a finding has another id: what is not named yet is the one incident of that resource. */
function incidentOf(incidents: readonly Incident[], finding: Finding, at: number, taken: ReadonlySet<string>): Incident | undefined {
  const candidates = incidents.filter(
    (incident) =>
      incident.kind === "leak" &&
      !taken.has(incident.id) &&
      incident.process?.key === finding.process.key &&
      incident.resource === finding.resource &&
      (incident.closedAt === null || at - Date.parse(incident.closedAt) < REMEMBERED),
  );
  const same = candidates.find(({ findings }) => findings.includes(finding.id));
  if (same) return same;
  const isUnnamed = (incident: Incident) => incident.finding === null || incident.finding.rootClass === null;
  return candidates.find((incident) => isActive(incident) && (finding.rootClass === null || isUnnamed(incident)));
}

function newsOf({ verification, headline, change }: Finding, at: number): News {
  if (verification === null) return { kind: "present", at, text: headline, reference: change?.id ?? null };
  const kind = { verified: "verified", "not-fixed": "not-fixed", "too-early": "fix-seen" } as const;
  return { kind: kind[verification.verdict], at, text: verification.statement, reference: verification.change.id };
}

function opened(finding: Finding, at: number): Incident {
  const { process, resource, headline } = finding;
  const incident = begin({ kind: "leak", subject: finding.id, at, headline });
  return { ...incident, process, resource, firstSeen: finding.onset.from };
}

/** What the finding says, as the incident's own words and as lines of its story. */
function told(incident: Incident, finding: Finding): Incident {
  const { verdict, headline, evidence, logs, verification, rootClass, line, onset, law } = finding;
  const severity = verdict === "leaking" ? ("critical" as const) : incident.severity;
  const findings = incident.findings.includes(finding.id) ? incident.findings : [...incident.findings, finding.id];
  const next: Incident = {
    ...incident,
    severity,
    headline,
    findings,
    finding,
    evidence,
    logs,
    change: finding.change,
    verification,
    job: law?.job ?? incident.job,
  };
  return withLines(next, [
    {
      kind: "verdict",
      at: finding.onset.to,
      text: `Growth began between ${clock(onset.from)} and ${clock(onset.to)}`,
      id: `onset:${finding.id}`,
    },
    ...(verdict === "leaking" ? [{ kind: "verdict" as const, at: incident.lastSeen, text: `Leaking: ${headline}`, id: "leaking" }] : []),
    ...(rootClass === null
      ? []
      : [{ kind: "named" as const, at: incident.lastSeen, text: `What grows: ${rootClass}`, id: `class:${rootClass}` }]),
    ...(line === null
      ? []
      : [
          {
            kind: "named" as const,
            at: incident.lastSeen,
            text: `Made at ${line.class}.${line.method} (${line.file ?? "?"}:${line.line})`,
            id: `line:${line.class}:${line.line}`,
          },
        ]),
    ...logs.map(({ pattern, first, example }) => ({ kind: "log" as const, at: first, text: example, reference: pattern })),
    ...[finding.change, ...finding.otherChanges, verification?.change ?? null].flatMap((change) => (change ? [changeLine(change)] : [])),
  ]);
}

const changeLine = ({ id, at, title }: ChangeReference) => ({ kind: "change" as const, at, text: title, reference: id });

const clock = (time: string): string => iso(Date.parse(time)).slice(11, 19);
