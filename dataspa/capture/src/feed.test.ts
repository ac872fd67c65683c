import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Event, type FeedOptions, startFeed, type Written } from "./index.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "dataspa-feed-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Runs a fast feed until it has written `events` or more. */
async function fed(events: number, options: Partial<FeedOptions> = {}): Promise<Written> {
  const feed = startFeed({ directory, perSecond: 500, every: 20, ...options });
  while (feed.written().events < events) await pause(5);
  await feed.stop();
  return feed.written();
}

async function eventsIn(folder: string): Promise<Event[]> {
  const names = (await readdir(folder)).toSorted();
  const segments = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return segments.flatMap((segment) =>
    segment
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Event),
  );
}

describe("the feed", () => {
  it("has written exactly what it says, and leaves no half segment behind", async () => {
    const written = await fed(50);
    const names = await readdir(directory);
    expect(names).toHaveLength(written.segments);
    expect(names.every((name) => /^events-\d+-\d{6}\.ndjson$/.test(name))).toBe(true);
    const events = await eventsIn(directory);
    expect(events).toHaveLength(written.events);
    expect(events.filter((event) => !event.location.geo)).toHaveLength(written.withoutCoordinates);
  });

  it("leaves out the coordinates of the share asked for", async () => {
    const { events, withoutCoordinates } = await fed(50, { shareWithoutCoordinates: 0.6 });
    expect(withoutCoordinates).toBe(Math.round(events * 0.6));
  });

  it.each([0, 1])("leaves out all or none where the share is %d", async (share) => {
    const { events, withoutCoordinates } = await fed(20, { shareWithoutCoordinates: share });
    expect(withoutCoordinates).toBe(events * share);
  });

  it("tells the same events again for the same seed, and others for another", async () => {
    const names = async (seed: number) => {
      const folder = join(directory, `${seed}-${Math.random()}`);
      await fed(30, { seed, directory: folder });
      return (await eventsIn(folder)).slice(0, 30).map((event) => `${event.name} ${event.location.name}`);
    };
    expect(await names(4)).toEqual(await names(4));
    expect(await names(4)).not.toEqual(await names(5));
  });

  it("ends with its signal", async () => {
    const abort = new AbortController();
    const feed = startFeed({ directory, perSecond: 10, signal: abort.signal });
    abort.abort();
    await expect(feed.ended).resolves.toBeUndefined();
  });

  it("says so when it cannot write", async () => {
    const feed = startFeed({ directory: "/dev/null/nowhere", perSecond: 10 });
    await expect(feed.stop()).rejects.toThrow(/ENOTDIR/);
  });
});
