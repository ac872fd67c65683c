import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { segmentTransport, type Transport } from "@dataspa/transport";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Capture, readReports, Source } from "./index.ts";

const EVENT = `<script type="application/ld+json">{"@type":"Event","name":"Jazz","startDate":"2026-05-02T19:00"}</script>`;
const HASTE = { userAgent: "test", concurrency: 4, perSecond: Number.POSITIVE_INFINITY, attempts: 2, firstPause: 1, timeout: 2_000 };

describe("a capture", () => {
  let folder: string;
  let server: Server;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let transport: Transport;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "dataspa-capture-"));
    server = createServer((request, response) => {
      if (request.url === "/robots.txt") response.writeHead(404).end();
      else answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    transport = segmentTransport(join(folder, "transport"));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });

  const open = () => Capture.open({ directory: join(folder, "capture"), transport, manners: HASTE });
  const site = (more: object = {}) =>
    Source.parse({
      kind: "json-ld",
      name: "site",
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      allowPrivateAddresses: true,
      ...more,
    });
  const published = async () => {
    const lines = [];
    for await (const line of transport.read("events")) lines.push(JSON.parse(line) as { name: string; capture: { record: string } });
    return lines;
  };
  const capture = async (source = site()) => {
    await using one = await open();
    return await one.capture(source, "2026-05-01");
  };

  it("publishes what a page lists, and reports it", async () => {
    answer = (_, response) => response.end(EVENT);
    expect(await capture()).toMatchObject({ status: "ok", listed: 1, captured: 1, problem: null });
    expect(await published()).toMatchObject([{ name: "Jazz", capture: { source: "site", night: "2026-05-01" } }]);
    expect(await readReports(join(folder, "capture"))).toHaveLength(1);
  });

  it("asks the next night only for what has changed", async () => {
    answer = (request, response) =>
      request.headers["if-none-match"] === "1" ? response.writeHead(304).end() : response.writeHead(200, { etag: "1" }).end(EVENT);
    await capture();
    expect(await capture()).toMatchObject({ status: "ok", unchanged: 1, listed: 1, captured: 0 });
  });

  it.each([
    ["a server in trouble", "server-error", (response: ServerResponse) => response.writeHead(503).end()],
    [
      "a page without an end",
      "too-large",
      (response: ServerResponse) => void setInterval(() => response.write("x".repeat(64_000)), 1).unref(),
    ],
    ["a page that stops in the middle", "timed-out", (response: ServerResponse) => response.write("<html>")],
    ["redirects in a circle", "redirects", (response: ServerResponse) => response.writeHead(302, { location: "/" }).end()],
    ["a redirect to a file", "redirects", (response: ServerResponse) => response.writeHead(302, { location: "file:///etc/passwd" }).end()],
    ["a page that was refused", "refused", (response: ServerResponse) => response.writeHead(403).end()],
  ])("survives %s", async (_, code, respond) => {
    answer = (_request, response) => void respond(response);
    expect(await capture(site({ maxBytes: 200_000 }))).toMatchObject({ status: "failed", captured: 0, problem: { code } });
  });

  it.each([
    "127.0.0.1",
    "localhost",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.3.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "[fd00::1]",
    "[fe80::1]",
    "[64:ff9b::7f00:1]",
  ])("refuses %s as a source where private addresses are not allowed", async (host) => {
    answer = (_, response) => response.end(EVENT);
    const { port } = server.address() as AddressInfo;
    const report = await capture(site({ allowPrivateAddresses: false, url: `http://${host}:${port}/` }));
    expect(report).toMatchObject({ status: "failed", captured: 0, problem: { code: "private-address" } });
  });

  it.each(["file:///etc/passwd", "ftp://example.org/", "javascript:alert(1)", "//example.org", "", "http://", "http://[::1"])(
    "takes no source at %j",
    (url) => expect(() => site({ url })).toThrow(),
  );

  it("counts what it cannot read, by reason, and keeps the rest", async () => {
    answer = (_, response) =>
      response.end(
        `${EVENT}<script type="application/ld+json">[{"@type":"Event","name":"","startDate":"2026-05-01"},{"@type":"Event","name":"x","startDate":"?"}, {"@type":"Event"`,
      );
    expect(await capture()).toMatchObject({ status: "ok", captured: 1, rejected: { "malformed JSON-LD": 1 } });
  });

  it("publishes again what lay in the outbox when it was killed, with the same records", async () => {
    answer = (_, response) => response.end(EVENT);
    const report = await capture();
    const parcel = {
      report: { ...report, run: "killed" },
      pages: [],
      messages: [{ key: "k", value: JSON.stringify({ name: "Late", capture: { record: "killed/0" } }) }],
    };
    await writeFile(join(folder, "capture", "outbox", "killed.json"), JSON.stringify(parcel));
    await (await open())[Symbol.asyncDispose]();
    expect((await published()).map(({ capture: { record } }) => record)).toContain("killed/0");
    expect(await readdir(join(folder, "capture", "outbox"))).toEqual([]);
    expect(await readReports(join(folder, "capture"))).toHaveLength(2);
  });

  it("ends a listing that leads in a circle", async () => {
    answer = (_, response) => response.end(`${EVENT}<a rel="next" href="/">more</a>`);
    expect(await capture()).toMatchObject({ status: "ok", pages: 1 });
  });
});
