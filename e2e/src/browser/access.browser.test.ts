import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, DEFAULT_BUDGET, serveHeaptide, TokenFolder } from "@heaptide/server";
import { preparePages } from "@heaptide/web/pages";
import { describe, expect } from "vitest";
import { hasBrowser, visit } from "./browser.ts";
import { withPage } from "./opened.ts";

/** A server that asks everybody for a token, and an agent that pushes to it. */
const it = withPage
  .extend("folder", { scope: "file" }, async ({}, { onCleanup }) => {
    const folder = await mkdtemp(join(tmpdir(), "heaptide-guarded-"));
    onCleanup(() => rm(folder, { recursive: true, force: true }));
    return folder;
  })
  .extend("tokens", { scope: "file" }, ({ folder }) => new TokenFolder(folder, Date.now))
  .extend("heaptide", { scope: "file" }, async ({ folder, tokens }, { onCleanup }) => {
    tokens.create("keeper of the server", ["operate"], null);
    const heaptide = await serveHeaptide({
      ...{ targets: [], dataDirectory: folder, port: 0, login: true, pages: await preparePages(), version: "test" },
    });
    onCleanup(() => heaptide.close());
    return heaptide;
  })
  .extend("agent", { scope: "file" }, async ({ folder, tokens, heaptide }, { onCleanup }) => {
    const over = new AbortController();
    const { secret } = tokens.create("hosts", ["agent"], null);
    const running = new Agent({
      ...{ name: "host-a", server: heaptide.url, token: secret, targets: [], folder: join(folder, "agent"), version: "test" },
      ...{ mostBytes: 1 << 20, budget: DEFAULT_BUDGET, histogramEvery: 60_000, signal: over.signal, onProblem: () => undefined },
    }).run();
    onCleanup(async () => {
      over.abort();
      await running;
    });
    return "host-a";
  });

describe.skipIf(!hasBrowser)("a server that asks for a token (skipped without Chromium)", () => {
  it("lets nobody see a page without one, and leads back to the page that was asked for", async ({ page, heaptide, tokens }) => {
    const { secret } = tokens.create("night shift", ["read"], null);
    await page.goto(`${heaptide.url}/agents`);
    await page.waitForURL("**/login?next=*");
    await page.getByLabel("Token").fill("htp_wrong");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel("Token").fill(secret);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.waitForURL("**/agents");
    await page.getByText("No agent has pushed to this server").waitFor();
    expect(await page.locator(".logged-in").textContent()).toContain("logged in as night shift");
  });

  it("shows who pushes to it, when it was heard, and what waits in its spool", async ({ page, heaptide, agent }) => {
    await visit(page, `${heaptide.url}/agents`);
    const row = page.getByRole("row", { name: new RegExp(agent) });
    // With the next report: the page asks anew when it is opened.
    for (let i = 0; i < 20 && (await row.count()) === 0; i++) {
      await page.waitForTimeout(500);
      await visit(page, `${heaptide.url}/agents`);
    }
    expect(await row.textContent()).toMatch(/host-aheard.*none.*nothing.*right/);
  });

  it("says that a token may not do something, and goes on", async ({ page, heaptide }) => {
    await visit(page, `${heaptide.url}/alerts`);
    await page.getByRole("switch", { name: "Rule A leak" }).click();
    await page.locator("[role=status].notice").waitFor();
    expect(await page.locator("[role=status].notice").textContent()).toContain("operate");
  });

  it("is left by Log out, and then asks for a token again", async ({ page, heaptide }) => {
    await page.getByRole("button", { name: "Log out" }).click();
    await page.waitForURL("**/login");
    await page.goto(`${heaptide.url}/settings`);
    await page.waitForURL("**/login?next=*");
    expect(new URL(page.url()).searchParams.get("next")).toBe("/settings");
  });

  it("has run into no error of a script meanwhile", ({ errors }) => {
    expect(errors).toEqual([]);
  });
});
