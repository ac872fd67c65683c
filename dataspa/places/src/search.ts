import { z } from "zod";
import { distanceBetween, type Place, placeNamed } from "./venue.ts";

const PLACE_FIELDS = [
  "fsq_place_id",
  "latitude",
  "longitude",
  "categories",
  "date_created",
  "date_refreshed",
  "distance",
  "link",
  "location",
  "name",
  "placemaker_url",
] as const;
type Field = (typeof PLACE_FIELDS)[number];

const point = z
  .string()
  .regex(/^-?\d+(\.\d+)?,-?\d+(\.\d+)?$/, "must be latitude,longitude")
  .transform((text) => {
    const [latitude, longitude] = text.split(",").map(Number) as [number, number];
    return { latitude, longitude };
  })
  .refine(({ latitude, longitude }) => Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180, "is not on earth");

const fields = z
  .string()
  .transform((text) => text.split(",").map((field) => field.trim()))
  .pipe(z.array(z.enum(PLACE_FIELDS)));

/**
 * The query of `GET /places/search`, as far as the platform uses it. Limits and defaults as documented: 10 results, at most 50; a radius of
 * 22 km, at most 100 km, which counts together with `ll` only. Parameters that are not listed are ignored.
 */
export const SearchQuery = z.object({
  query: z.string().optional(),
  ll: point.optional(),
  near: z.string().optional(),
  radius: z.coerce.number().int().min(0).max(100_000).default(22_000),
  limit: z.coerce.number().int().min(1).max(50).default(10),
  fields: fields.default([...PLACE_FIELDS]),
  sort: z.enum(["RELEVANCE", "RATING", "DISTANCE", "POPULARITY"]).default("RELEVANCE"),
});
export type SearchQuery = z.infer<typeof SearchQuery>;

/** Metres; only where the query has an `ll`. */
type FoundPlace = Place & { readonly distance?: number };

export interface SearchAnswer {
  readonly results: readonly Partial<FoundPlace>[];
}

/** At most one place: the one of that name, if it lies where it was looked for. */
export function search(query: SearchQuery, seed: number, town?: string): SearchAnswer {
  const place = query.query === undefined ? undefined : placeNamed(query.query, seed, town);
  if (!place) return { results: [] };
  if (query.near !== undefined && !query.near.toLowerCase().includes(place.location.locality.toLowerCase())) return { results: [] };
  if (!query.ll) return { results: [select(place, query.fields)] };
  const distance = Math.round(distanceBetween(query.ll, place));
  return { results: distance > query.radius ? [] : [select({ ...place, distance }, query.fields)] };
}

function select(place: FoundPlace, wanted: readonly Field[]): Partial<FoundPlace> {
  return Object.fromEntries(wanted.filter((field) => field in place).map((field) => [field, place[field]]));
}
