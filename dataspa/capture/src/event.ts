import { createHash } from "node:crypto";

/** A captured event, with the names of https://schema.org/Event. */
export interface Event {
  readonly name: string;
  readonly description?: string;
  readonly url?: string;
  /** ISO 8601, UTC. */
  readonly startDate: string;
  readonly endDate?: string;
  readonly location: {
    readonly name: string;
    readonly address?: string;
    /** Degrees, WGS 84. */
    readonly geo?: { readonly latitude: number; readonly longitude: number };
  };
}

const KINDS = [
  { name: "Chamber music evening", hours: 2 },
  { name: "Jazz night", hours: 3 },
  { name: "Choir concert", hours: 2 },
  { name: "Organ recital", hours: 1 },
  { name: "Exhibition: New photography", hours: 8 },
  { name: "Exhibition: Drawings from the collection", hours: 8 },
  { name: "Guided tour", hours: 1 },
  { name: "Improvised theatre", hours: 2 },
  { name: "Short film festival", hours: 5 },
  { name: "Poetry reading", hours: 2 },
  { name: "Open studio day", hours: 6 },
  { name: "Puppet theatre for children", hours: 1 },
] as const;

const HOUSES = ["Galerie", "Museum", "Kunsthalle", "Theater", "Kino", "Konzerthaus", "Kulturzentrum", "Bühne", "Stadtbibliothek"] as const;
const PLACES = [
  "am Hafen",
  "im Park",
  "am Markt",
  "an der Brücke",
  "im alten Speicher",
  "Nord",
  "Süd",
  "am Kanal",
  "im Schloss",
  "am Ring",
] as const;

/** One event in so many has no venue yet. */
const UNANNOUNCED = 25;

/**
 * The event with this number: the same one each time for the same seed. Starts within 90 days after `from`, on the full hour.
 *
 * @param from milliseconds since the epoch.
 */
export function eventNumber(index: number, options: { seed: number; from: number; withCoordinates: boolean }): Event {
  const draw = createHash("sha256").update(`${options.seed}:${index}`).digest();
  const whole = (at: number, below: number) => draw.readUInt32BE(at) % below;
  const pick = <T>(from: readonly T[], at: number): T => from[whole(at, from.length)]!;

  const kind = pick(KINDS, 0);
  const start = Math.ceil(options.from / HOUR) * HOUR + whole(4, 90 * 24) * HOUR;
  const venue = whole(8, UNANNOUNCED) === 0 ? "TBA" : `${pick(HOUSES, 12)} ${pick(PLACES, 16)}`;
  // Six decimals, somewhere in central Europe.
  const geo = { latitude: 48 + whole(20, 6_000_000) / 1e6, longitude: 7 + whole(24, 7_000_000) / 1e6 };
  return {
    name: `${kind.name} no. ${index + 1}`,
    startDate: new Date(start).toISOString(),
    endDate: new Date(start + kind.hours * HOUR).toISOString(),
    location: options.withCoordinates ? { name: venue, address: `${pick(PLACES, 28)} ${1 + whole(16, 80)}`, geo } : { name: venue },
  };
}

const HOUR = 3_600_000;
