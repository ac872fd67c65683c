import { Source } from "@dataspa/capture";
import type { House, Town } from "@dataspa/town";

const DECLARED: Readonly<Record<House, Record<string, unknown>>> = {
  concerthall: { kind: "json-ld" },
  cabaret: { kind: "json-ld" },
  museum: {
    kind: "html",
    selectors: {
      item: "article.event",
      name: ".title",
      url: ".title a@href",
      start: ".when",
      end: ".until",
      venue: ".where",
      description: ".text",
    },
    dateFormat: "dd.MM.yyyy, HH:mm",
  },
  university: { kind: "ical" },
  cinema: { kind: "feed", venueFrom: "category" },
  portal: {
    kind: "json",
    items: "events",
    next: "next",
    fields: {
      id: "id",
      name: "title",
      description: "text",
      start: "begin",
      end: "end",
      venue: "place.name",
      address: "place.street",
      latitude: "place.lat",
      longitude: "place.lon",
    },
  },
};

/** The town's houses, declared as anybody would declare them in `dataspa.yaml`. */
export function sourcesOf(town: Town): Source[] {
  return (Object.keys(DECLARED) as House[]).map((name) =>
    Source.parse({ name, url: town.sites[name], allowPrivateAddresses: true, ...DECLARED[name] }),
  );
}
