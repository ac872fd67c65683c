import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAlertSettings } from "../alerts/settings.ts";
import { BOUNDS, listen } from "../api/listen.ts";
import { type Heaptide, serveHeaptide } from "../serve.ts";
import type { ServeOptions } from "../serve-options.ts";
import { type Scope, SCOPES } from "./scopes.ts";
import { TokenFolder } from "./tokens.ts";

/** A loopback address that is not 127.0.0.1 counts as one that others can reach, and nobody else can. */
const AFAR = "127.0.0.2";

let folder: string;
let tokens: TokenFolder;
let heaptide: Heaptide | null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "heaptide-access-"));
  tokens = new TokenFolder(join(folder, "data"), Date.now);
  heaptide = null;
});
afterEach(async () => {
  await heaptide?.close();
  rmSync(folder, { recursive: true, force: true });
});

const secretFor = (...scopes: Scope[]): string => tokens.create(scopes.join("-"), scopes, null).secret;

async function serve(options: Partial<ServeOptions> = {}): Promise<string> {
  heaptide = await serveHeaptide({ targets: [], dataDirectory: join(folder, "data"), host: AFAR, port: 0, ...options });
  return heaptide.url;
}

const withToken = (secret: string) => ({ authorization: `Bearer ${secret}`, "content-type": "application/json" });

/** What a socket answers to these very bytes. */
async function raw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  socket.write(bytes);
  return text(socket);
}

describe("a server that others can reach", () => {
  it("does not listen as long as there is no token: nobody could ever come in, or everybody", async () => {
    await expect(serve()).rejects.toMatchObject({ code: "NO_TOKENS" });
    await expect(serve({ dataDirectory: null })).rejects.toMatchObject({ code: "NO_TOKENS" });
  });

  it("tells nothing, takes nothing and looks at nothing without a token, on any of its routes", async () => {
    const reader = secretFor("read");
    const url = await serve();
    const { paths } = (await (await fetch(`${url}/api/openapi.json`, { headers: withToken(reader) })).json()) as {
      paths: Record<string, object>;
    };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => [method.toUpperCase(), path]),
    );
    const others = [
      "/_bulk",
      "/logs/_bulk",
      "/elastic/_bulk",
      "/loki/api/v1/push",
      "/v1/logs",
      "/api/logs",
      "/api/agent/observations",
      "/anything",
    ];
    const all = [...described, ...others.map((path) => ["POST", path]), ["GET", "/"], ["GET", "/metrics"], ["GET", "/api/events"]];
    expect(all.length).toBeGreaterThan(35);
    for (const [method, path] of all) {
      const answer = await fetch(url + path!.replaceAll(/\{\w+\}/g, "x"), { method: method!, ...(method !== "GET" && { body: "{}" }) });
      // Whoever tries often is told so.
      expect([401, 429], `${method} ${path}`).toContain(answer.status);
    }
  });

  it("gives a token its own scopes and no other, and writes down who ordered what", async () => {
    const all = new Map(SCOPES.map((scope) => [scope, secretFor(scope)]));
    const url = await serve();
    const asks: [Scope, string, string, number][] = [
      ["read", "GET", "/api/health", 200],
      ["send", "POST", "/api/changes", 400],
      ["operate", "POST", "/api/incidents/x/acknowledge", 404],
      ["probe", "PUT", "/api/processes/x/counting", 404],
      ["probe", "POST", "/api/targets", 400],
    ];
    for (const [needed, method, path, status] of asks) {
      for (const [scope, secret] of all) {
        const body = path.endsWith("counting") ? '{"on":false}' : "{}";
        const answer = await fetch(url + path, { method, headers: withToken(secret), ...(method !== "GET" && { body }) });
        expect(answer.status, `${method} ${path} with ${scope}`).toBe(scope === needed ? status : 403);
      }
    }
    const audit = (await (await fetch(`${url}/api/audit`, { headers: withToken(all.get("operate")!) })).json()) as object[];
    expect(audit).toContainEqual(
      expect.objectContaining({
        who: "probe",
        from: "127.0.0.1",
        what: "PUT /api/processes/x/counting",
        detail: '{"on":false}',
        status: 404,
      }),
    );
    expect(audit).toContainEqual(expect.objectContaining({ who: "read", what: "POST /api/targets", status: 403 }));
    expect(
      readFileSync(join(folder, "data", "audit.jsonl"), "utf8")
        .trim()
        .split("\n"),
    ).toHaveLength(audit.length);
  });

  it("forgets a token that was revoked or is too old, also in the browser, at once", async () => {
    const { token, secret } = tokens.create("me", ["read"], null);
    const short = tokens.create("short", ["read"], 1).secret;
    const url = await serve();
    const login = await fetch(`${url}/login`, {
      method: "POST",
      body: new URLSearchParams({ token: secret, next: "/api/health" }),
      redirect: "manual",
    });
    expect([login.status, login.headers.get("location")]).toEqual([303, "/api/health"]);
    const set = login.headers.get("set-cookie")!;
    expect(set).toMatch(/HttpOnly/i);
    expect(set).toMatch(/SameSite=Lax/i);
    const cookie = { cookie: set.split(";")[0]! };
    expect((await fetch(`${url}/api/health`, { headers: cookie })).status).toBe(200);
    expect((await fetch(`${url}/api/health`, { headers: withToken(short) })).status).toBe(401);
    tokens.revoke(token.id);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await fetch(`${url}/api/health`, { headers: cookie })).status).toBe(401);
    expect((await fetch(`${url}/api/health`, { headers: withToken(secret) })).status).toBe(401);
  });

  it("takes a token as shippers can send it: as a password, or as Elasticsearch's key", async () => {
    const secret = secretFor("send");
    const url = await serve();
    const pair = Buffer.from(`any:${secret}`).toString("base64");
    for (const authorization of [`Basic ${pair}`, `ApiKey ${pair}`, `Bearer ${secret}`]) {
      expect(
        (await fetch(`${url}/api/logs`, { method: "POST", headers: { authorization }, body: "2026-11-23 12:00:00 WARN a - b\n" })).status,
      ).toBe(200);
    }
  });

  it("slows down whoever guesses", async () => {
    secretFor("read");
    const url = await serve();
    const guesses = await Promise.all(Array.from({ length: 40 }, () => fetch(`${url}/api/health`, { headers: withToken("htp_x") })));
    const last = guesses.filter(({ status }) => status === 429);
    expect(last.length).toBeGreaterThan(10);
    expect(last[0]!.headers.get("retry-after")).toBe("60");
  });

  it("leads a browser to the log-in and from there to its own pages only", async () => {
    const secret = secretFor("read");
    const url = await serve();
    const page = await fetch(`${url}/incidents`, { headers: { accept: "text/html" }, redirect: "manual" });
    expect([page.status, page.headers.get("location")]).toEqual([302, "/login?next=%2Fincidents"]);
    for (const next of ["https://example.org", "//example.org", "/\\example.org", "javascript:alert(1)", '/"><script>']) {
      const login = await fetch(`${url}/login`, { method: "POST", body: new URLSearchParams({ token: secret, next }), redirect: "manual" });
      expect(login.headers.get("location"), next).toBe("/");
      expect(await (await fetch(`${url}/login?next=${encodeURIComponent(next)}`)).text()).toContain('name="next" value="/"');
    }
  });
});

describe("a page of somebody else's", () => {
  it("can neither change anything on loopback nor with a session, nor read an answer", async () => {
    const secret = secretFor("read", "operate", "send");
    for (const options of [{ host: "127.0.0.1" }, { host: AFAR }]) {
      const url = await serve(options);
      const login = await fetch(`${url}/login`, { method: "POST", body: new URLSearchParams({ token: secret }), redirect: "manual" });
      const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
      for (const foreign of [{ origin: "https://example.org" }, { origin: "null" }, { "sec-fetch-site": "cross-site" }]) {
        const answer = await fetch(`${url}/api/changes`, { method: "POST", headers: { cookie, ...foreign }, body: '{"title":"x"}' });
        expect(answer.status).toBe(403);
        expect(await answer.json()).toMatchObject({ code: "FOREIGN_ORIGIN" });
      }
      const headers = { origin: url, cookie, "content-type": "application/json" };
      expect((await fetch(`${url}/api/changes`, { method: "POST", headers, body: '{"title":"x"}' })).status).toBe(200);
      const preflight = await fetch(`${url}/api/changes`, {
        method: "OPTIONS",
        headers: { origin: "https://example.org", "access-control-request-method": "POST" },
      });
      const read = await fetch(`${url}/api/health`, { headers: { origin: "https://example.org", cookie } });
      for (const { headers: given } of [preflight, read])
        expect([...given.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
      await heaptide!.close();
    }
  });
});

describe("requests that mean harm", () => {
  it("get no file from outside of the pages, however the path is written", async () => {
    const pages = join(folder, "pages");
    mkdirSync(join(pages, "assets"), { recursive: true });
    writeFileSync(join(pages, "index.html"), "the page");
    writeFileSync(join(folder, "pages-secret"), "outside");
    secretFor("read");
    const url = await serve({ host: "127.0.0.1", pages });
    const id = readdirSync(join(folder, "data", "tokens"))[0]!;
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
    const secret = secretFor("send", "agent", "operate");
    const url = await serve();
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
    const url = await serve({ host: "127.0.0.1" });
    const flood = Array.from({ length: 400 }, (_, i) => `x-${i}: ${"a".repeat(100)}\r\n`).join("");
    expect(await raw(url, `GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n${flood}\r\n`)).toContain("431");
    expect((await fetch(`${url}/api/health`)).status).toBe(200);
  });
});

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
    const file = join(folder, "alerts.yaml");
    writeFileSync(
      file,
      JSON.stringify({ channels: [...channels, { ...channels[0], name: "cloud", url: "http://169.254.169.254/latest" }, allowed] }),
    );
    const url = await serve({ host: "127.0.0.1", alerts: await readAlertSettings(file, {}) });
    for (const name of [...channels.map((channel) => channel.name), "cloud"]) {
      const answer = await fetch(`${url}/api/alerts/test`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ channel: name }),
      });
      expect(await answer.text(), name).toContain("private network");
    }
    expect(knocks).toBe(0);
    await fetch(`${url}/api/alerts/test`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"channel":"allowed"}',
    });
    expect(knocks).toBe(1);
    inside.close();
  });
});

describe("a secret", () => {
  it("is in no answer, no audit, and on the disk as a hash that its owner alone can read", async () => {
    const file = join(folder, "alerts.yaml");
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
    writeFileSync(file, JSON.stringify({ channels: [channel, mail] }));
    const secret = secretFor(...SCOPES);
    const url = await serve({ alerts: await readAlertSettings(file, {}), history: { url: "http://u:s3cret-f@127.0.0.1:1" } });
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
    told.push(readFileSync(join(folder, "data", "audit.jsonl"), "utf8"));
    const tokenFolder = join(folder, "data", "tokens");
    for (const name of readdirSync(tokenFolder)) {
      told.push(readFileSync(join(tokenFolder, name), "utf8"));
      expect(statSync(join(tokenFolder, name)).mode & 0o077).toBe(0);
    }
    for (const answer of told) expect(answer).not.toMatch(/s3cret|htp_/);
    expect(JSON.stringify(tokens.list())).not.toMatch(/htp_|hash/);
  });
});
