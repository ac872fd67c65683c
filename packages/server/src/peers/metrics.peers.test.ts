import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Observation } from "@heaptide/model";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AlertKeeper } from "../alerts/keeper.ts";
import { DEFAULT_RULES } from "../alerts/rules.ts";
import { readAlertSettings } from "../alerts/settings.ts";
import { SYSTEM_CLOCK } from "../collect/clock.ts";
import { finding, situation } from "../incidents/finding.test-builders.ts";
import { IncidentKeeper } from "../incidents/keeper.ts";
import { RemoteHistory } from "../metrics/remote-history.ts";
import { RemoteWrite } from "../metrics/remote-write.ts";
import { serveHeaptide } from "../serve.ts";
import { freePort, Peer, programAt, skipReason, until } from "./peer.ts";
import { openStore } from "@heaptide/store";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "heaptide-peers-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Answer {
  readonly data: {
    readonly activeTargets: readonly { readonly health: string; readonly lastError: string }[];
    readonly result: readonly { readonly value: readonly [number, string] }[];
  };
}
interface Told {
  readonly status: string;
  readonly alerts: readonly { readonly labels: Readonly<Record<string, string>> }[];
}
const json = async <T = Answer>(url: string): Promise<T> => (await fetch(url)).json() as Promise<T>;
const samples = (from: number): Observation[] =>
  Array.from({ length: 60 }, (_, i) => ({
    type: "sample",
    at: from + i * 1000,
    incarnation: "7@1",
    measure: "heap.live",
    value: 1000 + i,
  }));

const prometheus = programAt("prometheus");
describe.skipIf(prometheus === null)(`Prometheus${skipReason("prometheus")}`, () => {
  it("scrapes /metrics, and finds nothing wrong with it", async () => {
    const heaptide = await serveHeaptide({ targets: [], dataDirectory: null, port: 0 });
    await using peer = new Peer("prometheus");
    const port = await freePort();
    const target = new URL(heaptide.url).host;
    writeFileSync(
      join(peer.folder, "p.yml"),
      `scrape_configs: [{ job_name: heaptide, scrape_interval: 1s, static_configs: [{ targets: ["${target}"] }] }]\n`,
    );
    const address = `127.0.0.1:${port}`;
    peer.start(prometheus!, ["--config.file=p.yml", "--storage.tsdb.path=data", `--web.listen-address=${address}`]);
    const active = await until("a scrape", async () => {
      const { data } = await json(`http://${address}/api/v1/targets`);
      return data.activeTargets[0]?.health !== "unknown" && data.activeTargets[0];
    });
    expect(active).toMatchObject({ health: "up", lastError: "" });
    const found = await until(
      "the metric",
      async () => (await json(`http://${address}/api/v1/query?query=heaptide_store_buffered_rows`)).data.result[0],
    );
    expect(found.value[1]).toMatch(/^\d+$/);
    await heaptide.close();
  });
});

const victoria = programAt("victoria-metrics");
describe.skipIf(victoria === null)(`VictoriaMetrics${skipReason("victoria-metrics")}`, () => {
  it("takes every sample by remote write, also those of an outage, and gives them back by PromQL", async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const ending = new AbortController();
    const options = { url: `${url}/api/v1/write`, folder: join(folder, "wal"), clock: SYSTEM_CLOCK, processOf: () => "taskmanager@a" };
    const from = Math.floor(Date.now() / 1000) * 1000 - 120_000;
    // Nobody listens yet: the first half waits on the disk, and outlives the one who wrote it.
    const killed = new RemoteWrite({ ...options, signal: AbortSignal.timeout(1) });
    killed.append(samples(from).slice(0, 30));
    await killed.run();
    expect(killed.status).toMatchObject({ waiting: 1, dropped: 0 });

    await using peer = new Peer("victoria");
    peer.start(victoria!, [
      `-httpListenAddr=127.0.0.1:${port}`,
      `-storageDataPath=${join(peer.folder, "data")}`,
      "-search.latencyOffset=0s",
      "-retentionPeriod=1",
    ]);
    await until("its start", async () => (await fetch(`${url}/health`)).ok);
    const write = new RemoteWrite({ ...options, signal: ending.signal });
    write.append(samples(from).slice(30));
    const running = write.run();
    await until("an empty folder", async () => write.status.waiting === 0 && write.status.problem === null);
    ending.abort();
    await running;
    const history = new RemoteHistory(url);
    const series = await until("the samples", async () => {
      const read = await history.series("7@1", "heap.live", { from, to: from + 60_000 }, 60);
      return read.at.length >= 60 && read;
    });
    expect(series.last.at(0)).toBe(1000);
    expect(Math.max(...series.max)).toBe(1059);
  });
});

const alertmanager = programAt("prometheus-alertmanager");
describe.skipIf(alertmanager === null)(`Alertmanager${skipReason("prometheus-alertmanager")}`, () => {
  it("is told of an alarm and of its end", async () => {
    await using peer = new Peer("alertmanager");
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const told: Told[] = [];
    const hook = createServer((request, response) => {
      let body = "";
      request.on("data", (piece) => (body += String(piece)));
      request.on("end", () => {
        told.push(JSON.parse(body) as Told);
        response.end();
      });
    }).listen(0, "127.0.0.1");
    await once(hook, "listening");
    const hookPort = (hook.address() as { port: number }).port;
    writeFileSync(
      join(peer.folder, "a.yml"),
      `route: { receiver: hook, group_wait: 1s, group_interval: 1s }\nreceivers: [{ name: hook, webhook_configs: [{ url: "http://127.0.0.1:${hookPort}/", send_resolved: true }] }]\n`,
    );
    peer.start(alertmanager!, [
      "--config.file=a.yml",
      "--storage.path=data",
      `--web.listen-address=127.0.0.1:${port}`,
      "--cluster.listen-address=",
    ]);
    await until("its start", async () => (await fetch(`${url}/-/ready`)).ok);

    writeFileSync(join(folder, "alerts.yaml"), `channels: [{ name: am, kind: alertmanager, url: "${url}", allow-private: true }]\n`);
    const settings = await readAlertSettings(join(folder, "alerts.yaml"), {});
    const rules = DEFAULT_RULES.map((rule) => ({ ...rule, for: 0, keep: 0 }));
    const ending = new AbortController();
    const store = await openStore(":memory:");
    const incidents = await IncidentKeeper.load({ store, now: () => Date.now(), watchingSince: 0 });
    const onBug = (error: unknown) => expect.unreachable(String(error));
    const alerts = await AlertKeeper.load({
      store,
      incidents,
      settings: { ...settings, rules },
      clock: SYSTEM_CLOCK,
      signal: ending.signal,
      watchingSince: 0,
      onBug,
    });
    const running = alerts.run();
    const nothing = { from: 0, to: 0, processes: [], jobs: [], changes: [], patterns: [], gaps: [], blind: [] };
    const leaking = situation({ at: Date.now(), findings: [finding()] });
    await alerts.observe(await incidents.update(nothing, leaking.diagnosis));
    await until("the alarm", async () =>
      (await json<Told["alerts"]>(`${url}/api/v2/alerts`)).find((alert) => alert.labels["alertname"] === "leaking"),
    );
    await until("word of it", async () => told.some(({ status }) => status === "firing"));

    await alerts.changeRule("leaking", { enabled: false });
    await until("its end", async () => told.some(({ status }) => status === "resolved"));
    expect(told[0]!.alerts[0]).toMatchObject({
      labels: { source: "heaptide", severity: "critical" },
      annotations: { description: finding().headline },
    });
    ending.abort();
    await running;
    await store.close();
    hook.close();
  });
});
