import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Heaptide, serveHeaptide } from "@heaptide/server";
import { METRICS } from "@heaptide/server/metrics";
import { readSession } from "@heaptide/store";
import { type FlowSource, startApp } from "@dataspa/app";
import { type FlowNight, ServingStore } from "@dataspa/serving";
import { segmentTransport } from "@dataspa/transport";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { monitoringFiles } from "./files.ts";

const ROOT = join(import.meta.dirname, "../../..");
const files = [...monitoringFiles()];

/** Names of metrics in the queries of all files, without those that recording rules make. */
function named(prefix: string): string[] {
  const names = files.flatMap(([, content]) => content.match(new RegExp(`(?<![:\\w])${prefix}_\\w+(?!:)\\b`, "g")) ?? []);
  return [...new Set(names)].filter((name) => !name.endsWith("_")).toSorted();
}

/** Name -> label names, of what a page of metrics holds. */
function exported(page: string): Map<string, readonly string[]> {
  const lines = page.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const [, name, labels = ""] = /^(\w+)(?:\{(.*)\})? /.exec(line)!;
      return [name!, [...labels.matchAll(/(\w+)="/g)].map(([, label]) => label!)];
    }),
  );
}

describe("the files of monitoring", () => {
  it.each(files)("%s is what `npm run monitoring` makes", (path, content) => {
    expect(readFileSync(join(ROOT, "deploy", path), "utf8")).toBe(content);
  });

  it("ask for metrics of Heaptide that exist", () => {
    expect(named("heaptide").filter((name) => METRICS[name] === undefined)).toEqual([]);
  });
});

describe("what a leak on Flink, recorded with its fix, exports when it is replayed", () => {
  let heaptide: Heaptide;
  let page: Map<string, readonly string[]>;
  beforeAll(async () => {
    const session = await readSession(join(ROOT, "lab/sessions/leak-fixed.low.91.heaptide"), { partial: true });
    heaptide = await serveHeaptide({ targets: [], dataDirectory: null, port: 0, session: { session, speed: Infinity } });
    page = exported(await (await fetch(`${heaptide.url}/metrics`)).text());
  }, 120_000);
  afterAll(() => heaptide.close());

  it("is labelled as it is declared", () => {
    for (const [name, labels] of page) expect({ name, labels }).toEqual({ name, labels: METRICS[name]?.labels });
  });

  it("holds everything that dashboards and rules ask for, but for what needs a gap or a live process", () => {
    const absent = named("heaptide").filter((name) => !page.has(name));
    expect(absent).toEqual(["heaptide_data_gap", "heaptide_probe_pause_milliseconds"]);
  });

  it("alarms about incidents alone whose end is not proved", async () => {
    const { alarms } = await answer<{ alarms: { state: string; incident: string }[] }>("alerts");
    const incidents = await answer<{ id: string; state: string }[]>("incidents");
    const over = incidents.filter(({ state }) => state === "verified" || state === "closed").map(({ id }) => id);
    expect(alarms.length).toBeGreaterThan(0);
    expect(alarms.filter(({ state, incident }) => state === "firing" && over.includes(incident))).toEqual([]);
  });

  const answer = async <Answer>(path: string): Promise<Answer> => (await fetch(`${heaptide.url}/api/${path}`)).json() as Promise<Answer>;
});

describe("dataspa", () => {
  it("exports what the row of its quality asks for", async () => {
    await using store = await ServingStore.open();
    const folder = mkdtempSync(join(tmpdir(), "heaptide-deploy-"));
    const night: FlowNight = {
      ...{ source: "hall", night: "2026-11-24", at: 1_790_000_000_000, status: "ok", problem: null, message: null },
      ...{ pages: 1, unchanged: 0, bytes: 1000, listed: 4, captured: 3, refused: 0, processed: 3, duplicates: 0, rejected: 0 },
      ...{ incomplete: 2, found: 1, served: 3, delay: 1000, endToEnd: 2000, processedAt: null, publishedAt: null },
    };
    const flow: FlowSource = async () => ({ nights: [night], expected: new Map(), gaps: [], rejections: [] });
    const writer = await segmentTransport(folder).writer("actions", "app");
    await using app = await startApp({ store, flow, writer, timeZone: "UTC" });
    const page = exported(await (await fetch(`${app.url}/metrics`)).text());
    expect(named("dataspa").filter((name) => !page.has(name))).toEqual([]);
  });
});
