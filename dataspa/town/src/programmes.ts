import type { Programme } from "./happenings.ts";

/** The houses of the town. One of them, the cabaret, has nothing new on most nights: a quiet night there is no gap. */
export const PROGRAMMES = {
  concerthall: {
    house: "concerthall",
    venues: ["Großer Saal", "Kleiner Saal", "Orgelsaal"],
    kinds: [
      { name: "Symphony concert", hours: 3 },
      { name: "Chamber music", hours: 2 },
      { name: "Organ recital", hours: 1 },
    ],
    rates: [1, 3, 3, 4, 4, 3, 1],
    horizon: 21,
    flaws: 0.01,
  },
  museum: {
    house: "museum",
    venues: ["Stadtmuseum am Markt", "Kunsthalle Nord", "Galerie im alten Speicher", "TBA"],
    kinds: [
      { name: "Exhibition", hours: 8 },
      { name: "Guided tour", hours: 1 },
      { name: "Talk", hours: 2 },
    ],
    rates: [1, 2, 2, 2, 2, 2, 1],
    horizon: 20,
    flaws: 0.02,
  },
  university: {
    house: "university",
    venues: ["Audimax", "Botanischer Garten", "Alte Bibliothek", "Sternwarte"],
    kinds: [
      { name: "Public lecture", hours: 2 },
      { name: "Panel", hours: 2 },
      { name: "Choir concert", hours: 2 },
    ],
    rates: [0.3, 3, 3, 3, 3, 2, 0.3],
    horizon: 18,
    flaws: 0.01,
  },
  cinema: {
    house: "cinema",
    venues: ["Kino am Ring", "Kino Süd", "Sommerkino im Park"],
    kinds: [
      { name: "Film", hours: 2 },
      { name: "Short film night", hours: 3 },
    ],
    rates: [2, 4, 4, 5, 5, 4, 2],
    horizon: 8,
    flaws: 0.02,
  },
  portal: {
    house: "portal",
    venues: ["Bühne am Kanal", "Kulturzentrum Süd", "Theater im Park", "Club im Keller", "Stadtbibliothek", "Online"],
    kinds: [
      { name: "Theatre", hours: 2 },
      { name: "Jazz night", hours: 3 },
      { name: "Reading", hours: 2 },
      { name: "Flea market", hours: 6 },
    ],
    rates: [3, 6, 6, 7, 7, 6, 3],
    horizon: 14,
    flaws: 0.04,
  },
  cabaret: {
    house: "cabaret",
    venues: ["Kabarett im Hof"],
    kinds: [{ name: "Cabaret", hours: 2 }],
    rates: [0, 0.1, 0.25, 0.1, 0.1, 0, 0],
    horizon: 6,
    flaws: 0,
  },
} as const satisfies Record<string, Programme>;

export type House = keyof typeof PROGRAMMES;
