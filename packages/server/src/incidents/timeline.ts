import type { Incident, IncidentEvent } from "@heaptide/model";

/** Lines of a story: of a longer one the first and the latest. */
const KEPT_FIRST = 40;
const KEPT_LAST = 160;

export const iso = (at: number): string => new Date(at).toISOString();

interface Line {
  readonly kind: IncidentEvent["kind"];
  readonly at: number | string;
  readonly text: string;
  readonly reference?: string | null;
  /** By default kind and reference, or kind and time: the same thing seen again is the same line. */
  readonly id?: string;
}

/** The incident with further lines in its story; those that it has already are left out. */
export function withLines(incident: Incident, lines: readonly Line[]): Incident {
  const known = new Set(incident.timeline.map(({ id }) => id));
  const fresh = lines.map(eventOf).filter(({ id }) => !known.has(id) && known.add(id));
  if (fresh.length === 0) return incident;
  const timeline = [...incident.timeline, ...fresh].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return { ...incident, timeline: shortened(timeline) };
}

function eventOf({ kind, at, text, reference = null, id }: Line): IncidentEvent {
  const time = typeof at === "string" ? at : iso(at);
  return { id: id ?? `${kind}:${reference ?? time}`, at: time, kind, text, reference };
}

function shortened(timeline: IncidentEvent[]): IncidentEvent[] {
  if (timeline.length <= KEPT_FIRST + KEPT_LAST) return timeline;
  return [...timeline.slice(0, KEPT_FIRST), ...timeline.slice(-KEPT_LAST)];
}

/** When the last line of that kind was written; null where there is none. */
export function lastOf(incident: Incident, kind: IncidentEvent["kind"]): number | null {
  const line = incident.timeline.findLast((one) => one.kind === kind);
  return line === undefined ? null : Date.parse(line.at);
}
