import type { Found, ParsedPage } from "../found.ts";
import { loadHtml } from "./load-html.ts";

/**
 * Events as schema.org JSON-LD within HTML: `<script type="application/ld+json">`, alone, in lists, in `@graph`, in an ItemList, or nested in whatever else.
 *
 * Source: schema.org/Event, JSON-LD 1.1. Not supported: contexts that rename properties, Microdata, RDFa.
 */
export function parseJsonLd(html: string): ParsedPage {
  const $ = loadHtml(html, "page");
  const found: Found[] = [];
  const rejected: string[] = [];
  for (const script of $('script[type="application/ld+json"]').toArray()) {
    try {
      collect(JSON.parse($(script).text()), found, 0);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      rejected.push("malformed JSON-LD");
    }
  }
  return { found, rejected, next: $('[rel~="next"]').attr("href") };
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Node = { [key: string]: Json };

/** Deeper than any real page; what is beyond is ignored, so that no page can exhaust the stack. */
const DEEPEST = 12;

/** An event's own parts (its location, sub events) are looked through too: a festival lists its concerts. */
function collect(json: Json, found: Found[], depth: number): void {
  if (depth > DEEPEST || json === null || typeof json !== "object") return;
  if (Array.isArray(json)) return json.forEach((item) => collect(item, found, depth + 1));
  if (isEvent(json)) found.push(eventOf(json));
  for (const part of Object.values(json)) collect(part, found, depth + 1);
}

/** Sub types whose names do not end in "Event". */
const OTHER_TYPES = new Set(["Festival", "Hackathon", "CourseInstance", "ConferenceEvent"]);

function isEvent(node: Node): boolean {
  return [node["@type"]].flat().some((type) => {
    if (typeof type !== "string") return false;
    const name = type.slice(Math.max(type.lastIndexOf("/"), type.lastIndexOf(":")) + 1);
    return name.endsWith("Event") || OTHER_TYPES.has(name);
  });
}

function eventOf(node: Node): Found {
  const place = first(node.location);
  return {
    uid: text(node["@id"]) ?? text(node.identifier),
    name: text(node.name),
    description: text(node.description),
    url: text(node.url),
    start: text(node.startDate),
    end: text(node.endDate),
    venue: typeof place === "string" ? place : text(place?.name),
    address: typeof place === "object" ? addressOf(first(place.address)) : undefined,
    geo: typeof place === "object" ? geoOf(first(place.geo)) : undefined,
  };
}

function addressOf(address: Node | string | undefined): string | undefined {
  if (typeof address !== "object") return address;
  const parts = [address.streetAddress, address.postalCode, address.addressLocality].map(text).filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(", ") : undefined;
}

function geoOf(geo: Node | string | undefined): Found["geo"] {
  if (typeof geo !== "object" || geo.latitude == null || geo.longitude == null) return undefined;
  return { latitude: Number(geo.latitude), longitude: Number(geo.longitude) };
}

function first(json: Json | undefined): Node | string | undefined {
  const one = Array.isArray(json) ? json[0] : json;
  if (typeof one === "string") return one;
  return one !== null && typeof one === "object" && !Array.isArray(one) ? one : undefined;
}

/** A text; of several languages the first. */
function text(json: Json | undefined): string | undefined {
  const one = Array.isArray(json) ? json[0] : json;
  if (typeof one === "string") return one;
  if (typeof one === "number") return String(one);
  return one !== null && typeof one === "object" && !Array.isArray(one) ? text(one["@value"]) : undefined;
}
