import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AFAR, useAccessServer, withToken } from "./access-server.test-builders.ts";
import { type Scope, SCOPES } from "./scopes.ts";

const access = useAccessServer();

describe("a server that others can reach", () => {
  it("does not listen as long as there is no token: nobody could ever come in, or everybody", async () => {
    await expect(access().serve()).rejects.toMatchObject({ code: "NO_TOKENS" });
    await expect(access().serve({ dataDirectory: null })).rejects.toMatchObject({ code: "NO_TOKENS" });
  });

  it("tells nothing, takes nothing and looks at nothing without a token, on any of its routes", async () => {
    const reader = access().secretFor("read");
    const url = await access().serve();
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

  it("says that it answers, and no more, to what restarts containers", async () => {
    access().secretFor("read");
    const url = await access().serve();
    const answer = await fetch(`${url}/healthz`);
    expect([answer.status, await answer.text()]).toEqual([200, "ok\n"]);
  });

  it("gives a token its own scopes and no other, and writes down who ordered what", async () => {
    const all = new Map(SCOPES.map((scope) => [scope, access().secretFor(scope)]));
    const url = await access().serve();
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
      readFileSync(join(access().folder, "data", "audit.jsonl"), "utf8")
        .trim()
        .split("\n"),
    ).toHaveLength(audit.length);
  });

  it("forgets a token that was revoked or is too old, also in the browser, at once", async () => {
    const { token, secret } = access().tokens.create("me", ["read"], null);
    const short = access().tokens.create("short", ["read"], 1).secret;
    const url = await access().serve();
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
    access().tokens.revoke(token.id);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await fetch(`${url}/api/health`, { headers: cookie })).status).toBe(401);
    expect((await fetch(`${url}/api/health`, { headers: withToken(secret) })).status).toBe(401);
  });

  it("takes a token as shippers can send it: as a password, or as Elasticsearch's key", async () => {
    const secret = access().secretFor("send");
    const url = await access().serve();
    const pair = Buffer.from(`any:${secret}`).toString("base64");
    for (const authorization of [`Basic ${pair}`, `ApiKey ${pair}`, `Bearer ${secret}`]) {
      expect(
        (await fetch(`${url}/api/logs`, { method: "POST", headers: { authorization }, body: "2026-11-23 12:00:00 WARN a - b\n" })).status,
      ).toBe(200);
    }
  });

  it("slows down whoever guesses", async () => {
    access().secretFor("read");
    const url = await access().serve();
    const guesses = await Promise.all(Array.from({ length: 40 }, () => fetch(`${url}/api/health`, { headers: withToken("htp_x") })));
    const last = guesses.filter(({ status }) => status === 429);
    expect(last.length).toBeGreaterThan(10);
    expect(last[0]!.headers.get("retry-after")).toBe("60");
  });

  it("leads a browser to the log-in and from there to its own pages only", async () => {
    const secret = access().secretFor("read");
    const url = await access().serve();
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
    const secret = access().secretFor("read", "operate", "send");
    for (const options of [{ host: "127.0.0.1" }, { host: AFAR }]) {
      const url = await access().serve(options);
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
      await access().heaptide!.close();
    }
  });

  it("is one's own behind a proxy where the server is told its public address, and no other is", async () => {
    const secret = access().secretFor("read", "send");
    const url = await access().serve({ host: "127.0.0.1", login: true, publicUrl: "https://heaptide.example.org/" });
    const change = (origin: string) =>
      fetch(`${url}/api/changes`, { method: "POST", headers: { ...withToken(secret), origin }, body: '{"title":"x"}' });
    expect((await change("https://heaptide.example.org")).status).toBe(200);
    expect((await change("http://heaptide.example.org")).status).toBe(403);
    expect((await change("https://example.org")).status).toBe(403);
    const login = await fetch(`${url}/login`, { method: "POST", body: new URLSearchParams({ token: secret }), redirect: "manual" });
    expect(login.headers.get("set-cookie")).toContain("Secure");
  });
});
