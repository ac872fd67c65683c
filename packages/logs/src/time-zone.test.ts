import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TimeZone, zoneOffset } from "./time-zone.ts";

const wall = (text: string) => Date.parse(`${text}Z`);
const iso = (epoch: number) => new Date(epoch).toISOString();

describe("TimeZone", () => {
  it("takes winter and summer time into account", () => {
    const berlin = new TimeZone("Europe/Berlin");
    expect(iso(berlin.toEpoch(wall("2026-01-15T12:00:00.250")))).toBe("2026-01-15T11:00:00.250Z");
    expect(iso(berlin.toEpoch(wall("2026-07-15T12:00:00")))).toBe("2026-07-15T10:00:00.000Z");
  });

  it("takes the earlier one of a time that the clock shows twice", () => {
    expect(iso(new TimeZone("Europe/Berlin").toEpoch(wall("2026-10-25T02:30:00")))).toBe("2026-10-25T00:30:00.000Z");
  });

  it("reads a time that the clock skips as if it had not been moved yet", () => {
    expect(iso(new TimeZone("Europe/Berlin").toEpoch(wall("2026-03-29T02:30:00")))).toBe("2026-03-29T01:30:00.000Z");
  });

  it.each(["UTC", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia"])(
    "gives back every time of %s that is shown once",
    (name) => {
      const zone = new TimeZone(name);
      const shown = new Intl.DateTimeFormat("sv-SE", { timeZone: name, dateStyle: "short", timeStyle: "medium" });
      fc.assert(
        fc.property(fc.integer({ min: Date.UTC(2001, 0), max: Date.UTC(2059, 0) }), (epoch) => {
          const second = Math.floor(epoch / 1000) * 1000;
          const found = zone.toEpoch(wall(shown.format(second).replace(" ", "T")));
          // A repeated hour gives the earlier time: what is shown is the same.
          expect(shown.format(found)).toBe(shown.format(second));
        }),
      );
    },
  );

  it("refuses a zone that does not exist", () => {
    expect(() => new TimeZone("Europe/Atlantis")).toThrow(RangeError);
  });
});

describe("zoneOffset", () => {
  it("reads the forms that log layouts write", () => {
    expect(["Z", "+02:00", "+0200", "-0330", "+01"].map(zoneOffset)).toEqual([0, 7_200_000, 7_200_000, -12_600_000, 3_600_000]);
  });
});
