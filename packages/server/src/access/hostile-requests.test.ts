import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { type AlertSettings, readAlertSettings } from "../alerts/settings.ts";
import { BOUNDS, listen } from "../api/listen.ts";
import { useAccessServer, withToken } from "./access-server.test-builders.ts";
import { SCOPES } from "./scopes.ts";

const access = useAccessServer();

/** What a socket answers to these very bytes. */
async function raw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  socket.write(bytes);
  return text(socket);
}

describe("requests that mean harm", () => {
  it("get no file from outside of the pages, however the path is written", async () => {
    const pages = join(access().folder, "pages");
    mkdirSync(join(pages, "assets"), { recursive: true });
    writeFileSync(join(pages, "index.html"), "the page");
    writeFileSync(join(access().folder, "pages-secret"), "outside");
    access().secretFor("read");
    const url = await access().serve({ host: "127.0.0.1", pages });
    const id = readdirSync(join(access().folder, "data", "tokens"))[0]!;
    const climbs = ["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "....//", "%252e%252e%252f", "..%c0%af"];
    for (const climb of climbs) {
      for (const prefix of ["/", "/assets/"]) {
        for (const target of [`data/tokens/${id}`, "pages-secret", "etc/passwd"]) {
          for (const depth of [1, 2, 8]) {
            const answer = await raw(
              url,
              `GET ${prefix}${climb.repeat(depth)}${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`,
            );
            expect(answer, `${prefix}${climb}`).not.toMatch(/"hash"|outside|root:/);
          }
        }
      }
    }
    expect(await raw(url, "GET /../pages-secret HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")).not.toContain("outside");
  });

  it("cannot unpack to more than they may be, nor be larger, whoever sends them", async () => {
    const secret = access().secretFor("send", "agent", "operate");
    const url = await access().serve();
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    const packed = { ...withToken(secret), "content-encoding": "gzip" };
    for (const path of ["/_bulk", "/v1/logs", "/api/logs", "/api/agent/observations?agent=a"]) {
      expect((await fetch(url + path, { method: "POST", headers: packed, body: bomb })).status, path).toBe(413);
    }
    const large = await fetch(`${url}/api/alerts/test`, { method: "POST", headers: withToken(secret), body: " ".repeat(2 << 20) });
    expect(large.status).toBe(413);
    const claim = `POST /_bulk HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\n`;
    expect(await raw(url, claim)).toContain("413");
  });

  it("cannot hold a connection with a header or a body that never ends", async () => {
    const app = new Hono().post("*", async (c) => c.text(String((await c.req.text()).length)));
    const bounds = { ...BOUNDS, headersTimeout: 200, requestTimeout: 400, connectionsCheckingInterval: 50 };
    const listening = await listen(app, "127.0.0.1", 0, { bounds });
    try {
      expect(await raw(listening.url, "POST / HTTP/1.1\r\nHost: x\r\n")).toContain("408");
      expect(await raw(listening.url, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")).not.toContain("200 OK");
    } finally {
      await listening.close();
    }
  });

  it("cannot flood it with headers", async () => {
    const url = await access().serve({ host: "127.0.0.1" });
    const flood = Array.from({ length: 400 }, (_, i) => `x-${i}: ${"a".repeat(100)}\r\n`).join("");
    expect(await raw(url, `GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n${flood}\r\n`)).toContain("431");
    expect((await fetch(`${url}/api/health`)).status).toBe(200);
  });
});

/** Alarms that are told to these channels, as their file has them. */
async function alertsTo(channels: readonly object[]): Promise<AlertSettings> {
  const file = join(access().folder, "alerts.yaml");
  writeFileSync(file, JSON.stringify({ channels }));
  return readAlertSettings(file, {});
}

/** What is said of a message to a channel that is sent to try it. */
async function tried(url: string, channel: string): Promise<string> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${url}/api/alerts/test`, { method: "POST", headers, body: JSON.stringify({ channel }) });
  return answer.text();
}

describe("a channel", () => {
  it("does not lead into one's own network unless that is said", async () => {
    let knocks = 0;
    const inside = createServer((_, response) => {
      knocks++;
      response.end();
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => inside.once("listening", resolve));
    const { port } = inside.address() as AddressInfo;
    const targets = ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0.0.0.0"];
    const channels = targets.map((host, i) => ({ kind: "webhook", name: `c${i}`, url: `http://${host}:${port}/` }));
    const allowed = { kind: "webhook", name: "allowed", url: `http://127.0.0.1:${port}/`, "allow-private": true };
    const cloud = { ...channels[0], name: "cloud", url: "http://169.254.169.254/latest" };
    const url = await access().serve({ host: "127.0.0.1", alerts: await alertsTo([...channels, cloud, allowed]) });
    for (const { name } of [...channels, cloud]) expect(await tried(url, name), name).toContain("private network");
    expect(knocks).toBe(0);
    await tried(url, "allowed");
    expect(knocks).toBe(1);
    inside.close();
  });

  it("goes nowhere else, whatever its target answers", async () => {
    let lured = 0;
    const elsewhere = createServer((_, response) => {
      lured++;
      response.end();
    }).listen(0, "127.0.0.1");
    const luring = createServer((_, response) => {
      const { port } = elsewhere.address() as AddressInfo;
      response.writeHead(307, { location: `http://127.0.0.1:${port}/` }).end();
    }).listen(0, "127.0.0.1");
    await Promise.all([once(elsewhere, "listening"), once(luring, "listening")]);
    const { port } = luring.address() as AddressInfo;
    const channel = { kind: "slack", name: "a", url: `http://127.0.0.1:${port}/`, "allow-private": true };
    const url = await access().serve({ host: "127.0.0.1", alerts: await alertsTo([channel]) });
    expect(await tried(url, "a")).toContain("307");
    expect(lured).toBe(0);
    elsewhere.close();
    luring.close();
  });
});

describe("a secret", () => {
  it("is in no answer, no audit, and on the disk as a hash that its owner alone can read", async () => {
    const channel = {
      kind: "webhook",
      name: "hook",
      url: "http://user:s3cret-a@192.0.2.1/s3cret-b?key=s3cret-c",
      headers: { "x-key": "s3cret-d" },
    };
    const mail = {
      kind: "email",
      name: "mail",
      host: "192.0.2.1",
      user: "u",
      password: "s3cret-e",
      from: "a@example.org",
      to: ["b@example.org"],
    };
    const secret = access().secretFor(...SCOPES);
    const url = await access().serve({ alerts: await alertsTo([channel, mail]), history: { url: "http://u:s3cret-f@127.0.0.1:1" } });
    const headers = withToken(secret);
    const told: string[] = [];
    for (const path of [
      "/api/alerts",
      "/api/about",
      "/api/health",
      "/api/audit",
      "/api/probes",
      "/api/openapi.json",
      "/metrics",
      "/api/nothing",
    ]) {
      told.push(await (await fetch(url + path, { headers })).text());
    }
    told.push(await (await fetch(`${url}/api/alerts/test`, { method: "POST", headers, body: '{"channel":"no such"}' })).text());
    told.push(await (await fetch(`${url}/api/changes`, { method: "POST", headers, body: "not json" })).text());
    told.push(readFileSync(join(access().folder, "data", "audit.jsonl"), "utf8"));
    const tokenFolder = join(access().folder, "data", "tokens");
    for (const name of readdirSync(tokenFolder)) {
      told.push(readFileSync(join(tokenFolder, name), "utf8"));
      expect(statSync(join(tokenFolder, name)).mode & 0o077).toBe(0);
    }
    for (const answer of told) expect(answer).not.toMatch(/s3cret|htp_/);
    expect(JSON.stringify(access().tokens.list())).not.toMatch(/htp_|hash/);
  });
});
