import ICAL from "ical.js";
import { type Found, type ParsedPage, UnexpectedPageError } from "../found.ts";
import { isTimeZone } from "../time.ts";
import type { Source } from "../source.ts";

type CalendarSource = Extract<Source, { kind: "ical" }>;

const DAY = 86_400_000;
/** Occurrences of one event that are looked at: a rule that never ends, or begins in 1900, must end here. */
const MOST_OCCURRENCES = 10_000;

/**
 * Events of an iCalendar file (RFC 5545), each occurrence of a repeated one within the days ahead. Times count by their TZID as the IANA names it; by a VTIMEZONE of the file
 * where the name is none; an event whose zone nobody knows is rejected, for it would be shown at a wrong time.
 *
 * @param now of the capture, milliseconds
 */
export function parseICal(text: string, source: CalendarSource, now: number): ParsedPage {
  let calendar: InstanceType<typeof ICAL.Component>;
  try {
    calendar = new ICAL.Component(ICAL.parse(text) as unknown[]);
  } catch (error) {
    throw new UnexpectedPageError(`not a calendar: ${(error as Error).message}`);
  }
  if (calendar.name !== "vcalendar") throw new UnexpectedPageError(`not a calendar: it begins with ${calendar.name}`);
  const found: Found[] = [];
  const rejected: string[] = [];
  for (const component of calendar.getAllSubcomponents("vevent")) {
    try {
      found.push(...occurrences(component, now, now + source.daysAhead * DAY));
    } catch (error) {
      rejected.push(error instanceof UnknownZone ? "unknown time zone" : "malformed calendar event");
    }
  }
  return { found, rejected, next: undefined };
}

class UnknownZone extends Error {}

function occurrences(component: InstanceType<typeof ICAL.Component>, from: number, to: number): Found[] {
  const event = new ICAL.Event(component);
  // A changed occurrence of a repeated event stands for itself: it has its own RECURRENCE-ID.
  if (!event.isRecurring())
    return [foundOf(event, event.startDate, event.endDate, event.isRecurrenceException() ? String(event.recurrenceId) : "")];
  const found: Found[] = [];
  const iterator = event.iterator();
  for (let i = 0; i < MOST_OCCURRENCES; i++) {
    const start = iterator.next() as InstanceType<typeof ICAL.Time> | undefined;
    if (!start) break;
    // Within a day is near enough to look closer: the zone is not applied yet.
    const at = start.toJSDate().getTime();
    if (at > to + DAY) break;
    if (at < from - DAY) continue;
    const end = start.clone();
    end.addDuration(event.duration);
    found.push(foundOf(event, start, end, start.toString()));
  }
  return found;
}

function foundOf(
  event: InstanceType<typeof ICAL.Event>,
  start: InstanceType<typeof ICAL.Time> | null,
  end: InstanceType<typeof ICAL.Time> | null,
  occurrence: string,
): Found {
  const zone = zoneOf(event);
  const geo = event.component.getFirstPropertyValue("geo") as unknown;
  const [latitude, longitude] = Array.isArray(geo) ? geo.map(Number) : [];
  return {
    uid: event.uid ? `${event.uid}${occurrence === "" ? "" : `#${occurrence}`}` : undefined,
    name: event.summary,
    description: event.description,
    url: event.component.getFirstPropertyValue("url")?.toString(),
    start: start ? isoOf(start, zone) : undefined,
    end: end ? isoOf(end, zone) : undefined,
    venue: event.location,
    ...(latitude !== undefined && longitude !== undefined && { geo: { latitude, longitude } }),
  };
}

/** The IANA name of the event's zone, "own" for one that the file defines; undefined for UTC and for local times. */
function zoneOf(event: InstanceType<typeof ICAL.Event>): string | undefined {
  const tzid = event.component.getFirstProperty("dtstart")?.getParameter("tzid");
  if (typeof tzid !== "string") return undefined;
  const name = tzid.replace(/^\/[^/]+\/(?:[^/]*\/)?(?=[A-Z][a-z]+\/)/, "");
  if (isTimeZone(name)) return name;
  const definitions = event.component.parent?.getAllSubcomponents("vtimezone") ?? [];
  const own = definitions.find((definition) => definition.getFirstPropertyValue("tzid") === tzid);
  if (own && own.getAllSubcomponents().length > 0) return "own";
  throw new UnknownZone(tzid);
}

/** Local ISO 8601 with the zone in brackets, as RFC 9557 has it; UTC with `Z`. */
function isoOf(time: InstanceType<typeof ICAL.Time>, zone: string | undefined): string {
  if (zone === "own") return time.toJSDate().toISOString();
  if (time.isDate || zone === undefined || time.zone === ICAL.Timezone.utcTimezone) return time.toString();
  return `${time.toString().replace(/Z$/, "")}[${zone}]`;
}
