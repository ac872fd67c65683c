import { createHash } from "node:crypto";
import type { Incident } from "@heaptide/model";
import { iso, withLines } from "./timeline.ts";

interface Beginning {
  readonly kind: Incident["kind"];
  /** What it is about, for its id; with the time, since the same may happen again much later. */
  readonly subject: string;
  readonly at: number;
  readonly headline: string;
}

/** A new incident, about which nothing but its beginning is known. */
export function begin({ kind, subject, at, headline }: Beginning): Incident {
  const id = `${kind}-${createHash("sha256").update(`${subject} ${at}`).digest("hex").slice(0, 12)}`;
  const incident: Incident = {
    id,
    kind,
    state: "open",
    severity: "warning",
    headline,
    process: null,
    job: null,
    resource: null,
    firstSeen: iso(at),
    lastSeen: iso(at),
    closedAt: null,
    acknowledged: null,
    findings: [],
    finding: null,
    evidence: [],
    logs: [],
    change: null,
    verification: null,
    timeline: [],
    mergedInto: null,
  };
  return withLines(incident, [{ kind: "opened", at, text: headline }]);
}
