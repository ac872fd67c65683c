import { mkdir, mkdtemp, rm, writeFile, appendFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findEvents, findGaps, flowNights, rejections, ServingStore, SinkImport, StateLog, states } from "./index.ts";

const FOREVER = { from: 0, to: Date.UTC(2100, 0), radius: 1000, words: [], sort: "start", offset: 0, limit: 50 } as const;
const ALL = { from: "0000", to: "9999" };

describe("the serving store", () => {
  let folder: string;
  let store: ServingStore;
  let imports: SinkImport;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "dataspa-serving-"));
    for (const name of ["ledger", "enriched", "popularity"]) await mkdir(join(folder, name));
    store = await ServingStore.open();
    imports = await SinkImport.open(store, {
      ledger: join(folder, "ledger"),
      enriched: join(folder, "enriched"),
      popularity: join(folder, "popularity"),
      reports: join(folder, "reports.ndjson"),
    });
  });
  afterEach(async () => {
    await store[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const lines = (...objects: object[]) => objects.map((object) => `${JSON.stringify(object)}\n`).join("");
  const event = (number: number, more: object = {}) => ({
    id: `hall:${number}`,
    name: `Concert no. ${number}`,
    startDate: `2026-05-0${number}T19:00:00.000Z`,
    location: { name: "Hall", geo: { latitude: 51.34, longitude: 12.37 + number / 100 } },
    capture: {
      record: `run/${number}`,
      source: "hall",
      night: "2026-05-01",
      at: "2026-05-01T02:00:00.000Z",
      publishedAt: "2026-05-01T02:00:01.000Z",
    },
    ...more,
  });
  const outcome = (number: number, what: string, more: object = {}) => ({
    record: `run/${number}`,
    source: "hall",
    night: "2026-05-01",
    event: `hall:${number}`,
    outcome: what,
    coordinates: false,
    publishedAt: "2026-05-01T02:00:01.000Z",
    processedAt: Date.parse("2026-05-01T02:00:03Z"),
    ...more,
  });
  const report = {
    run: "run",
    source: "hall",
    night: "2026-05-01",
    at: "2026-05-01T02:00:00.000Z",
    took: 5,
    status: "ok",
    pages: 1,
    unchanged: 0,
    bytes: 900,
    listed: 4,
    found: 4,
    captured: 3,
    rejected: { "no name": 1 },
    warnings: {},
    problem: null,
  };

  it("serves what is in finished files, once, and leaves out those that are still written", async () => {
    await writeFile(join(folder, "enriched", "part-0"), lines(event(1), event(2)));
    await writeFile(join(folder, "enriched", ".part-1.inprogress"), lines(event(3)));
    expect(await imports.refresh()).toBe(1);
    expect(await imports.refresh()).toBe(0);
    const { total, events } = await findEvents(store, FOREVER);
    expect(total).toBe(2);
    expect(events[0]).toMatchObject({ id: "hall:1", start: "2026-05-01T19:00:00.000Z", venue: "Hall", geo: { latitude: 51.34 } });
  });

  it("puts first what people did most with, not long ago", async () => {
    await writeFile(join(folder, "enriched", "part-0"), lines(event(1), event(2), event(3)));
    const counted = (number: number, more: object, end = Date.now()) => ({
      ...{ event: `hall:${number}`, start: end - 600_000, end, views: 0, saves: 0, hides: 0, went: 0 },
      ...more,
    });
    const longAgo = Date.now() - 50 * 86_400_000;
    const windows = [
      counted(3, { saves: 2 }),
      counted(2, { views: 3 }),
      counted(2, { hides: 4 }, Date.now() - 700_000),
      counted(1, { went: 9 }, longAgo),
    ];
    await writeFile(join(folder, "popularity", "part-0"), lines(...windows));
    await imports.refresh();
    const { events } = await findEvents(store, { ...FOREVER, sort: "popular" });
    expect(events.map(({ id, popularity }) => [id, Math.round(popularity)])).toEqual([
      ["hall:3", 10],
      ["hall:1", 1],
      ["hall:2", -17],
    ]);
  });

  it("takes a file once, however many ask for it at a time", async () => {
    await writeFile(join(folder, "enriched", "part-0"), lines(event(1), event(2)));
    expect(await Promise.all([imports.refresh(), imports.refresh(), imports.refresh()])).toEqual([1, 0, 0]);
  });

  it("shows the latest state of an event that was captured again", async () => {
    await writeFile(join(folder, "enriched", "part-0"), lines(event(1)));
    await imports.refresh();
    await writeFile(
      join(folder, "enriched", "part-1"),
      lines(event(1, { name: "Moved", capture: { ...event(1).capture, record: "later/0" } })),
    );
    await imports.refresh();
    expect((await findEvents(store, FOREVER)).events.map(({ name }) => name)).toEqual(["Moved"]);
  });

  it("finds by words, place and day, and bears any text as a word", async () => {
    await writeFile(join(folder, "enriched", "part-0"), lines(event(1), event(2), event(3)));
    await imports.refresh();
    const ids = async (query: object) => (await findEvents(store, { ...FOREVER, ...query })).events.map(({ id }) => id);
    expect(await ids({ words: ["no. 2", "HALL"] })).toEqual(["hall:2"]);
    expect(await ids({ words: ["%'; DROP TABLE events;--"] })).toEqual([]);
    expect(await ids({ near: { latitude: 51.34, longitude: 12.38 }, radius: 100 })).toEqual(["hall:1"]);
    expect(await ids({ from: Date.parse("2026-05-02T00:00:00Z"), to: Date.parse("2026-05-03T00:00:00Z") })).toEqual(["hall:2"]);
    expect(await ids({ offset: 1, limit: 1 })).toEqual(["hall:2"]);
  });

  it("accounts for a night: what was captured, what became of it, and why some of it is not there", async () => {
    await writeFile(join(folder, "reports.ndjson"), lines(report));
    await appendFile(join(folder, "reports.ndjson"), '{"run":"half');
    await writeFile(
      join(folder, "ledger", "part-0"),
      lines(outcome(1, "new"), outcome(2, "duplicate"), outcome(3, "rejected", { reason: "in the past" })),
    );
    await writeFile(join(folder, "enriched", "part-0"), lines(event(1)));
    await imports.refresh();
    const [night] = await flowNights(store, ALL);
    expect(night).toMatchObject({
      source: "hall",
      listed: 4,
      captured: 3,
      refused: 1,
      processed: 1,
      duplicates: 1,
      rejected: 1,
      incomplete: 1,
      found: 1,
      served: 1,
      delay: 2000,
    });
    expect(await rejections(store, ALL)).toEqual([
      { source: "hall", reason: "in the past", count: 1 },
      { source: "hall", reason: "no name", count: 1 },
    ]);
  });

  it("names the TaskManager where it was gone while nothing was processed", async () => {
    await writeFile(join(folder, "reports.ndjson"), lines(report));
    await imports.refresh();
    const log = new StateLog(store);
    const at = Date.parse("2026-05-01T02:00:00Z");
    await log.note({ at: at - 1000, taskManagers: 1, jobs: { p: "RUNNING" }, problem: null });
    await log.note({ at: at + 5000, taskManagers: 0, jobs: { p: "RESTARTING" }, problem: null });
    const gaps = findGaps(await flowNights(store, ALL), await states(store), { now: at + 600_000, patience: 120_000, job: "p" });
    expect(gaps).toMatchObject([{ kind: "not-processed", to: null, reason: "no TaskManager since 02:00:05 UTC" }]);
  });
});
