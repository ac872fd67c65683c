import { createHash } from "node:crypto";

/** What takes place in the town, as its organisers know it. Times are milliseconds since the epoch. */
export interface Happening {
  /** Stable, the organiser's own. */
  readonly uid: string;
  readonly name: string;
  readonly description: string;
  readonly start: number;
  readonly end: number;
  readonly venue: string;
  readonly address: string;
  readonly geo: { readonly latitude: number; readonly longitude: number };
  /** Something about it is wrong, as it happens where people fill in forms. */
  readonly flaw: Flaw | undefined;
}

export type Flaw = "past" | "not-on-earth" | "ends-first" | "nameless" | "odd-title";

/** How much a house announces. Rates are new events a night, Sunday first. */
export interface Programme {
  readonly house: string;
  readonly venues: readonly string[];
  readonly kinds: readonly { readonly name: string; readonly hours: number }[];
  readonly rates: readonly [number, number, number, number, number, number, number];
  /** Announced at most so many days ahead. */
  readonly horizon: number;
  /** Of its announcements, 0 to 1. */
  readonly flaws: number;
}

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** Of the town, where its houses are; degrees. */
const CENTRE = { latitude: 51.34, longitude: 12.375 };

const FLAWS: readonly Flaw[] = ["past", "not-on-earth", "ends-first", "nameless", "odd-title"];
const ODD_TITLES = [
  "<script>alert('hello')</script>Open stage",
  "Robert'); DROP TABLE events;-- live",
  "“Quotes” & <b>bold</b> promises",
  "Ärger im Öl · 日本の夜 🎷",
];
const SUBJECTS = [
  "Night music",
  "Songs of the river",
  "A winter's journey",
  "New sounds",
  "Voices of the city",
  "Light and shadow",
  "Letters from the north",
  "Old masters",
  "The long evening",
  "Machines and dreams",
  "Under the roof",
  "On the move",
];

/** The houses' programmes, the same ones for the same seed. Pure but for a memory of what was drawn. */
export class Happenings {
  readonly #seed: number;
  readonly #announced = new Map<string, readonly Happening[]>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Everything announced up to a night and not over yet, by start. @param night its midnight UTC, milliseconds. */
  listed(programme: Programme, night: number): Happening[] {
    const listed: Happening[] = [];
    for (let day = night - programme.horizon * DAY; day <= night; day += DAY) {
      listed.push(...this.#announcedOn(programme, day).filter(({ end, flaw }) => end > night || flaw === "past" || flaw === "ends-first"));
    }
    return listed.toSorted((a, b) => a.start - b.start || (a.uid < b.uid ? -1 : 1));
  }

  #announcedOn(programme: Programme, day: number): readonly Happening[] {
    const key = `${programme.house}:${day}`;
    const known = this.#announced.get(key);
    if (known) return known;
    const draw = drawsOf(`${this.#seed}:${key}`);
    const rate = programme.rates[new Date(day).getUTCDay()]!;
    // The part behind the point is the chance of one more; half again as many or as few, so that no two weeks are alike.
    const expected = rate * (0.5 + draw(0));
    const count = Math.floor(expected) + (draw(1) < expected % 1 ? 1 : 0);
    const announced = Array.from({ length: count }, (_, index) =>
      happening(programme, day, index, drawsOf(`${this.#seed}:${key}:${index}`)),
    );
    this.#announced.set(key, announced);
    return announced;
  }
}

function happening(programme: Programme, day: number, index: number, draw: (at: number) => number): Happening {
  const pick = <T>(from: readonly T[], at: number): T => from[Math.floor(draw(at) * from.length)]!;
  const kind = pick(programme.kinds, 0);
  const venue = pick(programme.venues, 1);
  const flaw = draw(2) < programme.flaws ? pick(FLAWS, 3) : undefined;
  const ahead = flaw === "past" ? -9 : 1 + Math.floor(draw(4) * (programme.horizon - 1));
  const start = day + ahead * DAY + (9 + Math.floor(draw(5) * 12)) * HOUR;
  const number = Math.floor(day / DAY) * 100 + index;
  return {
    uid: `${programme.house}-${number}`,
    name: flaw === "nameless" ? "" : flaw === "odd-title" ? pick(ODD_TITLES, 6) : `${kind.name}: ${pick(SUBJECTS, 6)} no. ${number % 1000}`,
    description: `${kind.name} at ${venue}. Doors open half an hour before. Tickets at the door & online.`,
    start,
    end: flaw === "ends-first" ? start - HOUR : start + kind.hours * HOUR,
    venue,
    address: `${pick(["Hafenstraße", "Lindenallee", "Marktplatz", "Am Kanal"], 7)} ${1 + Math.floor(draw(8) * 90)}, Leipzig`,
    geo: flaw === "not-on-earth" ? { latitude: 512.34, longitude: 12.4 } : near(venue),
    flaw,
  };
}

/** A venue is where its name says: at most 4 km from the centre. */
function near(venue: string): Happening["geo"] {
  const draw = drawsOf(venue);
  const degrees = (value: number) => Math.round(value * 1e6) / 1e6;
  return { latitude: degrees(CENTRE.latitude + (draw(0) - 0.5) * 0.07), longitude: degrees(CENTRE.longitude + (draw(1) - 0.5) * 0.11) };
}

/** Shares from 0 to below 1, independent of each other, the same for the same text. */
function drawsOf(text: string): (at: number) => number {
  const hash = createHash("sha512").update(text).digest();
  return (at) => hash.readUInt32BE(at * 4) / 2 ** 32;
}
