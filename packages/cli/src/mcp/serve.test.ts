import { join } from "node:path";
import { type Heaptide, serveHeaptide } from "@heaptide/server";
import { compileJava, findJdks, type RunningJava, startJava } from "@heaptide/testkit";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { heapDump } from "@heaptide/jvm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const jdks = findJdks();
let java: RunningJava;
let classes: ReturnType<typeof compileJava>;
let heaptide: Heaptide;
let client: Client;
beforeAll(async () => {
  classes = compileJava(jdks);
  java = await startJava({ jdk: jdks[0]!, classes: classes.classes, main: "Keeper" });
  heaptide = await serveHeaptide({ targets: [], dataDirectory: null, port: 0 });
  client = await connected(["--server", heaptide.url]);
});
afterAll(async () => {
  await client.close();
  await heaptide.close();
  await java.stop();
  classes.remove();
});

async function connected(options: readonly string[]): Promise<Client> {
  const args = [join(import.meta.dirname, "../main.ts"), "mcp", ...options];
  const one = new Client({ name: "test", version: "1" });
  await one.connect(new StdioClientTransport({ command: process.execPath, args, stderr: "inherit" }));
  return one;
}

async function call(name: string, input: Record<string, unknown> = {}, of = client) {
  const { content, isError } = (await of.callTool({ name, arguments: input })) as CallToolResult;
  const [text] = content;
  if (text?.type !== "text") throw new Error("an answer without text");
  const answer = text.text.startsWith("{") ? (JSON.parse(text.text) as Record<string, unknown>) : { text: text.text };
  return { isError: isError ?? false, answer };
}

describe("heaptide mcp", () => {
  it("offers its tools with what they cost", async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      "list_processes",
      "list_incidents",
      "read_incident",
      "findings",
      "histogram",
      "diagnose",
      "open_dump",
      "heap_path",
      "heap_query",
    ]);
    expect(tools.find(({ name }) => name === "read_incident")?.annotations?.readOnlyHint).toBe(true);
    expect(tools.find(({ name }) => name === "histogram")?.annotations?.readOnlyHint).toBe(false);
  });

  it("lists the JVMs that are here, and says whether a server watches any", async () => {
    const { answer } = await call("list_processes");
    expect(answer["here"]).toContainEqual(expect.objectContaining({ pid: java.pid, name: "Keeper", attachable: true }));
    expect(answer["watched"]).toEqual({ server: heaptide.url, processes: [] });
  });

  it("reads an incident and the present findings", async () => {
    const at = Date.now();
    heaptide.store.append([{ type: "gap", at, id: "g1", from: at - 60_000, to: null, job: null, title: "No data for a minute" }]);
    await heaptide.store.flush();
    await heaptide.diagnoseNow();
    const incidents = (await call("list_incidents")).answer["incidents"] as { id: string }[];
    expect(incidents).toMatchObject([{ kind: "gap", state: "open", headline: "No data for a minute" }]);
    const { answer } = await call("read_incident", { id: incidents[0]!.id });
    expect(answer).toMatchObject({ id: incidents[0]!.id, timeline: expect.arrayContaining([expect.objectContaining({ kind: "gap" })]) });
    expect((await call("findings")).answer).toMatchObject({ findings: [], missing: expect.anything() });
    const unknown = await call("read_incident", { id: "nothing" });
    expect(unknown).toMatchObject({ isError: true, answer: { code: "SERVER_REFUSED", next: expect.any(String) } });
  });

  it("takes histograms of a real JVM, says what grew since the first and what each cost", async () => {
    const one = await call("histogram", { pid: java.pid, top: 5 });
    expect(one.answer).toMatchObject({ pid: java.pid, comparedWith: null, cost: { pause: expect.any(Number) } });
    expect(one.answer["classes"]).toHaveLength(5);
    const two = await call("histogram", { pid: java.pid, top: 5 });
    expect(two.answer["comparedWith"]).toBe(one.answer["at"]);
    expect((two.answer["classes"] as { instancesGrown?: number }[])[0]).toHaveProperty("instancesGrown");
    expect((await call("histogram", { pid: 1 })).isError).toBe(true);
    expect((await call("histogram", { pid: "many" })).isError).toBe(true);
  });

  it("takes a dump of a JVM, and asks a file for paths and objects", async () => {
    const { answer } = await call("open_dump", { pid: java.pid, top: 3 });
    expect(answer).toMatchObject({ pid: java.pid, cost: { pause: expect.any(Number) }, suspects: expect.any(Array) });
    const dump = await heapDump(java.pid, { kind: "live" });
    try {
      const path = await call("heap_path", { file: dump.file, target: "java.lang.Thread", top: 2 });
      expect(path.answer).toMatchObject({ of: "class", file: dump.file });
      const query = await call("heap_query", { file: dump.file, query: "select count(*) from java.lang.String s" });
      expect(query).toMatchObject({ isError: false, answer: { rows: [[expect.any(Number)]] } });
    } finally {
      await dump.remove();
    }
    expect(await call("open_dump", { file: "/nowhere.hprof" })).toMatchObject({ isError: true, answer: { code: expect.any(String) } });
  });

  it("pauses nothing where the budget is off, and needs no server for what is here", async () => {
    const careful = await connected(["--server", "http://127.0.0.1:9", "--budget", "off"]);
    try {
      expect(await call("histogram", { pid: java.pid }, careful)).toMatchObject({ isError: true, answer: { code: "PROBING_IS_OFF" } });
      expect((await call("list_processes", {}, careful)).answer["watched"]).toMatchObject({ server: null });
    } finally {
      await careful.close();
    }
  });
});
