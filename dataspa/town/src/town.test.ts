import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTown, type Town } from "./index.ts";

describe("the town", () => {
  let town: Town;
  beforeAll(async () => {
    town = await startTown({ seed: 3 });
    town.turnTo("2026-05-04");
  });
  afterAll(() => town[Symbol.asyncDispose]());
  const text = async (url: string) => (await fetch(url)).text();

  it("lists the same events again the same night, and says so by the ETag", async () => {
    const first = await fetch(town.sites.portal);
    expect(await text(town.sites.portal)).toBe(await first.text());
    const again = await fetch(town.sites.portal, { headers: { "If-None-Match": first.headers.get("ETag")! } });
    expect(again.status).toBe(304);
  });

  it("lists what was announced until it is over", async () => {
    const ids = async () => ((await (await fetch(town.sites.portal)).json()) as { events: { id: string }[] }).events.map(({ id }) => id);
    const today = await ids();
    town.turnTo("2026-05-05");
    const tomorrow = await ids();
    expect(tomorrow).not.toEqual(today);
    expect(tomorrow.filter((id) => today.includes(id)).length).toBeGreaterThan(10);
    town.turnTo("2026-05-04");
  });

  it("speaks HTML, iCal, RSS and JSON", async () => {
    expect(await text(town.sites.concerthall)).toContain("application/ld+json");
    expect(await text(town.sites.museum)).toMatch(/<p class="when">\d\d\.\d\d\.2026, \d\d:00 Uhr/);
    expect(await text(town.sites.university)).toContain("DTSTART;TZID=Europe/Berlin:2026");
    expect(await text(town.sites.cinema)).toContain("<rss");
  });

  it("fails as it is told", async () => {
    town.befall("cinema", "down");
    town.befall("museum", "relaunched");
    expect((await fetch(town.sites.cinema)).status).toBe(503);
    expect(await text(town.sites.museum)).not.toContain('class="event"');
    town.befall("cinema", null);
    town.befall("museum", null);
    expect((await fetch(town.sites.cinema)).status).toBe(200);
  });
});
