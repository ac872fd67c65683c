import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normalise, plainText } from "./normalise.ts";
import { dateReader } from "./parse/html.ts";
import { parsePage } from "./parse/parse.ts";
import { missedNight } from "./schedule.ts";
import { Source } from "./source.ts";
import { toUtc } from "./time.ts";
import { isPublicAddress } from "./web/address.ts";
import { decode } from "./web/charset.ts";

const HALL = Source.parse({ kind: "json-ld", name: "hall", url: "https://hall.example/programme" });
const calendar = (lines: readonly string[]) =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:1", "SUMMARY:Talk", ...lines, "END:VEVENT", "END:VCALENDAR"].join("\r\n");
const ICAL = Source.parse({ kind: "ical", name: "uni", url: "https://uni.example/c.ics" });
const NOW = Date.UTC(2026, 4, 1);

describe("an event from a page", () => {
  it("has text without markup, whatever stands in its title", () => {
    expect(plainText("<script>alert(1)</script>Open <b>stage</b> &amp; more", 500)).toBe("Open stage & more");
    expect(plainText("Robert'); DROP TABLE events;--", 500)).toBe("Robert'); DROP TABLE events;--");
  });

  it("never has an address that is not http", () => {
    const found = { name: "x", start: "2026-05-01T10:00", url: "javascript:alert(1)" };
    expect(normalise(found, HALL)).not.toHaveProperty("url");
  });

  it.each([
    [{ start: "2026-05-01" }, "no name"],
    [{ name: "  <br> ", start: "2026-05-01" }, "no name"],
    [{ name: "x" }, "no start date"],
    [{ name: "x", start: "soon" }, "not a date"],
  ])("%j is refused: %s", (found, rejected) => {
    expect(normalise(found, HALL)).toEqual({ rejected });
  });

  it("keeps its id when it is moved to another day, and has one of its content where the site has none", () => {
    const id = (found: object) => (normalise({ name: "x", start: "2026-05-01T10:00", ...found }, HALL) as { id: string }).id;
    expect(id({ uid: "7" })).toBe(id({ uid: "7", start: "2026-06-01T10:00" }));
    expect(id({})).not.toBe(id({ start: "2026-06-01T10:00" }));
    expect(id({ uid: "u".repeat(5000) }).length).toBeLessThan(60);
  });
});

describe("times", () => {
  it.each([
    ["2026-05-01T19:00", "2026-05-01T17:00:00.000Z"],
    ["2026-12-01T19:00:00", "2026-12-01T18:00:00.000Z"],
    ["2026-05-01", "2026-04-30T22:00:00.000Z"],
    ["2026-05-01 19:00", "2026-05-01T17:00:00.000Z"],
    ["2026-05-01T19:00:00+0300", "2026-05-01T16:00:00.000Z"],
    ["2026-05-01T19:00:00[America/New_York]", "2026-05-01T23:00:00.000Z"],
    // The clocks skip 2:30 in March and show it twice in October.
    ["2026-03-29T02:30", "2026-03-29T01:30:00.000Z"],
    ["2026-10-25T02:30", "2026-10-25T00:30:00.000Z"],
    ["tomorrow", undefined],
    ["2026-13-41T99:00", undefined],
  ])("%s is %s", (text, utc) => {
    expect(toUtc(text, "Europe/Berlin")).toBe(utc);
  });

  it("are no time, or a time, for any text, and never a failure", () => {
    fc.assert(fc.property(fc.string(), (text) => void toUtc(text, "Europe/Berlin")));
  });

  it("are read by the format that a site declares", () => {
    expect(dateReader("dd.MM.yyyy, HH:mm")("Do, 3.12.2026,  9:05 Uhr")).toBe("2026-12-03T09:05");
    expect(dateReader("dd.MM.yyyy")("soon")).toBe("soon");
  });
});

describe("pages", () => {
  it("of malformed HTML give what can be read", () => {
    const html = `<div><script type="application/ld+json">{"@type":"MusicEvent","name":"A","startDate":"2026-05-01"}</script><p><script type="application/ld+json">{"@type": oops`;
    expect(parsePage(html, HALL, NOW)).toMatchObject({ found: [{ name: "A" }], rejected: ["malformed JSON-LD"] });
  });

  it("of any text never fail but as pages of another kind", () => {
    const sources = [
      HALL,
      ICAL,
      Source.parse({ kind: "feed", name: "f", url: "https://f.example" }),
      Source.parse({ kind: "json", name: "j", url: "https://j.example", items: "a.b", fields: { name: "n", start: "s" } }),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...sources), fc.oneof(fc.string(), fc.json()), (source, text) => {
        try {
          parsePage(text, source, NOW);
        } catch (error) {
          expect((error as Error).name).toBe("UnexpectedPageError");
        }
      }),
    );
  });

  it("of a calendar know zones by their IANA name, and refuse those that nobody knows", () => {
    expect(parsePage(calendar(["DTSTART;TZID=Europe/Berlin:20260501T190000"]), ICAL, NOW).found[0]?.start).toBe(
      "2026-05-01T19:00:00[Europe/Berlin]",
    );
    expect(parsePage(calendar(["DTSTART;TZID=Middle Earth:20260501T190000"]), ICAL, NOW)).toMatchObject({
      found: [],
      rejected: ["unknown time zone"],
    });
  });

  it("of a calendar list a repeated event as often as it takes place in the days ahead, though it began long ago and never ends", () => {
    const { found } = parsePage(calendar(["DTSTART;TZID=Europe/Berlin:20200106T190000", "RRULE:FREQ=WEEKLY"]), ICAL, NOW);
    expect(found.length).toBeGreaterThanOrEqual(12);
    expect(found.length).toBeLessThanOrEqual(14);
    expect(new Set(found.map(({ uid }) => uid)).size).toBe(found.length);
  });
});

describe("bytes", () => {
  it("that claim to be UTF-8 and are not are read as Windows-1252", () => {
    expect(decode(Buffer.from([0x43, 0x61, 0x66, 0xe9]), "text/html; charset=utf-8")).toEqual({
      text: "Caf\u00e9",
      warning: "wrong charset",
    });
    expect(decode(Buffer.from("Caf\u00e9"), "text/html; charset=klingon")).toEqual({ text: "Caf\u00e9", warning: "unknown charset" });
  });
});

describe("addresses", () => {
  it.each([
    "127.0.0.1",
    "10.1.2.3",
    "192.168.0.1",
    "169.254.169.254",
    "::1",
    "fd00::1",
    "fe80::1",
    "::ffff:127.0.0.1",
    "0.0.0.0",
    "100.64.0.1",
    "224.0.0.1",
    "not one",
  ])("%s is not public", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])("%s is public", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe("a night that was missed", () => {
  const at = Date.UTC(2026, 4, 10, 12);
  const report = (night: string) => ({ source: "hall", night, at: `${night}T01:00:00.000Z` }) as never;

  it("is caught up with once, however long the platform was off", () => {
    expect(missedNight(HALL, [report("2026-05-02")], at)).toBe("2026-05-10");
    expect(missedNight(HALL, [report("2026-05-10")], at)).toBeUndefined();
  });
});
