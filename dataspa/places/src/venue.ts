import { createHash } from "node:crypto";

/** A place as the API answers it, with the names and the defaults of its documentation ("Places Response Fields", Pro fields). */
export interface Place {
  readonly fsq_place_id: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly categories: readonly {
    readonly fsq_category_id: string;
    readonly name: string;
    readonly short_name: string;
    readonly plural_name: string;
  }[];
  readonly date_created: string;
  readonly date_refreshed: string;
  readonly link: string;
  readonly location: {
    readonly address: string;
    readonly locality: string;
    readonly region: string;
    readonly postcode: string;
    readonly country: string;
    readonly formatted_address: string;
  };
  readonly name: string;
  readonly placemaker_url: string;
}

interface City {
  readonly locality: string;
  readonly region: string;
  /** The first digits of its postcodes. */
  readonly postcode: string;
  readonly latitude: number;
  readonly longitude: number;
}

/** Degrees are of the city's centre. */
const CITIES: readonly City[] = [
  { locality: "Berlin", region: "Berlin", postcode: "10", latitude: 52.517, longitude: 13.389 },
  { locality: "Hamburg", region: "Hamburg", postcode: "20", latitude: 53.55, longitude: 10.0 },
  { locality: "Leipzig", region: "Sachsen", postcode: "04", latitude: 51.34, longitude: 12.375 },
  { locality: "Köln", region: "Nordrhein-Westfalen", postcode: "50", latitude: 50.938, longitude: 6.957 },
  { locality: "München", region: "Bayern", postcode: "80", latitude: 48.137, longitude: 11.575 },
];

const STREETS = [
  "Hafenstraße",
  "Lindenallee",
  "Marktplatz",
  "Am Kanal",
  "Gartenweg",
  "Brückenstraße",
  "Schlossgasse",
  "Bahnhofsplatz",
] as const;

const CATEGORIES = [
  { word: /museum|galerie|gallery|kunsthalle/i, name: "Museum", plural: "Museums" },
  { word: /theater|theatre|bühne|oper/i, name: "Theater", plural: "Theaters" },
  { word: /kino|cinema/i, name: "Movie Theater", plural: "Movie Theaters" },
  { word: /club|keller/i, name: "Night Club", plural: "Night Clubs" },
] as const;
const ANY_CATEGORY = { name: "Event Space", plural: "Event Spaces" } as const;

/** Names that begin so are unknown to the API: what a website's editor wrote instead of a venue. */
const UNKNOWN = /^(tba|online|verschiedene orte|various venues)\b/i;

/**
 * The place of this name, the same one every time for the same seed; at most 5 km (0.05 degrees) from the centre of one of five cities.
 *
 * @param town where all places are; by default any of five
 * @returns `undefined` for names that no place has.
 */
export function placeNamed(name: string, seed: number, town?: string): Place | undefined {
  const called = name.trim();
  if (called === "" || UNKNOWN.test(called)) return undefined;
  const draw = createHash("sha256").update(`${seed}:${called.toLowerCase()}`).digest();
  /** A share of 1 from two bytes of the hash. */
  const share = (at: number) => draw.readUInt16BE(at) / 0x10000;
  const pick = <T>(from: readonly T[], at: number): T => from[Math.floor(share(at) * from.length)]!;

  const city = CITIES.find(({ locality }) => locality === town) ?? pick(CITIES, 0);
  const address = `${pick(STREETS, 2)} ${1 + Math.floor(share(4) * 120)}`;
  const postcode = city.postcode + String(Math.floor(share(6) * 1000)).padStart(3, "0");
  const id = draw.toString("hex").slice(0, 24);
  return {
    fsq_place_id: id,
    latitude: degrees(city.latitude + (share(8) - 0.5) * 0.1),
    longitude: degrees(city.longitude + (share(10) - 0.5) * 0.1),
    categories: [categoryOf(called)],
    date_created: day(2012, share(12)),
    date_refreshed: day(2025, share(14)),
    link: `/places/${id}`,
    location: {
      address,
      locality: city.locality,
      region: city.region,
      postcode,
      country: "DE",
      formatted_address: `${address}, ${postcode} ${city.locality}`,
    },
    name: called,
    placemaker_url: `https://foursquare.com/placemakers/review-place/${id}`,
  };
}

function categoryOf(name: string): Place["categories"][number] {
  const category = CATEGORIES.find(({ word }) => word.test(name)) ?? ANY_CATEGORY;
  const id = createHash("sha256").update(category.name).digest("hex").slice(0, 24);
  return { fsq_category_id: id, name: category.name, short_name: category.name, plural_name: category.plural };
}

/** Six decimals, a tenth of a metre, as the API gives them. */
function degrees(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

function day(year: number, share: number): string {
  return new Date(Date.UTC(year, 0, 1 + Math.floor(share * 365))).toISOString().slice(0, 10);
}

/** Metres between two points on a sphere of the earth's mean radius; the haversine formula. */
export function distanceBetween(a: { latitude: number; longitude: number }, b: { latitude: number; longitude: number }): number {
  const radians = (value: number) => (value * Math.PI) / 180;
  const half = (from: number, to: number) => Math.sin(radians(to - from) / 2) ** 2;
  const h = half(a.latitude, b.latitude) + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * half(a.longitude, b.longitude);
  return 2 * 6_371_009 * Math.asin(Math.sqrt(h));
}
