import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { account, type SourceAccount } from "./audit/account.ts";
import { readConfiguration } from "./configuration.ts";
import { type Platform, startPlatform } from "./platform.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const HASTE = {
  userAgent: "dataspa test",
  concurrency: 8,
  perSecond: Number.POSITIVE_INFINITY,
  attempts: 2,
  firstPause: 50,
  timeout: 5_000,
};
const SETTINGS = `
port: 0
flink: { checkpointInterval: 1s }
actions: { window: 1s, lateness: 1s }
`;

let folder: string;
const running: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dataspa-platform-"));
  await writeFile(join(folder, "dataspa.yaml"), SETTINGS);
});
afterEach(async () => {
  for (const child of running) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** `npm run dataspa` on the test's folder, until it has said that; its captures begin by themselves. */
async function runUntil(says: RegExp): Promise<ChildProcess> {
  const child = spawn(process.execPath, [MAIN, "--config", join(folder, "dataspa.yaml"), "--data", join(folder, "data")]);
  running.push(child);
  let said = "";
  await new Promise<void>((resolve, reject) => {
    const hear = (text: Buffer) => void ((said += text.toString()), says.test(said) && resolve());
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", (code) => reject(new Error(`it ended with ${code}:\n${said}`)));
  });
  return child;
}

async function start(said: string[]): Promise<Platform> {
  const configuration = await readConfiguration(join(folder, "dataspa.yaml"), { data: join(folder, "data") }, {});
  const clock = () => Date.UTC(2026, 5, 1, 2);
  const { signal } = new AbortController();
  return startPlatform({
    configuration,
    manners: HASTE,
    clock,
    scheduled: false,
    supervised: true,
    signal,
    onProgress: (one) => said.push(one),
  });
}

const incomplete = (sources: readonly SourceAccount[]) =>
  sources.filter(({ missing, twice, unserved, servedTwice }) => missing + twice + unserved + servedTwice > 0);

it(
  "goes on after kill -9, an upgrade and an orderly end without losing or repeating an event, finds gaps, and learns what is popular",
  { timeout: 480_000 },
  async () => {
    const killed = await runUntil(/portal, night of .* events/);
    killed.kill("SIGKILL");
    await once(killed, "exit");

    const said: string[] = [];
    await using platform = await start(said);
    const town = platform.town!;
    town.turnTo("2026-06-01");
    town.befall("cinema", "down");
    await Promise.all(platform.sources.map((source) => platform.capture.capture(source, "2026-06-01")));
    town.befall("cinema", null);
    await platform.deploy();
    expect(said.filter((line) => /runs, from savepoints\//.test(line))).toHaveLength(3);
    await Promise.all(platform.sources.map((source) => platform.capture.capture(source, "2026-06-02")));
    await expect.poll(async () => incomplete(await account(platform)), { timeout: 180_000, interval: 1000 }).toEqual([]);

    await expect
      .poll(async () => (await platform.flow()).gaps, { timeout: 60_000, interval: 1000 })
      .toMatchObject([{ kind: "source-down", source: "cinema", nights: ["2026-06-01"] }]);

    const list = async (query: string) => {
      const answer = await fetch(`${platform.app.url}/api/events?limit=5&${query}`);
      return ((await answer.json()) as { events: { id: string; popularity: number }[] }).events;
    };
    await expect.poll(() => list(""), { timeout: 30_000 }).toHaveLength(5);
    const wanted = (await list("")).at(-1)!.id;
    const actions = [1, 2].map((n) => ({ id: `platform-test-${n}`, type: "save", event: wanted, user: "test-user" }));
    const headers = { "content-type": "application/json" };
    for (const body of [actions, actions])
      await fetch(`${platform.app.url}/api/actions`, { method: "POST", body: JSON.stringify(body), headers });
    await expect
      .poll(async () => (await list("sort=popular"))[0], { timeout: 60_000, interval: 1000 })
      .toMatchObject({ id: wanted, popularity: 10 });
  },
);
