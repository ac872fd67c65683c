import type { Incident, IncidentState } from "@heaptide/model";
import { iso, lastOf, withLines } from "./timeline.ts";

/*
 * The states of an incident and what leads from one to the next. Pure: the same incident and the same news give the same result, so that a server that was killed in
 * the middle goes on where it was.
 */

/** A verified fix is watched for so long before the incident is closed. */
const CLOSE_AFTER_VERIFIED = 3_600_000;
/** What was not seen for so long, while somebody looked, is over. */
const CLOSE_AFTER_SILENCE = 900_000;

/** What is seen of an incident at a time. `text` says it. */
export interface News {
  readonly kind: "present" | "not-fixed" | "fix-seen" | "verified" | "over";
  readonly at: number;
  readonly text: string;
  /** Id of the change that may have ended it. */
  readonly reference: string | null;
}

const ACTIVE: ReadonlySet<IncidentState> = new Set(["open", "acknowledged", "reopened", "fix-seen"]);

/** It goes on, or it is not known yet that it does not. */
export const isActive = ({ state, mergedInto }: Incident): boolean => mergedInto === null && ACTIVE.has(state);

export function advance(incident: Incident, news: News): Incident {
  switch (news.kind) {
    case "present":
      return goesOn(incident, news);
    case "not-fixed":
      return isAwaiting(incident) ? backToWork(incident, news) : goesOn(incident, news);
    case "fix-seen":
      return ["open", "acknowledged", "reopened"].includes(incident.state) ? entered(incident, "fix-seen", news) : incident;
    case "verified":
      return isActive(incident) ? entered(incident, "verified", news) : incident;
    case "over":
      return isActive(incident) ? closed(incident, news.at, news.text) : incident;
  }
}

/** What time alone does: a verified incident is closed, one that nobody has seen for long as well. */
export function aged(incident: Incident, now: { at: number; watchingSince: number }): Incident {
  if (incident.mergedInto !== null) return incident;
  if (incident.state === "verified") {
    const since = lastOf(incident, "verified") ?? now.at;
    return now.at - since < CLOSE_AFTER_VERIFIED ? incident : closed(incident, now.at, "Closed: the fix has held.");
  }
  const silent = now.at - Math.max(Date.parse(incident.lastSeen), now.watchingSince);
  if (!isActive(incident) || silent < CLOSE_AFTER_SILENCE) return incident;
  return closed(incident, now.at, "Closed: it was not seen any more, and no change explains it.");
}

export function acknowledged(incident: Incident, by: string, note: string, at: number): Incident {
  if (incident.acknowledged !== null) return incident;
  const state = incident.state === "open" || incident.state === "reopened" ? "acknowledged" : incident.state;
  const text = `Acknowledged by ${by}${note === "" ? "" : `: ${note}`}`;
  return withLines({ ...incident, state, acknowledged: { at: iso(at), by, note } }, [{ kind: "acknowledged", at, text }]);
}

/** A fix may come before its proof: until then the growth itself is no news. */
const isAwaiting = ({ state }: Incident): boolean => state === "fix-seen" || state === "verified";

function goesOn(incident: Incident, { at, text }: News): Incident {
  const seen = { ...incident, lastSeen: iso(at) };
  if (incident.state !== "verified" && incident.state !== "closed") return seen;
  // Whoever cared for it last time may not know that it is back.
  const reopened = { ...seen, state: "reopened" as const, closedAt: null, acknowledged: null };
  return withLines(reopened, [{ kind: "reopened", at, text: `It is there again: ${text}` }]);
}

function backToWork(incident: Incident, { at, text, reference }: News): Incident {
  const state = incident.acknowledged === null ? "open" : "acknowledged";
  return withLines({ ...incident, state, lastSeen: iso(at) }, [{ kind: "not-fixed", at, text, reference }]);
}

function entered(incident: Incident, state: "fix-seen" | "verified", { at, text, reference }: News): Incident {
  const id = `${state}:${reference ?? at}`;
  return withLines({ ...incident, state }, [{ kind: state, at, text, reference, id }]);
}

function closed(incident: Incident, at: number, text: string): Incident {
  return withLines({ ...incident, state: "closed", closedAt: iso(at) }, [{ kind: "closed", at, text }]);
}
