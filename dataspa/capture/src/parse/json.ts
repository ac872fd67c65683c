import { type Found, type ParsedPage, UnexpectedPageError } from "../found.ts";
import type { Source } from "../source.ts";

type JsonSource = Extract<Source, { kind: "json" }>;

/** Events of a JSON API, by the paths that the source declares. */
export function parseJson(text: string, source: JsonSource): ParsedPage {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new UnexpectedPageError("not JSON");
  }
  const items = at(document, source.items);
  if (!Array.isArray(items)) throw new UnexpectedPageError(`there is no list at ${source.items}`);
  const found: Found[] = [];
  const rejected: string[] = [];
  for (const item of items) {
    if (item === null || typeof item !== "object") rejected.push("not an object");
    else found.push(eventOf(item, source.fields));
  }
  return { found, rejected, next: source.next === undefined ? undefined : textAt(document, source.next) };
}

function eventOf(item: unknown, fields: JsonSource["fields"]): Found {
  const get = (path: string | undefined) => (path === undefined ? undefined : textAt(item, path));
  const [latitude, longitude] = [get(fields.latitude), get(fields.longitude)];
  return {
    uid: get(fields.id),
    name: get(fields.name),
    description: get(fields.description),
    url: get(fields.url),
    start: get(fields.start),
    end: get(fields.end),
    venue: get(fields.venue),
    address: get(fields.address),
    ...(latitude !== undefined && longitude !== undefined && { geo: { latitude: Number(latitude), longitude: Number(longitude) } }),
  };
}

function at(json: unknown, path: string): unknown {
  let value = json;
  for (const key of path.split(".")) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function textAt(json: unknown, path: string): string | undefined {
  const value = at(json, path);
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
