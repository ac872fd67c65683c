import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { compileJava, findJdks, type RunningJava, startJava } from "@heaptide/testkit";
import { afterAll, afterEach, beforeEach, expect, it } from "vitest";
import { TokenFolder } from "../access/tokens.ts";
import { type Heaptide, serveHeaptide } from "../serve.ts";
import { Agent } from "./agent.ts";
import type { UplinkProblem } from "./uplink.ts";

const [jdk] = findJdks();
const { classes, remove } = compileJava([jdk!]);
afterAll(remove);

const AFAR = "127.0.0.2";
let java: RunningJava;
let folder: string;
let heaptide: Heaptide | null;
let agents: { ending: AbortController; ended: Promise<void> }[];
beforeEach(async () => {
  java = await startJava({ jdk: jdk!, classes, main: "Keeper", args: ["1000", "100"] });
  folder = mkdtempSync(join(tmpdir(), "heaptide-agent-"));
  heaptide = null;
  agents = [];
});
afterEach(async () => {
  for (const { ending } of agents) ending.abort();
  await Promise.all(agents.map(({ ended }) => ended));
  await heaptide?.close();
  await java.stop();
  rmSync(folder, { recursive: true, force: true });
});

const data = () => join(folder, "data");
async function serve(port = 0): Promise<Heaptide> {
  return (heaptide = await serveHeaptide({ targets: [], dataDirectory: data(), host: AFAR, port }));
}

function startAgent(server: string, token: string, problems: (UplinkProblem | null)[] = []): AbortController {
  const ending = new AbortController();
  const agent = new Agent({
    ...{ name: "h1", server, token, targets: [{ kind: "pid" as const, pid: java.pid }], folder: join(folder, "agent"), version: "1" },
    ...{ mostBytes: 1 << 20, budget: { share: 1, longest: 60_000 }, histogramEvery: 1000, signal: ending.signal },
    onProblem: (problem) => void problems.push(problem),
  });
  agents.push({ ending, ended: agent.run() });
  return ending;
}

async function until<T>(ask: () => Promise<T | null | undefined | false>): Promise<T> {
  for (;;) {
    const found = await ask();
    if (found) return found;
    await pause(100);
  }
}

it("shows the processes of its host at the server like those of the server's own, and switches their counting as it is told", async () => {
  const secret = new TokenFolder(data(), Date.now).create("all", ["agent", "read", "probe"], null, "h1").secret;
  const { url, store } = await serve();
  startAgent(url, secret);
  const key = `pid:${java.pid}@h1`;
  const known = await until(async () => (await store.processes()).find(({ process }) => process.key === key));
  expect(known.process.name).toBe(`Keeper (${java.pid}) on h1`);
  const [life] = known.incarnations;
  const span = { from: 0, to: Number.MAX_SAFE_INTEGER };
  await until(async () => (await store.series(life!.key, "heap.live", span, 100)).at.length > 0);
  await until(async () => store.snapshots(life!.key, "live", span));
  expect((await store.changes()).map(({ kind, process }) => [kind, process])).toContainEqual(["process-started", key]);

  const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
  const looking = async () =>
    (await (await fetch(`${url}/api/processes/${encodeURIComponent(key)}/looking`, { headers })).json()) as { counting: boolean };
  const overview = async () =>
    (await (await fetch(`${url}/api/overview`, { headers })).json()) as { processes: { process: { key: string } }[] };
  await until(async () => (await looking()).counting);
  expect((await overview()).processes.map(({ process }) => process.key)).toEqual([key]);
  expect(await (await fetch(`${url}/api/agents`, { headers })).json()).toMatchObject([{ name: "h1", state: "heard", watching: 1 }]);
  const off = await fetch(`${url}/api/processes/${encodeURIComponent(key)}/counting`, { method: "PUT", headers, body: '{"on":false}' });
  expect(off.status).toBe(200);
  const agent = async () => ((await (await fetch(`${url}/api/agents`, { headers })).json()) as { orders: number }[])[0]!;
  await until(async () => (await agent()).orders === 0);
  expect((await looking()).counting).toBe(false);
  const counted = async () => (await store.snapshots(life!.key, "live", span))!.at.length;
  await pause(1500);
  const before = await counted();
  await pause(2500);
  expect(await counted()).toBe(before);
});

it("keeps what it saw while the server was away or refused its token, and brings it after", async () => {
  const tokens = new TokenFolder(data(), Date.now);
  const { secret, token } = tokens.create("h1", ["agent"], null, "h1");
  const first = await serve();
  const port = Number(new URL(first.url).port);
  await first.close();
  const problems: (UplinkProblem | null)[] = [];
  const began = Date.now();
  startAgent(first.url, secret, problems);
  await until(async () => problems.length > 0);
  await pause(4500);
  const { store } = await serve(port);
  const restarted = Date.now();
  const life = await until(async () => (await store.processes())[0]?.incarnations[0]);
  const { at } = await until(async () => {
    const series = await store.series(life.key, "heap.used", { from: began, to: Date.now() }, 1000);
    return series.at.at(-1)! > restarted && series;
  });
  expect(at[0]).toBeLessThan(restarted - 2000);
  expect(problems.map((problem) => problem?.code ?? null)).toEqual(["ECONNREFUSED", null]);
  tokens.revoke(token.id);
  expect(await until(async () => problems[2])).toMatchObject({ code: "UNAUTHORIZED" });
});
