import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChangeSeen, Observation } from "@heaptide/model";
import { afterEach, beforeEach, expect, it } from "vitest";
import { encodeObservations } from "../agents/protocol.ts";
import { type Heaptide, serveHeaptide } from "../serve.ts";
import { TokenFolder } from "./tokens.ts";

let data: string;
let heaptide: Heaptide;
let tokens: TokenFolder;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "heaptide-agent-token-"));
  tokens = new TokenFolder(data, Date.now);
});
afterEach(async () => {
  await heaptide.close();
  rmSync(data, { recursive: true, force: true });
});

/** After the tokens are made: a server without any does not listen. */
async function serve(): Promise<void> {
  heaptide = await serveHeaptide({ targets: [], dataDirectory: data, host: "127.0.0.2", port: 0 });
}

const ended = (incarnation: string): Observation => ({ type: "ended", at: 1, incarnation, reason: "the process is gone" });

async function push(secret: string, agent: string, observations: Observation[]): Promise<{ status: number; code?: string }> {
  const answer = await fetch(`${heaptide.url}/api/agent/observations?agent=${agent}`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-encoding": "gzip" },
    body: new Uint8Array(encodeObservations(observations)),
  });
  return { status: answer.status, ...((await answer.json()) as { code?: string }) };
}

it("takes from an agent's own token what is of its host, and nothing that another could have said", async () => {
  const { secret } = tokens.create("host a", ["agent"], null, "a");
  await serve();
  expect(await push(secret, "a", [ended("a/1@1")])).toMatchObject({ status: 200 });
  expect(await push(secret, "b", [ended("b/1@1")])).toMatchObject({ status: 403, code: "OTHER_AGENT" });
  expect(await push(secret, "a", [ended("a/1@1"), ended("b/1@1")])).toMatchObject({ status: 403, code: "OTHER_AGENT" });
  expect(await push(secret, "a", [ended("ab/1@1")])).toMatchObject({ status: 403, code: "OTHER_AGENT" });
  const change: ChangeSeen = {
    ...{ type: "change", id: "a/x", at: 1, kind: "process-started", job: null, process: "pid:1@b", title: "x", attributes: {} },
  };
  expect(await push(secret, "a", [change])).toMatchObject({ status: 403, code: "OTHER_AGENT" });
  expect(await push(secret, "a", [{ ...change, process: "pid:1@a" }])).toMatchObject({ status: 200 });
});

it("does not let it report in another's name", async () => {
  const { secret } = tokens.create("host a", ["agent"], null, "a");
  await serve();
  const report = async (agent: string) => {
    const answer = await fetch(`${heaptide.url}/api/agent/report`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({
        ...{ agent, version: "1", boot: "1", uptime: 1, now: Date.now(), leaving: false, watching: [], counting: [], costs: [] },
        ...{ waiting: 0, dropped: 0, followed: [] },
      }),
    });
    return answer.status;
  };
  expect(await report("a")).toBe(200);
  expect(await report("b")).toBe(403);
});

it("lets a token that names no agent, also one made before tokens could, speak for any", async () => {
  const { secret } = tokens.create("hosts", ["agent"], null);
  const folder = join(data, "tokens");
  for (const name of readdirSync(folder)) {
    const { agent: _, ...old } = JSON.parse(readFileSync(join(folder, name), "utf8")) as { agent: string | null };
    writeFileSync(join(folder, name), JSON.stringify(old));
  }
  await serve();
  expect(await push(secret, "a", [ended("a/1@1")])).toMatchObject({ status: 200 });
  expect(await push(secret, "b", [ended("b/1@1")])).toMatchObject({ status: 200 });
});
