import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Heaptide, readAlertSettings, serveHeaptide } from "@heaptide/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { quietContext } from "../context.test-builders.ts";
import { run } from "../run.ts";

let heaptide: Heaptide;
let receiver: Server;
let folder: string;
const received: string[] = [];
let refuses = false;
beforeAll(async () => {
  receiver = createServer((request, response) => {
    request.setEncoding("utf8").on("data", (piece: string) => received.push(piece));
    request.on("end", () => response.writeHead(refuses ? 500 : 200).end());
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const { port } = receiver.address() as AddressInfo;
  folder = await mkdtemp(join(tmpdir(), "heaptide-server-commands-"));
  const file = join(folder, "alerts.yaml");
  await writeFile(file, `channels:\n  - { kind: webhook, name: on-call, url: "http://127.0.0.1:${port}/hook", allow-private: true }\n`);
  const alerts = await readAlertSettings(file, {});
  heaptide = await serveHeaptide({ targets: [], dataDirectory: null, port: 0, alerts });
});
afterAll(async () => {
  await heaptide.close();
  receiver.close();
  await rm(folder, { recursive: true });
});

async function heaptideSays(words: string, variables: Record<string, string> = {}) {
  const split = words.match(/"[^"]*"|\S+/g)!.map((word) => word.replaceAll('"', ""));
  return run(split, quietContext({ variables: { HEAPTIDE_SERVER: heaptide.url, ...variables } }), "1.2.3");
}
const documentOf = async (words: string, variables?: Record<string, string>) =>
  JSON.parse((await heaptideSays(`${words} --json`, variables)).output) as Record<string, unknown>;

describe("heaptide change", () => {
  it("tells the server what was deployed, with the commit and the page that the pipeline knows", async () => {
    const variables = {
      GITHUB_SHA: "3f2c1ab",
      GITHUB_SERVER_URL: "https://git.example.org",
      GITHUB_REPOSITORY: "data/jobs",
      GITHUB_RUN_ID: "77",
    };
    const { change } = await documentOf('change "enrichment 1.4.2" --job enrichment --at 2026-11-23T12:00:00Z --id run-77', variables);
    expect(change).toEqual({
      id: "run-77",
      at: "2026-11-23T12:00:00.000Z",
      kind: "external",
      job: null,
      process: null,
      title: "enrichment 1.4.2",
      attributes: { commit: "3f2c1ab", url: "https://git.example.org/data/jobs/actions/runs/77", job: "enrichment" },
    });
    await heaptideSays('change "enrichment 1.4.2" --at 2026-11-23T12:00:00Z --id run-77');
    expect(await heaptide.store.changes()).toHaveLength(1);
  });

  it("means the last run of a job that is named", async () => {
    const job = { state: "RUNNING", startedAt: 1, endedAt: null, operators: [], incarnations: [] };
    const runs = [
      { ...job, id: "b".repeat(32), name: "events", startedAt: 2 },
      { ...job, id: "a".repeat(32), name: "events", endedAt: 5 },
    ];
    heaptide.store.append(runs.map((one) => ({ type: "job" as const, at: 1, job: one })));
    await heaptide.store.flush();
    expect((await documentOf('change "events" --job events --sha abc'))["change"]).toMatchObject({ job: "b".repeat(32) });
  });

  it("says what to do where no server answers, and what the server says where it refuses", async () => {
    expect(await heaptideSays("change x --server http://127.0.0.1:9")).toMatchObject({
      exitCode: 2,
      complaint: expect.stringContaining("SERVER_UNREACHABLE") as string,
    });
    expect((await heaptideSays("change x --at yesterday")).complaint).toMatch(/SERVER_REFUSED[\s\S]*next:/);
  });
});

describe("heaptide alert", () => {
  it("tests one channel or all, and fails where one does not take it", async () => {
    expect(await documentOf("alert test")).toMatchObject({ deliveries: [{ channel: "on-call", event: "test", state: "delivered" }] });
    expect(JSON.parse(received.join(""))).toMatchObject({ event: "test" });
    refuses = true;
    const failed = await heaptideSays("alert test on-call");
    refuses = false;
    expect(failed).toMatchObject({ exitCode: 1, output: expect.stringMatching(/on-call +given up .*status 500/) as string });
    expect((await heaptideSays("alert test pager")).complaint).toContain("There is no channel pager");
  });

  it("silences alarms by their labels, and ends a silence", async () => {
    const { silence } = await documentOf('alert silence "job=nightly-*,alertname=gap" --for 30m --comment load');
    expect(silence).toMatchObject({ matchers: { job: "nightly-*", alertname: "gap" }, comment: "load" });
    const { from, to, id } = silence as { from: string; to: string; id: string };
    expect(Date.parse(to) - Date.parse(from)).toBe(1_800_000);
    expect((await heaptideSays("alert")).output).toContain("job=nightly-*,alertname=gap");
    await heaptideSays(`alert silence --end ${id}`);
    expect((await heaptideSays("alert")).output).not.toContain("nightly");
    expect((await heaptideSays("alert silence everything")).complaint).toContain("INVALID_OPTION");
  });

  it("shows that nothing is wrong, and where it would be told", async () => {
    expect(await heaptideSays("alert")).toMatchObject({
      exitCode: 0,
      output: expect.stringMatching(/^No alarm\.\n[\s\S]*on-call \(webhook, http:\/\/127\.0\.0\.1:\d+\/…\)/) as string,
    });
  });
});
