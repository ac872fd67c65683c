import { parseFeed as parse } from "feedsmith";
import { type Found, type ParsedPage, UnexpectedPageError } from "../found.ts";
import type { Source } from "../source.ts";

type FeedSource = Extract<Source, { kind: "feed" }>;

/** Events of an RSS or Atom feed whose items are dated by when they take place: `pubDate`, `published`. */
export function parseFeed(xml: string, source: FeedSource): ParsedPage {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(xml);
  } catch (error) {
    throw new UnexpectedPageError(`not a feed: ${(error as Error).message}`);
  }
  const venue = (categories: readonly { readonly name?: string; readonly term?: string }[] | undefined) =>
    source.venueFrom === "category" ? (categories?.[0]?.name ?? categories?.[0]?.term) : undefined;
  return { found: itemsOf(parsed, venue), rejected: [], next: undefined };
}

type VenueOf = (categories: readonly { readonly name?: string; readonly term?: string }[] | undefined) => string | undefined;

function itemsOf(parsed: ReturnType<typeof parse>, venue: VenueOf): Found[] {
  if (parsed.format === "rss") {
    return (parsed.feed.items ?? []).map((item) => ({
      uid: item.guid?.value ?? item.link,
      name: item.title,
      description: item.description,
      url: item.link,
      start: rfcDate(item.pubDate as string | undefined),
      venue: venue(item.categories),
    }));
  }
  if (parsed.format === "atom") {
    return (parsed.feed.entries ?? []).map((entry) => ({
      uid: entry.id,
      name: entry.title?.value,
      description: entry.summary?.value,
      url: entry.links?.[0]?.href,
      start: (entry.published ?? entry.updated) as string | undefined,
      venue: venue(entry.categories),
    }));
  }
  throw new UnexpectedPageError(`a feed of format ${parsed.format} has no dated items`);
}

/** RFC 822 and what feeds make of it. What is no date comes back as it is, and is rejected as such later. */
function rfcDate(text: string | undefined): string | undefined {
  const at = Date.parse(text ?? "");
  return Number.isNaN(at) ? text : new Date(at).toISOString();
}
