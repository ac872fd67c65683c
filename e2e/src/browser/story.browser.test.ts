import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { hasBrowser, openPage, settle, visit } from "./browser.ts";
import { onStory as it } from "./opened.ts";

const LINE = "ClientPerCall.java:18";

describe.skipIf(!hasBrowser)("the story in the browser (skipped without Chromium)", () => {
  it("is one click from the overview to the culprit line", async ({ page, heaptide }) => {
    await visit(page, `${heaptide.url}/`);
    await page.getByRole("link", { name: /keeps one/ }).click();
    await page.getByText(LINE).first().waitFor();
    const culprit = page.locator(".stack-trace .you");
    await culprit.first().waitFor();
    expect(await culprit.first().textContent()).toContain(LINE);
    expect(await page.locator(".story").textContent()).toContain("Fix verified");
  });

  it("exports the incident as one file that needs nothing else, and as Markdown", async ({ browser, page, heaptide, places }) => {
    await visit(page, heaptide.url + places["incident"]);
    const html = await downloaded(page, "Export HTML");
    expect(html).toContain(LINE);
    expect(html).not.toMatch(/(?:src|href)=["']?https?:/);
    expect(html).not.toContain("<script>");
    const { page: alone, errors: problems } = await openPage(browser, { offline: true });
    await alone.setContent(html);
    expect(await alone.locator("h1").textContent()).toContain("keeps one");
    expect(await alone.locator("svg path").count()).toBeGreaterThan(3);
    expect(problems).toEqual([]);
    await alone.context().close();
    expect(html).toContain("What would change it");
    const markdown = await downloaded(page, "Markdown");
    expect(markdown).toContain("- passed, rise: it rises by");
    expect(markdown).toMatch(/\| Line \| .*ClientPerCall\.java:18/);
  });

  it("zooms and pans all charts together by keyboard, and a link shows what was seen", async ({ browser, page, heaptide, places }) => {
    await visit(page, heaptide.url + places["process"]!);
    expect(await page.evaluate(() => location.hash)).toBe("");
    await page.locator("canvas[data-chart=tide]").focus();
    await page.keyboard.press("+");
    await page.keyboard.press("+");
    const zoomed = await windowSeen(page);
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction((before) => Number(/t=(\d+)/.exec(location.hash)![1]) > before, zoomed[0]);
    const moved = await windowSeen(page);
    expect((moved[0] - zoomed[0]) / (zoomed[1] - zoomed[0])).toBeCloseTo(0.2, 1);
    await settle(page);
    const link = page.url();
    const operators = await page.locator(".operators tbody").textContent();

    const { page: other } = await openPage(browser);
    await visit(other, link);
    expect(await windowSeen(other)).toEqual(moved);
    expect(await other.locator(".operators tbody").textContent()).toBe(operators);
    await other.context().close();

    expect(await page.getByRole("link", { name: "Instances" }).nth(1).getAttribute("href")).toContain(`from=${Math.floor(moved[0])}`);
    await page.keyboard.press("0");
    await page.waitForFunction(() => location.hash === "");
  });

  it("shows the cursor on all charts at the same time, with their values there", async ({ page, heaptide, places }) => {
    await visit(page, heaptide.url + places["process"]!);
    const end = await page.locator(".lanes .v").allTextContents();
    const box = (await page.locator("canvas[data-chart=tide]").boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.6, box.y + 80);
    const lines = page.locator(".lanes .cursor");
    await lines.first().waitFor();
    const lanes = await page.locator(".lanes .plot").count();
    expect(await lines.count()).toBe(lanes);
    expect(new Set(await lines.evaluateAll((all) => all.map((line) => Math.round(line.getBoundingClientRect().x)))).size).toBe(1);
    expect(await page.locator(".lanes .v").allTextContents()).not.toEqual(end);

    await visit(page, heaptide.url + places["incident"]!);
    const glass = (await page.locator(".lanes-glass .plot").boundingBox())!;
    const [strip] = await page
      .locator(".story-lanes .strip")
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON() as DOMRect));
    expect([glass.x, glass.width].map(Math.round)).toEqual([strip!.x, strip!.width].map(Math.round));
    const before = await page.locator(".story-lanes .v b").allTextContents();
    await page.mouse.move(glass.x + glass.width * 0.55, glass.y + 60);
    await page.locator(".lanes-glass .cursor").waitFor();
    expect(await page.locator(".story-lanes .v b").allTextContents()).not.toEqual(before);
  });

  it("goes everywhere by keyboard: keys, list of keys, palette", async ({ page, heaptide }) => {
    await visit(page, `${heaptide.url}/`);
    await page.keyboard.press("g");
    await page.keyboard.press("l");
    await page.waitForURL("**/logs");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
    expect(await page.getByRole("dialog").textContent()).toContain("find anything");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("settings");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/settings");
    await settle(page);
    await page.keyboard.press("t");
    expect(await page.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
    await page.keyboard.press("t");
  });

  it("ranks the root class of the growth group first, and unfolds the group", async ({ page, heaptide, places }) => {
    await visit(page, heaptide.url + places["instances"]);
    const first = page.locator(".class-row:not(.head)").first();
    expect(await first.textContent()).toContain("HashedWheelTimer");
    await first.getByRole("button").click();
    expect(await page.locator(".class-row.member").first().textContent()).toContain("Object[]");
    await page.getByLabel("Filter classes").fill("DefaultAsyncHttpClient");
    await page.waitForFunction(() => document.querySelectorAll(".class-row:not(.head)").length < 12);
  });

  it("marks user code in the flame graph", async ({ page, heaptide, places }) => {
    await visit(page, heaptide.url + places["allocations"]);
    expect(await page.locator(".flame-box.user").count()).toBeGreaterThan(0);
    expect(await page.locator("td.user-line").first().textContent()).toContain(LINE);
  });

  it("leads from a log pattern to its moment in the tide chart", async ({ page, heaptide, places }) => {
    await visit(page, heaptide.url + places["logs"]);
    const pattern = page.locator(".pattern", { hasText: "You are creating too many" });
    await pattern.getByRole("link", { name: /tide chart/ }).click();
    await page.waitForURL(/\/processes\/.*from=\d+&to=\d+/);
    await page.locator("canvas[data-chart=tide]").waitFor();
  });

  it("has run into no error of a script meanwhile", ({ errors }) => {
    expect(errors).toEqual([]);
  });
});

/** The window in the address, once charts have come to rest. */
async function windowSeen(page: Page): Promise<[from: number, to: number]> {
  await page.waitForTimeout(300);
  await page.waitForFunction(() => location.hash.startsWith("#t="));
  return page.evaluate(() => /#t=(\d+)-(\d+)/.exec(location.hash)!.slice(1).map(Number) as [number, number]);
}

async function downloaded(page: Page, button: string): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button }).click()]);
  return readFile(await download.path(), "utf8");
}
