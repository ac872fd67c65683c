import { gzipSync } from "node:zlib";
import { HeaptideError } from "@heaptide/base";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { openStore, type Store } from "@heaptide/store";
import { Hono } from "hono";
import { compress } from "snappyjs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answerFailure } from "../api/guard.ts";
import { LogIntake } from "./intake.ts";
import { receiverRoutes } from "./routes.ts";

const AT = Date.UTC(2026, 10, 23, 12);
const LINE = "2026-11-23 12:00:00,000 WARN  org.example.Job [] - You are creating too many Client instances: 65";

let store: Store;
let app: Hono;
beforeEach(async () => {
  store = await openStore(":memory:", { flushEvery: 0 });
  app = new Hono();
  app.route("/", receiverRoutes(new LogIntake({ store, now: () => AT + 1000, onObserved: () => undefined })));
  app.onError(
    answerFailure((error) => {
      throw error;
    }),
  );
});
afterEach(() => store.close());

const ALL = { from: 0, to: Number.MAX_SAFE_INTEGER };
async function send(path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const response = await app.request(path, { method: "POST", body, headers });
  const text = await response.text();
  return { status: response.status, body: text.startsWith("{") ? (JSON.parse(text) as unknown) : text };
}
const patterns = async () =>
  (await store.patterns(ALL)).map(({ incarnation, pattern, level, seen }) => ({ incarnation, pattern, level, seen: [...seen] }));
const warned = (incarnation: string) => [
  { incarnation, level: "warn", pattern: "You are creating too many Client instances: <*>", seen: [AT] },
];
const bulk = (...lines: readonly unknown[]) =>
  lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n") + "\n";

describe("the _bulk receiver", () => {
  it("takes what Filebeat sends, packed, and answers for each item", async () => {
    const document = {
      "@timestamp": "2026-11-23T12:00:01Z",
      message: LINE,
      host: { name: "node-1" },
      log: { file: { path: "/log/tm.log" } },
    };
    const body = bulk(
      { create: { _index: "filebeat" } },
      document,
      { delete: { _index: "x", _id: "1" } },
      { index: {} },
      { no: "message" },
      "nonsense",
    );
    const answer = await send("/elastic/_bulk", gzipSync(body), { "content-encoding": "gzip" });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        errors: true,
        items: [
          { create: { status: 201, _index: "filebeat" } },
          { delete: { status: 200 } },
          { index: { status: 400 } },
          { create: { status: 400 } },
        ],
      },
    });
    expect(await patterns()).toEqual(warned("log:node-1//log/tm.log"));
  });

  it("is greeted as shippers greet a server of Elastic's", async () => {
    const response = await app.request("/elastic/");
    expect(response.headers.get("x-elastic-product")).toBe("Elasticsearch");
    expect(await response.json()).toMatchObject({ version: { number: expect.stringMatching(/^8\./) }, tagline: "You Know, for Search" });
    expect(await (await app.request("/elastic/_index_template/filebeat", { method: "PUT", body: "{}" })).json()).toEqual({
      acknowledged: true,
    });
  });

  it("joins a stack trace in one message to one record", async () => {
    const message = `${LINE.replace("WARN", "ERROR")}\njava.lang.IllegalStateException: no\n\tat a.B.c(B.java:1)\nCaused by: java.lang.OutOfMemoryError: Metaspace\n\tat d.E.f(E.java:2)`;
    await send("/_bulk", bulk({ create: {} }, { message, host: { name: "h" } }));
    expect(await store.patterns(ALL)).toMatchObject([{ throwable: "java.lang.OutOfMemoryError", level: "error" }]);
  });

  it("counts what floods, and loses none of it", async () => {
    const document = JSON.stringify({ message: LINE, host: { name: "h" } });
    await send("/_bulk", `{"create":{}}\n${document}\n`.repeat(500));
    const told = (await store.patterns(ALL))[0]!.seen.length;
    const [counted] = await store.patternCounts(ALL);
    expect(told).toBeLessThan(20);
    expect(told + counted!.lines).toBe(500);
  });
});

describe("the other receivers", () => {
  it("take Loki's push as JSON and as protobuf", async () => {
    const json = { streams: [{ stream: { host: "node-1", job: "flink" }, values: [[`${AT}000000`, LINE]] }] };
    expect(await send("/loki/api/v1/push", JSON.stringify(json), { "content-type": "application/json" })).toMatchObject({ status: 204 });
    const timestamp = new BinaryWriter()
      .tag(1, 0)
      .int64(AT / 1000)
      .finish();
    const entry = new BinaryWriter().tag(1, 2).bytes(timestamp).tag(2, 2).string(LINE).finish();
    const stream = new BinaryWriter().tag(1, 2).string('{host="node-2", job="flink"}').tag(2, 2).bytes(entry).tag(3, 0).uint64(7).finish();
    const push = new BinaryWriter().tag(1, 2).bytes(stream).finish();
    expect(await send("/loki/api/v1/push", new Uint8Array(compress(push)), { "content-type": "application/x-protobuf" })).toMatchObject({
      status: 204,
    });
    expect((await patterns()).sort((a, b) => a.incarnation.localeCompare(b.incarnation))).toEqual([
      ...warned("log:node-1/flink"),
      ...warned("log:node-2/flink"),
    ]);
  });

  it("take OTLP as JSON", async () => {
    const record = {
      timeUnixNano: `${AT}000000`,
      severityNumber: 13,
      body: { stringValue: "You are creating too many Client instances: 65" },
    };
    const resource = {
      attributes: [
        { key: "host.name", value: { stringValue: "node-1" } },
        { key: "service.name", value: { stringValue: "flink" } },
      ],
    };
    const body = JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ scope: { name: "org.example" }, logRecords: [record] }] }] });
    expect(await send("/v1/logs", body, { "content-type": "application/json" })).toMatchObject({ status: 200, body: {} });
    expect(await patterns()).toEqual(warned("log:node-1/flink"));
  });

  it("take plain lines and lines of JSON", async () => {
    expect(await send("/api/logs?host=node-1&service=flink", `${LINE}\n`)).toMatchObject({ status: 200, body: { lines: 1 } });
    const json = JSON.stringify({
      "@timestamp": "2026-11-23T12:00:00Z",
      "log.level": "WARN",
      message: "You are creating too many Client instances: 65",
      host: "node-2",
      service: "flink",
    });
    expect(await send("/api/logs", json)).toMatchObject({ status: 200, body: { lines: 1 } });
    expect((await patterns()).map(({ incarnation }) => incarnation).sort()).toEqual(["log:node-1/flink", "log:node-2/flink"]);
  });
});

describe("more than can be stored", () => {
  const body = "x".repeat(15 << 20);
  const ask = async (app: Hono) => app.request("/api/logs", { method: "POST", body, headers: { "content-length": String(body.length) } });

  it("is refused before it is read, as long as it lasts, and taken after", async () => {
    let release = (): void => undefined;
    const stored = new Promise<void>((resolve) => (release = resolve));
    const slow = new Hono();
    slow.route("/", receiverRoutes({ take: () => stored }));
    slow.onError(answerFailure(() => undefined));
    const waiting = Array.from({ length: 4 }, () => ask(slow));
    const late = await Promise.all(Array.from({ length: 20 }, () => ask(slow)));
    expect(late.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 429));
    expect(await late[0]!.json()).toMatchObject({ code: "TOO_BUSY" });
    release();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await ask(slow)).status).toBe(200);
  });

  it("is not said to be taken when it could not be stored", async () => {
    const full = new LogIntake({
      store: {
        processes: async () => [],
        keep: () => Promise.reject(new HeaptideError("DISK_FULL", { path: "x", cause: "no space left" })),
      },
      now: () => AT,
      onObserved: () => undefined,
    });
    const refusing = new Hono();
    refusing.route("/", receiverRoutes(full));
    refusing.onError(answerFailure(() => undefined));
    const answer = await refusing.request("/api/logs", { method: "POST", body: `${LINE}\n` });
    expect(answer.status).toBe(507);
    expect(full.lines).toBe(0);
  });
});

describe("receivers refuse", () => {
  it("a small body that unpacks to a huge one", async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    expect(await send("/_bulk", bomb, { "content-encoding": "gzip" })).toMatchObject({ status: 413, body: { code: "REQUEST_TOO_LARGE" } });
  });

  it("a snappy body that claims to be huge", async () => {
    const claim = new Uint8Array([0xff, 0xff, 0xff, 0x7f, 0x00, 0x61]);
    expect((await send("/loki/api/v1/push", claim, { "content-type": "application/x-protobuf" })).status).toBe(413);
  });

  it.each([
    ["/_bulk", "x", { "content-encoding": "gzip" }],
    ["/_bulk", "x", { "content-encoding": "lzma" }],
    ["/loki/api/v1/push", "{}", { "content-type": "application/json" }],
    ["/loki/api/v1/push", "xyz", { "content-type": "application/x-protobuf" }],
    ["/v1/logs", "[", { "content-type": "application/json" }],
    ["/v1/logs", "\u0001\u0002\u0003", { "content-type": "application/x-protobuf" }],
  ])("what is no such body at %s", async (path, body, headers) => {
    expect(await send(path, body, headers as Record<string, string>)).toMatchObject({ status: 400, body: { code: "INVALID_REQUEST" } });
  });
});
