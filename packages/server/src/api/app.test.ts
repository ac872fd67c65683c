import { HeaptideError } from "@heaptide/base";
import type { Diagnosis, Observation } from "@heaptide/model";
import { openStore, type Store } from "@heaptide/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accessOf } from "../access/gate.ts";
import { SYSTEM_CLOCK } from "../collect/clock.ts";
import { AgentRegistry } from "../agents/registry.ts";
import { Admission } from "../receive/admission.ts";
import { AlertKeeper } from "../alerts/keeper.ts";
import { NO_ALERT_SETTINGS } from "../alerts/settings.ts";
import { FlowDays } from "../flow/days.ts";
import { IncidentKeeper } from "../incidents/keeper.ts";
import { LatestValues } from "../metrics/latest.ts";
import { LogIntake } from "../receive/intake.ts";
import { LiveDiagnosis } from "../live-diagnosis.ts";
import { createApp } from "./app.ts";
import type { ApiSources } from "./contract.ts";
import { listen } from "./listen.ts";

const NOW = Date.UTC(2026, 10, 23, 12);
const healthy: Diagnosis = {
  verdict: "healthy",
  from: new Date(NOW - 1000).toISOString(),
  to: new Date(NOW).toISOString(),
  finding: null,
  findings: [],
  processes: [],
  missing: [],
  cost: [],
};

const observed: Observation[] = [
  {
    type: "process",
    at: NOW - 60_000,
    process: { key: "taskmanager@localhost", name: "TaskManager localhost", role: "taskmanager" },
    incarnation: {
      key: "7@1",
      process: "taskmanager@localhost",
      pid: 7,
      startedAt: NOW - 60_000,
      endedAt: null,
      flinkId: "tm-1",
      command: "java",
      javaVersion: "17",
      collector: "G1",
      limits: {},
    },
  },
  { type: "sample", at: NOW - 2000, incarnation: "7@1", measure: "heap.live", value: 10 },
  { type: "sample", at: NOW - 1000, incarnation: "7@1", measure: "heap.live", value: 20 },
  {
    type: "snapshot",
    at: NOW - 1000,
    incarnation: "7@1",
    kind: "live",
    classes: { names: ["A", "B"], instances: [1, 2], bytes: [16, 64] },
  },
];

let store: Store;
let app: ReturnType<typeof createApp>;
let sources: ApiSources;
let bugs: unknown[];
beforeEach(async () => {
  bugs = [];
  store = await openStore(":memory:", { flushEvery: 0 });
  store.append(observed);
  const signal = new AbortController().signal;
  const diagnosis = new LiveDiagnosis({
    store,
    diagnose: async () => healthy,
    clock: { ...SYSTEM_CLOCK, now: () => NOW },
    signal,
    onBug: () => {},
  });
  const incidents = await IncidentKeeper.load({ store, now: () => NOW, watchingSince: NOW - 5000 });
  const alerts = await AlertKeeper.load({
    ...{ store, incidents, signal, settings: NO_ALERT_SETTINGS, watchingSince: NOW - 5000 },
    clock: { ...SYSTEM_CLOCK, now: () => NOW },
    onBug: (error) => bugs.push(error),
  });
  const intake = new LogIntake({ store, now: () => NOW, onObserved: () => undefined });
  const about = { version: "1", mode: "live" as const, cutOff: false };
  sources = {
    store,
    diagnosis,
    incidents,
    alerts,
    intake,
    flowDays: await FlowDays.load(store, () => NOW),
    latest: new LatestValues(),
    history: null,
    about,
    agents: await AgentRegistry.load({
      ...{ store, signal, clock: { ...SYSTEM_CLOCK, now: () => NOW }, onObserved: () => undefined, diagnosis: () => null },
      onBug: (error) => bugs.push(error),
    }),
    admission: new Admission(),
    takeObserved: (observations) => store.keep(observations),
    control: null,
    costs: () => [],
    startedAt: NOW - 5000,
    now: () => NOW,
  };
  const access = accessOf({ tokens: null, dataDirectory: null, isSecure: false, publicOrigin: null, now: () => NOW });
  app = createApp({ sources, access, host: "127.0.0.1", onBug: (error) => bugs.push(error), pages: null });
});
afterEach(() => store.close());

const ask = async (path: string, init: Omit<RequestInit, "headers"> & { headers?: Record<string, string> } = {}) => {
  const response = await app.request(path, {
    ...init,
    headers: { host: "127.0.0.1:7070", "content-type": "application/json", ...init.headers },
  });
  return { status: response.status, body: (await response.json()) as never };
};
const post = (path: string, body: string) => ask(path, { method: "POST", body });

describe("the API", () => {
  it("says at the root where it is and how the pages are built, where they are not", async () => {
    const response = await app.request("/", { headers: { host: "127.0.0.1:7070" } });
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("npm run setup");
  });

  it("describes every route in its OpenAPI document", async () => {
    const { body } = await ask("/api/openapi.json");
    expect(Object.keys((body as { paths: object }).paths).sort()).toEqual([
      "/api/about",
      "/api/agents",
      "/api/alerts",
      "/api/alerts/deliveries/{id}/retry",
      "/api/alerts/rules/{id}",
      "/api/alerts/silences",
      "/api/alerts/silences/{id}",
      "/api/alerts/test",
      "/api/audit",
      "/api/changes",
      "/api/diagnosis",
      "/api/findings/{id}",
      "/api/flow",
      "/api/flow/days",
      "/api/gaps",
      "/api/health",
      "/api/incidents",
      "/api/incidents/{id}",
      "/api/incidents/{id}/acknowledge",
      "/api/jobs",
      "/api/jvms",
      "/api/overview",
      "/api/patterns",
      "/api/patterns/lines",
      "/api/probes",
      "/api/processes",
      "/api/processes/{key}/allocations",
      "/api/processes/{key}/comparison",
      "/api/processes/{key}/counting",
      "/api/processes/{key}/looking",
      "/api/processes/{key}/series",
      "/api/processes/{key}/snapshots",
      "/api/targets",
    ]);
  });

  it("shows a pattern with its lines, what varies in them, and what is known of such messages", async () => {
    const line = {
      type: "log",
      incarnation: "7@1",
      patternId: "p",
      level: "error",
      logger: "a.B",
      throwable: "java.lang.OutOfMemoryError",
    } as const;
    const pattern = "<*> calls, then: java.lang.OutOfMemoryError: unable to create native thread";
    for (const calls of [7, 8]) {
      const message = pattern.replace("<*>", String(calls));
      store.append([{ ...line, at: NOW - 1000 + calls, pattern, message, frame: "a.B.call" }]);
      await store.flush();
    }
    expect((await ask("/api/patterns")).body).toMatchObject([
      {
        pattern,
        frame: "a.B.call",
        known: { weight: "decisive", meaning: expect.stringContaining("threads") as string },
      },
    ]);
    expect((await ask("/api/patterns/lines?incarnation=7@1&pattern=p")).body).toMatchObject([{ parameters: ["8"] }, { parameters: ["7"] }]);
  });

  it("gives health with the state of the store", async () => {
    expect(await ask("/api/health")).toMatchObject({
      status: 200,
      body: { status: "ok", uptime: 5000, store: { dropped: 0, failure: null } },
    });
  });

  it("gives processes, a series and snapshots", async () => {
    const key = encodeURIComponent("taskmanager@localhost");
    expect(await ask("/api/processes")).toMatchObject({
      body: [{ process: { key: "taskmanager@localhost" }, incarnations: [{ key: "7@1" }] }],
    });
    expect(await ask(`/api/processes/${key}/series?measure=heap.live&from=${NOW - 5000}`)).toMatchObject({
      body: [{ measure: "heap.live", lives: [{ incarnation: "7@1", at: [NOW - 2000, NOW - 1000], last: [10, 20] }] }],
    });
    const beforeAnyLife = await ask(`/api/processes/${key}/series?measure=heap.live&from=0&to=0`);
    expect(beforeAnyLife).toEqual({ status: 200, body: [{ measure: "heap.live", lives: [] }] });
    expect(await ask(`/api/processes/${key}/snapshots?top=1`)).toMatchObject({
      body: { lives: [{ at: [NOW - 1000], classes: [{ name: "A" }] }] },
    });
  });

  it("gives the overview, the worst first, with the live set and why nothing is known", async () => {
    expect(await ask(`/api/overview?from=${NOW - 5000}`)).toMatchObject({
      status: 200,
      body: {
        processes: [{ process: { key: "taskmanager@localhost" }, verdict: "unknown", liveSet: { measure: "heap.live", value: [10, 20] } }],
      },
    });
  });

  it("compares two snapshots class by class", async () => {
    const key = encodeURIComponent("taskmanager@localhost");
    const classes = { names: ["A", "C"], instances: [5, 1], bytes: [80, 8] };
    store.append([{ type: "snapshot", at: NOW - 500, incarnation: "7@1", kind: "live", classes }]);
    expect(await ask(`/api/processes/${key}/comparison`)).toMatchObject({
      status: 200,
      body: {
        at: [NOW - 1000, NOW - 500],
        classes: {
          name: ["A", "B", "C"],
          instancesBefore: [1, 2, 0],
          instances: [5, 0, 1],
          trend: [
            [1, 5],
            [2, 0],
            [0, 1],
          ],
        },
      },
    });
    expect(await ask(`/api/processes/${key}/comparison?kind=all`)).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
  });

  it("switches nothing in a process that is not being watched", async () => {
    const path = `/api/processes/${encodeURIComponent("taskmanager@localhost")}/counting`;
    expect(await ask(path, { method: "PUT", body: '{"on":false}' })).toMatchObject({ body: { code: "NOT_WATCHED" } });
  });

  it("gives the diagnosis", async () => {
    expect(await ask("/api/diagnosis")).toEqual({ status: 200, body: healthy });
  });

  it("takes a change that CI posts, once however often it is posted", async () => {
    const change = JSON.stringify({
      id: "build-7",
      at: "2026-11-23T11:59:00.000Z",
      title: "rolled out 1.2.3",
      attributes: { commit: "abc" },
    });
    expect(await post("/api/changes", change)).toMatchObject({ status: 200, body: { id: "build-7", kind: "external" } });
    await post("/api/changes", change);
    expect(await ask("/api/changes")).toMatchObject({ body: [{ id: "build-7", title: "rolled out 1.2.3" }] });
  });

  it("answers what is wrong with a request, as code, message and next step", async () => {
    expect(await post("/api/changes", '{"titel":"x"}')).toMatchObject({
      status: 400,
      body: { code: "INVALID_REQUEST", next: expect.any(String) },
    });
    expect(await post("/api/changes", "{")).toMatchObject({ status: 400, body: { code: "INVALID_REQUEST" } });
    expect(await ask("/api/processes/nobody/series?measure=heap.live")).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
    expect(await ask("/api/processes/x/series?measure=nonsense")).toMatchObject({ status: 400, body: { code: "INVALID_REQUEST" } });
    expect(await ask("/api/changes?from=yesterday")).toMatchObject({ status: 400, body: { message: expect.stringContaining("from") } });
    expect(await ask("/api/findings/none")).toMatchObject({ status: 404 });
    expect(await ask("/api/nowhere")).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
    expect(bugs).toEqual([]);
  });

  it("refuses a host that is not loopback", async () => {
    for (const host of ["evil.example", "evil.example:7070", "127.0.0.1.evil.example"]) {
      expect(await ask("/api/health", { headers: { host } })).toMatchObject({ status: 403, body: { code: "FOREIGN_HOST" } });
    }
    for (const host of ["localhost:7070", "[::1]:7070", "127.0.0.1"]) {
      expect(await ask("/api/health", { headers: { host } })).toMatchObject({ status: 200 });
    }
  });

  it("refuses a body of more than a megabyte", async () => {
    const body = JSON.stringify({ title: "x".repeat(2 << 20) });
    expect(await ask("/api/changes", { method: "POST", body, headers: { "content-length": String(body.length) } })).toMatchObject({
      status: 413,
    });
  });

  it("says no more than that there is a bug", async () => {
    store.processes = () => Promise.reject(new TypeError("secret inside"));
    expect(await ask("/api/processes")).toMatchObject({
      status: 500,
      body: { code: "BUG", message: expect.not.stringContaining("secret") },
    });
    expect(bugs).toHaveLength(1);
  });
});

describe("the server's socket", () => {
  it("streams the diagnosis as events and ends the stream when it closes", async () => {
    const listening = await listen(app, "127.0.0.1", 0);
    await fetch(`${listening.url}/api/diagnosis`);
    const response = await fetch(`${listening.url}/api/events`);
    const { value } = await response.body!.getReader().read();
    expect(new TextDecoder().decode(value)).toContain(`event: diagnosis\ndata: ${JSON.stringify(healthy)}`);
    await listening.close();
  });

  it("is an expected failure where the port is taken", async () => {
    const first = await listen(app, "127.0.0.1", 0);
    const port = Number(new URL(first.url).port);
    await expect(listen(app, "127.0.0.1", port)).rejects.toThrow(HeaptideError);
    await expect(listen(app, "127.0.0.1", port)).rejects.toMatchObject({ code: "PORT_IN_USE" });
    await first.close();
  });
});
