import { z } from "zod";
import { Evidence, Finding, LogEvidence, ChangeReference, Verification } from "./finding.ts";
import { ProcessIdentity, Resource } from "./identity.ts";

/**
 * An incident: what went wrong as one story. A finding with the gaps, log patterns, changes and losses around it, its life cycle, and the proof of its end.
 * Its `id` is given when it opens and stays, over restarts of the process, of the job and of Heaptide; a leak that comes back reopens its incident.
 */
const time = z.iso.datetime();

/**
 * `open` → `acknowledged` (a person cares) → `fix-seen` (a later change may have ended it) → `verified` (it did) → `closed`; `reopened` when it is there
 * again after `verified` or `closed`. A fix that does not hold leads back to `open` or `acknowledged`.
 */
export const INCIDENT_STATES = ["open", "acknowledged", "fix-seen", "verified", "closed", "reopened"] as const;
export const IncidentState = z.enum(INCIDENT_STATES);
export type IncidentState = z.infer<typeof IncidentState>;

/** What an incident is about. A gap or a loss that a leak explains belongs to the leak's incident and has none of its own. */
export const INCIDENT_KINDS = ["leak", "gap", "process-lost"] as const;
export const IncidentKind = z.enum(INCIDENT_KINDS);
export type IncidentKind = z.infer<typeof IncidentKind>;

export const SEVERITIES = ["critical", "warning", "info"] as const;
export const Severity = z.enum(SEVERITIES);
export type Severity = z.infer<typeof Severity>;

export const INCIDENT_EVENT_KINDS = [
  "opened",
  "verdict",
  "named",
  "gap",
  "log",
  "change",
  "process",
  "acknowledged",
  "fix-seen",
  "not-fixed",
  "verified",
  "closed",
  "reopened",
  "merged",
] as const;

/** One line of the story. `id` is stable: the same thing seen again is the same line. `reference`: id of the change, gap or pattern. */
export const IncidentEvent = z.object({
  id: z.string().min(1),
  at: time,
  kind: z.enum(INCIDENT_EVENT_KINDS),
  text: z.string(),
  reference: z.string().nullable(),
});
export type IncidentEvent = z.infer<typeof IncidentEvent>;

/** A person took it on. */
export const Acknowledgement = z.object({ at: time, by: z.string(), note: z.string() });
export type Acknowledgement = z.infer<typeof Acknowledgement>;

export const Incident = z.object({
  id: z.string().min(1),
  kind: IncidentKind,
  state: IncidentState,
  severity: Severity,
  headline: z.string(),
  process: ProcessIdentity.nullable(),
  /** Name of the Flink job. */
  job: z.string().nullable(),
  resource: Resource.nullable(),
  firstSeen: time,
  /** When it was last observed to go on. */
  lastSeen: time,
  closedAt: time.nullable(),
  acknowledged: Acknowledgement.nullable(),
  /** Ids of the findings that told of it: before its class is known a finding has another id than after. */
  findings: z.array(z.string()),
  /** The last of them; null for a gap or a loss that no finding explains. */
  finding: Finding.nullable(),
  evidence: z.array(Evidence),
  logs: z.array(LogEvidence),
  change: ChangeReference.nullable(),
  verification: Verification.nullable(),
  /** Ascending by time, bounded: of a long story the first lines and the latest. */
  timeline: z.array(IncidentEvent),
  /** The incident that explains this one. */
  mergedInto: z.string().nullable(),
});
export type Incident = z.infer<typeof Incident>;
