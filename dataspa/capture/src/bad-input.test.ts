import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { segmentTransport } from "@dataspa/transport";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Capture, type CaptureReport, Source } from "./index.ts";

const HASTE = { userAgent: "test", concurrency: 4, perSecond: Number.POSITIVE_INFINITY, attempts: 1, firstPause: 1, timeout: 25_000 };
const NIGHT = "2026-05-01";
const GIB = 1 << 30;

describe("what the web sends that it should not", () => {
  let folder: string;
  let server: Server;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "dataspa-bad-"));
    server = createServer((request, response) =>
      request.url === "/robots.txt" ? response.writeHead(404).end() : answer(request, response),
    );
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const capture = async (more: object): Promise<CaptureReport> => {
    const transport = segmentTransport(join(folder, "transport"));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const source = Source.parse({ name: "site", url, allowPrivateAddresses: true, maxBytes: 1 << 20, ...more });
    await using one = await Capture.open({ directory: join(folder, "capture"), transport, manners: HASTE });
    return await one.capture(source, NIGHT);
  };
  /** The same piece again and again, until whoever reads hangs up. @returns the bytes that were sent */
  const endless = (response: ServerResponse, piece: string, most = Number.POSITIVE_INFINITY) => {
    let sent = 0;
    const more = () => {
      while (!response.destroyed && sent < most) {
        sent += piece.length;
        if (!response.write(piece)) return void response.once("drain", more);
      }
      response.end();
    };
    more();
    return () => sent;
  };

  it("a page of 2 GB is left at its limit, and reported", async () => {
    let sent = () => 0;
    answer = (_, response) => {
      sent = endless(response.writeHead(200, { "content-type": "text/html" }), `<p>${"x".repeat(65_000)}</p>`, 2 * GIB);
    };
    expect(await capture({ kind: "json-ld" })).toMatchObject({ status: "failed", captured: 0, problem: { code: "too-large" } });
    expect(sent()).toBeLessThan(64 << 20);
  });

  it("a page that says it will have 2 GB is not read at all", async () => {
    answer = (_, response) => void response.writeHead(200, { "content-type": "text/html", "content-length": String(2 * GIB) }).write("<p>");
    expect(await capture({ kind: "json-ld" })).toMatchObject({ problem: { code: "too-large" } });
  });

  it("a feed that never ends is left as well", async () => {
    answer = (_, response) => {
      response.writeHead(200, { "content-type": "application/rss+xml" }).write('<?xml version="1.0"?><rss version="2.0"><channel>');
      endless(response, "<item><title>Jazz</title><pubDate>Fri, 01 May 2026 19:00:00 GMT</pubDate></item>".repeat(500));
    };
    expect(await capture({ kind: "feed" })).toMatchObject({ status: "failed", problem: { code: "too-large" } });
  });

  it("a listing whose pages lead ever on is followed as far as is allowed", async () => {
    answer = (request, response) => {
      const page = Number(new URL(request.url!, "http://x").searchParams.get("page") ?? 1);
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ events: [{ n: `No. ${page}`, d: "2026-05-02T19:00:00Z" }], next: `/?page=${page + 1}` }));
    };
    const fields = { name: "n", start: "d" };
    expect(await capture({ kind: "json", items: "events", next: "next", fields, maxPages: 5 })).toMatchObject({ pages: 5, captured: 5 });
  });

  it("redirects in a circle end", async () => {
    answer = (request, response) => void response.writeHead(302, { location: request.url === "/" ? "/other" : "/" }).end();
    expect(await capture({ kind: "json-ld" })).toMatchObject({ status: "failed", problem: { code: "redirects" } });
  });

  it("a redirect to something else than a website is refused", async () => {
    answer = (_, response) => void response.writeHead(302, { location: "file:///etc/passwd" }).end();
    expect(await capture({ kind: "json-ld" })).toMatchObject({ status: "failed", problem: { code: "redirects" } });
  });

  it("events with the same id are one", async () => {
    const event = (name: string) => ({ "@type": "Event", "@id": "https://hall.example/1", name, startDate: "2026-05-02T19:00" });
    answer = (_, response) =>
      response.end(`<script type="application/ld+json">${JSON.stringify([event("Jazz"), event("Jazz"), event("Jazz")])}</script>`);
    const report = await capture({ kind: "json-ld" });
    expect(report.captured).toBe(1);
    expect(Object.values(report.rejected)).toEqual([2]);
  });

  it.each([
    ["half a page", '<html><script type="application/ld+json">{"@type":"Ev'],
    ["nothing", ""],
    ["bytes", "\u0000\u0001\ufffd".repeat(1000)],
  ])("%s is no failure", async (_, body) => {
    answer = (_request, response) => response.writeHead(200, { "content-type": "text/html; charset=utf-16-nonsense" }).end(body);
    expect((await capture({ kind: "json-ld" })).captured).toBe(0);
  });

  it.each(["<div>", "<table><tr><td>", "<svg><g>", "<template>"])("%s fifty thousand deep is no page, and says so at once", async (tag) => {
    answer = (_request, response) => response.writeHead(200, { "content-type": "text/html" }).end(tag.repeat(50_000));
    expect(await capture({ kind: "json-ld" })).toMatchObject({
      captured: 0,
      problem: { code: "unexpected-page", message: expect.stringContaining("deep") },
    });
    const selectors = { item: "div", name: "b", start: "time" };
    expect(await capture({ kind: "html", selectors })).toMatchObject({ captured: 0, problem: { code: "unexpected-page" } });
  });

  it("markup in a title, a thousand deep, leaves no title", async () => {
    const event = { "@type": "Event", name: "<i>".repeat(1000), startDate: "2026-05-02T19:00" };
    answer = (_, response) => response.end(`<script type="application/ld+json">${JSON.stringify(event)}</script>`);
    expect(await capture({ kind: "json-ld" })).toMatchObject({ captured: 0, rejected: { "no name": 1 } });
  });

  it.each(["<rss><channel>", "BEGIN:VCALENDAR\r\n", "[", '{"a":'])(
    "%s and never an end is no failure in any kind of source",
    async (piece) => {
      answer = (_, response) => response.writeHead(200, { "content-type": "text/plain" }).end(piece.repeat(50_000));
      const fields = { name: "n", start: "s" };
      for (const kind of [{ kind: "feed" }, { kind: "ical" }, { kind: "json", items: "a", fields }])
        expect(await capture(kind)).toMatchObject({ captured: 0, problem: { code: "unexpected-page" } });
    },
  );

  it("SQL and script in a title are a title", async () => {
    const name = `'); DROP TABLE events;-- <script>alert(1)</script>`;
    answer = (_, response) =>
      response.end(
        `<script type="application/ld+json">${JSON.stringify({ "@type": "Event", name, startDate: "2026-05-02T19:00" }).replaceAll("<", "\\u003c")}</script>`,
      );
    expect(await capture({ kind: "json-ld" })).toMatchObject({ captured: 1 });
    const lines: string[] = [];
    for await (const line of segmentTransport(join(folder, "transport")).read("events"))
      lines.push((JSON.parse(line) as { name: string }).name);
    expect(lines).toEqual([expect.stringContaining("DROP TABLE events")]);
    expect(lines[0]).not.toContain("<script>");
  });
});
