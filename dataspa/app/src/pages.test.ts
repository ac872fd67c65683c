import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServingStore } from "@dataspa/serving";
import { segmentTransport } from "@dataspa/transport";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type App, flowSource, startApp } from "./index.ts";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const missing = !existsSync(CHROMIUM);
// In continuous integration a missing browser is a failure, not a reason to look away.
const skip = missing && process.env.CI !== "true";
if (skip)
  process.stderr.write(
    `No browser at ${CHROMIUM}: the pages are not tested. scripts/setup-debian.sh installs one; CHROMIUM names another.\n`,
  );

describe("the app", () => {
  let folder: string;
  let store: ServingStore;
  let app: App;
  const transport = () => segmentTransport(join(folder, "transport"));
  const start = Date.now() + 3_600_000;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "dataspa-app-"));
    store = await ServingStore.open();
    for (const [id, name, latitude] of [
      ["a", "Jazz night", 51.34],
      ["b", "<img src=x onerror=alert(1)>", 51.35],
    ] as const) {
      await store.rows(
        "INSERT INTO events VALUES ($1, $2, 'Doors open early', NULL, epoch_ms($3::BIGINT), NULL, 'Keller', NULL, $4, 12.37, 'hall', '2026-05-01', $1, now()::TIMESTAMP)",
        [id, name, BigInt(start), latitude],
      );
    }
    const flow = flowSource(store, { now: Date.now, patience: 60_000, job: "p" });
    app = await startApp({ store, flow, writer: await transport().writer("actions", "app"), timeZone: "Europe/Berlin" });
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const post = (body: unknown) =>
    fetch(`${app.url}/api/actions`, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
  const action = (id: string, more: object = {}) => ({ id, type: "save", event: "a", user: "user-0001", ...more });
  const written = async () => {
    const ids: string[] = [];
    for await (const line of transport().read("actions")) ids.push((JSON.parse(line) as { id: string }).id);
    return ids;
  };

  it("takes an action once, however often it is sent", async () => {
    expect(await (await post(action("same-action"))).json()).toEqual({ accepted: 1, repeated: 0 });
    expect(await (await post([action("same-action"), action("other-action")])).json()).toEqual({ accepted: 1, repeated: 1 });
    await expect.poll(written, { timeout: 5000 }).toEqual(["same-action", "other-action"]);
  });

  it.each([{}, { id: "short" }, action("x".repeat(65)), action("valid-id-1", { type: "buy" }), action("valid-id-2", { more: 1 })])(
    "refuses %j with a reason",
    async (body) => {
      const answer = await post(body);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ code: "INVALID_REQUEST" });
    },
  );

  it("says which word of an action is wrong, alone or in a list", async () => {
    const unheard = action("valid-id-3", { type: "like" });
    for (const body of [unheard, [unheard]]) {
      const answer = await post(body);
      expect(await answer.json()).toMatchObject({ message: expect.stringMatching(/type: .*"view"/) as string });
    }
  });

  it("slows down who sends more than a person can", async () => {
    const many = (from: number) => Array.from({ length: 100 }, (_, i) => action(`burst-id-${from + i}`, { user: "user-0002" }));
    expect((await post(many(0))).status).toBe(202);
    const refused = await post(many(100));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
  });

  it.each([
    ["announced", "x".repeat(70_000)],
    ["not announced", new Blob(["x".repeat(70_000)]).stream()],
  ])("refuses a body that is too large, its length %s", async (_, body) => {
    const request = { method: "POST", body, duplex: "half" as const, headers: { "content-type": "application/json" } };
    const answer = await fetch(`${app.url}/api/actions`, request);
    expect([answer.status, await answer.json()]).toMatchObject([413, { code: "TOO_LARGE" }]);
  });

  it("takes an action whose length was not announced", async () => {
    const body = new Blob([JSON.stringify(action("streamed-action"))]).stream();
    const request = { method: "POST", body, duplex: "half" as const, headers: { "content-type": "application/json" } };
    expect((await fetch(`${app.url}/api/actions`, request)).status).toBe(202);
  });

  it("answers only to its own names, and says what it has", async () => {
    const { request } = await import("node:http");
    const status = await new Promise((resolve) =>
      request(app.url, { headers: { host: "evil.example" } }, (answer) => resolve(answer.statusCode)).end(),
    );
    expect(status).toBe(403);
    const { paths } = (await (await fetch(`${app.url}/api/openapi.json`)).json()) as { paths: object };
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(["/api/events", "/api/actions", "/api/flow"]));
    expect(await (await fetch(`${app.url}/metrics`)).text()).toContain("dataspa_up 1");
  });

  describe.skipIf(skip)("in a browser", () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    });
    afterAll(() => browser?.close());

    it("shows events as text, finds, draws the map, and tells what was saved", { timeout: 60_000 }, async () => {
      const page = await browser.newPage();
      const failures: string[] = [];
      page.on("pageerror", (error) => failures.push(error.message));
      page.on("dialog", () => failures.push("a website's title ran"));
      await page.goto(app.url);
      await page.locator(".event").nth(1).waitFor();
      expect(await page.locator(".event h3").allTextContents()).toEqual(["Jazz night", "<img src=x onerror=alert(1)>"]);
      expect(await page.locator("circle.venue").count()).toBe(2);

      await page.getByRole("button", { name: "Save" }).first().click();
      await expect.poll(async () => (await written()).length, { timeout: 10_000 }).toBeGreaterThan(2);
      await page.fill("#q", "jazz");
      await expect.poll(() => page.locator(".event").count()).toBe(1);
      await page.fill("#q", "nothing like it");
      await page.getByText("Nothing found").waitFor();
      await page.goto(`${app.url}/flow`);
      await page.getByText("Nothing was captured yet").waitFor();
      expect(failures).toEqual([]);
    });
  });
});
