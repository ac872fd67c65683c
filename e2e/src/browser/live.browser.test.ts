import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AddressInfo } from "node:net";
import { type Heaptide, readAlertSettings, serveHeaptide } from "@heaptide/server";
import { compileJava, findJdks, type RunningJava, startJava } from "@heaptide/testkit";
import { preparePages } from "@heaptide/web/pages";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, isWholeRun, launchBrowser, openPage, visit } from "./browser.ts";

const [jdk] = findJdks();
let java: RunningJava;
let removeClasses: () => void;
let folder: string;
let hook: Server;
const told: string[] = [];
let heaptide: Heaptide;
let browser: Browser;
let page: Page;
let errors: string[];

describe.skipIf(!hasBrowser || !isWholeRun || jdk === undefined)(
  "a living JVM in the browser (in the whole run, with Chromium and a JDK)",
  () => {
    beforeAll(async () => {
      const { classes, remove } = compileJava([jdk!]);
      removeClasses = remove;
      hook = createServer((request, response) => {
        request.setEncoding("utf8").on("data", (text: string) => told.push(text));
        request.on("end", () => response.end());
      }).listen(0, "127.0.0.1");
      await once(hook, "listening");
      java = await startJava({ jdk: jdk!, classes, main: "Keeper", args: ["1000", "100"] });
      heaptide = await serveHeaptide({
        ...{ targets: [], dataDirectory: null, port: 0, pages: await preparePages(), version: "test" },
        ...{ budget: { share: 1, longest: 60_000 }, histogramEvery: 1000 },
        alerts: await readAlertSettings(await written(`http://127.0.0.1:${(hook.address() as AddressInfo).port}/`), {}),
      });
      browser = await launchBrowser();
      ({ page, errors } = await openPage(browser));
    });
    afterAll(async () => {
      await browser?.close();
      await heaptide?.close();
      await java?.stop();
      hook?.close();
      removeClasses?.();
      await rm(folder, { recursive: true, force: true });
    });

    it("is watched in one step from the empty overview", async () => {
      await visit(page, `${heaptide.url}/`);
      const row = page.getByRole("row", { name: new RegExp(`\\b${java.pid}\\b`) });
      await row.getByRole("button", { name: "Watch" }).click();
      await page
        .locator(".process-table")
        .getByRole("link", { name: /Keeper/ })
        .waitFor();
    });

    it("has its classes counted, is told what that costs, and is left alone when counting is off", async () => {
      await visit(page, `${heaptide.url}/instances`);
      const cost = page.getByRole("status").filter({ hasText: /counts? paused the process for \d/ });
      await cost.waitFor();
      await page.locator(".class-row", { hasText: "java.lang." }).first().waitFor();
      const counting = page.getByRole("switch", { name: /Counting/ });
      expect(await counting.getAttribute("aria-checked")).toBe("true");
      await counting.focus();
      await page.keyboard.press("Space");
      await page.locator('[role=switch][aria-checked="false"]').waitFor();
      await page.waitForTimeout(1500);
      const quiet = await counted();
      await page.waitForTimeout(3000);
      expect(await counted()).toBe(quiet);
      await counting.click();
      await page.locator('[role=switch][aria-checked="true"]').waitFor();
      await expect.poll(counted, { timeout: 30_000 }).toBeGreaterThan(quiet);
      expect(await cost.textContent()).toMatch(/\d+ counts paused the process for .* in all, .* each, .* at the longest: .* % of the time/);
    });

    it("sends a test message to a channel, and says whether it arrived", async () => {
      await visit(page, `${heaptide.url}/alerts`);
      await page.getByRole("button", { name: "Send a test" }).click();
      await page.getByText("A test message reached pager.").waitFor();
      expect(told.join("")).toContain("test");
    });

    it("switches a rule, silences alarms and ends the silence", async () => {
      const rule = page.getByRole("switch", { name: "Rule A leak" });
      await rule.click();
      await page.locator('[role=switch][aria-label="Rule A leak"][aria-checked="false"]').waitFor();
      await page.getByLabel("Value").fill("Keeper*");
      await page.getByLabel("Why").fill("load test");
      await page.getByRole("button", { name: "Silence", exact: true }).click();
      const silence = page.getByRole("row", { name: /process=Keeper\*/ });
      await silence.getByRole("button", { name: "End" }).click();
      await page.getByText("Nothing is silenced.").waitFor();
    });

    it("shows its budget and what is kept", async () => {
      await visit(page, `${heaptide.url}/settings`);
      await page.getByRole("cell", { name: /100 %, each up to/ }).waitFor();
      expect(await page.locator(".facts").nth(1).textContent()).toContain("in memory only");
    });

    it("has run into no error of a script meanwhile", () => {
      expect(errors).toEqual([]);
    });
  },
);

/** A file of alert settings with one channel, as a user writes it. */
async function written(url: string): Promise<string> {
  folder = await mkdtemp(join(tmpdir(), "heaptide-alerts-"));
  const file = join(folder, "alerts.yaml");
  await writeFile(file, `channels:\n  - { name: pager, kind: webhook, url: "${url}", allow-private: true }\n`);
  return file;
}

/** How often it was counted, as the server has it. */
async function counted(): Promise<number> {
  const key = encodeURIComponent(`pid:${java.pid}`);
  const answer = await fetch(`${heaptide.url}/api/processes/${key}/looking?from=0`);
  return ((await answer.json()) as { pauses: { probe: string }[] }).pauses.filter(({ probe }) => probe === "histogram").length;
}
