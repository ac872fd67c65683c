import { type FlowDay, FlowDay as FlowDaySchema, type JobSeen } from "@heaptide/model";
import { openStore, type Store } from "@heaptide/store";
import { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FlowDays } from "../flow/days.ts";
import { flowDayRoutes } from "./flow-days.ts";
import { gapRoutes } from "./gaps.ts";
import { answerFailure } from "./guard.ts";

const NOW = Date.UTC(2026, 10, 23, 12);
const HOUR = 3_600_000;
const iso = (at: number) => new Date(at).toISOString();

let store: Store;
let app: Hono;
let observed: unknown[];
beforeEach(async () => {
  observed = [];
  store = await openStore(":memory:", { flushEvery: 0 });
  app = new Hono();
  const now = () => NOW;
  const diagnosis = { noteObserved: (news: unknown[]) => observed.push(...news) } as never;
  app.route("/api", gapRoutes({ store, now, diagnosis }));
  app.route("/api", flowDayRoutes({ store, now, flowDays: await FlowDays.load(store, now) }));
  app.onError(
    answerFailure((error) => {
      throw error;
    }),
  );
});
afterEach(() => store.close());

async function ask(path: string, body?: unknown) {
  const headers = { "content-type": "application/json" };
  const response = await app.request(path, body === undefined ? {} : { method: "POST", body: JSON.stringify(body), headers });
  return { status: response.status, body: (await response.json()) as never };
}

const jobSeen = (id: string, startedAt: number): JobSeen => ({
  type: "job",
  at: NOW,
  job: { id, name: "nightly", state: "RUNNING", startedAt, endedAt: null, operators: [], incarnations: [] },
});

describe("a gap that a pipeline tells of", () => {
  const gap = (more: object = {}) => ({ id: "p:1", from: iso(NOW - HOUR), title: "46 events are not processed: no TaskManager", ...more });

  it("is kept as the job's whose name was given, of several the one that started last", async () => {
    store.append([jobSeen("old", NOW - 5 * HOUR), jobSeen("young", NOW - 2 * HOUR)]);
    await store.flush();
    const stored = { type: "gap", at: NOW, ...gap({ from: NOW - HOUR, to: null }), job: "young" };
    expect(await ask("/api/gaps", gap({ job: "nightly" }))).toEqual({ status: 200, body: stored });
    expect(observed).toEqual([stored]);
    expect((await store.history()).gaps).toEqual([stored]);
  });

  it("is over when it is told again with its end, and is still one gap", async () => {
    await ask("/api/gaps", gap());
    await ask("/api/gaps", gap({ to: iso(NOW - HOUR / 2), elsewhere: true }));
    expect(await ask("/api/gaps")).toMatchObject({ body: [{ id: "p:1", job: null, to: NOW - HOUR / 2, elsewhere: true }] });
  });

  it.each([
    ["ends before it begins", gap({ to: iso(NOW - 2 * HOUR) }), "to: is before from"],
    ["has no time", gap({ from: "yesterday" }), "from"],
    ["has no title", gap({ title: "" }), "title"],
    ["says what nobody knows", gap({ severity: 1 }), "severity"],
    ["is endless", gap({ title: "x".repeat(501) }), "title"],
  ])("is refused where it %s", async (_, body, says) => {
    expect(await ask("/api/gaps", body)).toMatchObject({
      status: 400,
      body: { code: "INVALID_REQUEST", message: expect.stringContaining(says) },
    });
    expect((await store.history()).gaps).toEqual([]);
  });
});

describe("the calendar of the data flow", () => {
  const day = (more: Partial<FlowDay> = {}): FlowDay =>
    FlowDaySchema.parse({ source: "hall", day: "2026-11-22", listed: 12, captured: 12, processed: 5, duplicates: 6, rejected: 1, ...more });

  it("shows the days of a year, a source's each once, as they were told last", async () => {
    expect(await ask("/api/flow/days", [day(), day({ source: "cinema" }), day({ day: "2025-11-20" })])).toEqual({
      status: 200,
      body: { taken: 3 },
    });
    await ask("/api/flow/days", [day({ processed: 4, expected: 11 })]);
    const { body } = await ask("/api/flow/days");
    expect(body).toEqual({
      from: "2025-11-24",
      to: "2026-11-23",
      days: [day({ source: "cinema" }), day({ processed: 4, expected: 11 })],
      gaps: [],
    });
  });

  it("is there again after a restart, without what is older than it shows", async () => {
    await ask("/api/flow/days", [day({ day: "2024-01-01" })]);
    await ask("/api/flow/days", [day()]);
    expect((await FlowDays.load(store, () => NOW)).between("0000", "9999")).toEqual([day()]);
  });

  it("comes with the gaps of its days", async () => {
    await ask("/api/gaps", { id: "p:1", from: "2026-11-22T02:00:00Z", to: "2026-11-22T08:00:00Z", title: "hall was down" });
    expect(await ask("/api/flow/days?from=2026-11-22&to=2026-11-22")).toMatchObject({ body: { gaps: [{ id: "p:1" }] } });
    expect(await ask("/api/flow/days?from=2026-11-23")).toMatchObject({ body: { gaps: [] } });
  });

  it.each([
    [[]],
    [[{ ...day(), captured: -1 }]],
    [[{ ...day(), day: "2026-02-30" }]],
    [[{ ...day(), more: 1 }]],
    [{}],
    [Array(501).fill(day())],
  ])("refuses what is no day, and keeps nothing of it", async (body) => {
    expect(await ask("/api/flow/days", body)).toMatchObject({ status: 400, body: { code: "INVALID_REQUEST" } });
    expect(await ask("/api/flow/days?from=yesterday")).toMatchObject({ status: 400 });
    expect(await ask("/api/flow/days")).toMatchObject({ body: { days: [] } });
  });
});
