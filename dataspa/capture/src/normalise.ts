import { createHash } from "node:crypto";
import type { Event } from "./event.ts";
import { type Found, UnexpectedPageError } from "./found.ts";
import { loadHtml } from "./parse/load-html.ts";
import type { Source } from "./source.ts";
import { toUtc } from "./time.ts";

const LONGEST_NAME = 500;
const LONGEST_DESCRIPTION = 2_000;
const LONGEST_FIELD = 300;

/** An event as it is published, but for its provenance. */
export type NormalEvent = Event & { readonly id: string };

/**
 * One event of the platform's own model from what a page had: text without markup, times in UTC, an id that is the same the next night. What the
 * jobs can judge (a date in the past, a place that is not on earth) is left to them, so that it is counted once.
 *
 * @returns the reason, where there is nothing to be shown
 */
export function normalise(found: Found, source: Source): NormalEvent | { readonly rejected: string } {
  const name = plainText(found.name, LONGEST_NAME);
  if (name === undefined) return { rejected: "no name" };
  if (found.start === undefined || found.start.trim() === "") return { rejected: "no start date" };
  const startDate = toUtc(found.start, source.timeZone);
  if (startDate === undefined) return { rejected: "not a date" };
  const endDate = found.end === undefined ? undefined : toUtc(found.end, source.timeZone);
  const venue = plainText(found.venue, LONGEST_FIELD) ?? source.venue;
  const url = webAddress(found.url, source.url);
  const description = plainText(found.description, LONGEST_DESCRIPTION);
  const address = plainText(found.address, LONGEST_FIELD);
  const geo = found.geo && Number.isFinite(found.geo.latitude) && Number.isFinite(found.geo.longitude) ? found.geo : undefined;
  return {
    id: idOf(source.name, found.uid, `${name}|${startDate}|${venue ?? ""}`),
    name,
    ...(description !== undefined && { description }),
    ...(url !== undefined && { url }),
    startDate,
    ...(endDate !== undefined && { endDate }),
    location: { name: venue ?? "", ...(address !== undefined && { address }), ...(geo && { geo }) },
  };
}

/** The site's own id where it has one: an event that is moved to another day stays the same event. */
function idOf(source: string, uid: string | undefined, content: string): string {
  const own = uid?.trim();
  if (own !== undefined && own !== "" && own.length <= 150) return `${source}:${own}`;
  return `${source}:${createHash("sha256")
    .update(own ?? content)
    .digest("hex")
    .slice(0, 24)}`;
}

/** Without markup, control characters and long blanks; undefined where nothing is left. */
export function plainText(text: string | undefined, longest: number): string | undefined {
  if (text === undefined) return undefined;
  // More than is ever kept needs no parsing; twice as much, for markup.
  const cut = text.slice(0, longest * 20);
  const plain = /[<&]/.test(cut) ? withoutMarkup(cut) : cut;
  // eslint-disable-next-line no-control-regex
  const tidy = plain.replace(/[\u0000-\u001f\u007f\u2028\u2029\s]+/g, " ").trim();
  return tidy === "" ? undefined : tidy.slice(0, longest);
}

/** Of markup that is nested beyond all sense nothing is left. */
function withoutMarkup(html: string): string {
  try {
    const $ = loadHtml(html, "fragment");
    $("script, style, template").remove();
    $("br, p, div, li, h1, h2, h3").before(" ");
    return $.root().text();
  } catch (error) {
    if (error instanceof UnexpectedPageError) return "";
    throw error;
  }
}

/** Absolute, http or https only: an address that is `javascript:` must never become a link. */
function webAddress(url: string | undefined, base: string): string | undefined {
  if (url === undefined || !URL.canParse(url, base)) return undefined;
  const absolute = new URL(url, base);
  return /^https?:$/.test(absolute.protocol) && absolute.href.length <= 1000 ? absolute.href : undefined;
}
