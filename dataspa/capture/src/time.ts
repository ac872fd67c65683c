import { Temporal } from "temporal-polyfill";

export function isTimeZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * A time as a page has it to UTC: with an offset, with a zone in brackets, or local to the source; a date alone is its midnight. A local time that the clocks skip is the one an
 * hour later, one that they show twice is the first of the two.
 *
 * @returns ISO 8601, UTC; undefined for what is no time
 */
export function toUtc(text: string, timeZone: string): string | undefined {
  const tidy = text
    .trim()
    .replace(/^(\d{4}-\d{2}-\d{2}) (?=\d)/, "$1T")
    .replace(/([+-]\d{2})(\d{2})$/, "$1:$2");
  try {
    return iso(instantOf(tidy, timeZone));
  } catch {
    return undefined;
  }
}

function instantOf(text: string, timeZone: string): Temporal.Instant {
  if (/(?:z|[+-]\d{2}:\d{2})$/i.test(text) && text.includes("T")) return Temporal.Instant.from(text);
  if (text.endsWith("]")) return Temporal.ZonedDateTime.from(text).toInstant();
  return Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).toInstant();
}

const iso = (instant: Temporal.Instant) => new Date(instant.epochMilliseconds).toISOString();

/** The date in that zone: `2026-05-01`. */
export function dateIn(timeZone: string, at: number): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}
