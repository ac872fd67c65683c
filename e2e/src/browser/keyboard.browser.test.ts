import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { hasBrowser, isWholeRun, settle, visit } from "./browser.ts";
import { onStory as it } from "./opened.ts";

describe.skipIf(!hasBrowser)("without a mouse (skipped without Chromium)", () => {
  it("Tab comes to whatever can be clicked, shows where it is, and gets out again", async ({ page, heaptide, places }) => {
    const problems: string[] = [];
    const names = isWholeRun ? Object.keys(places) : ["overview", "incident", "flow"];
    for (const name of names) {
      await visit(page, heaptide.url + places[name]!);
      await page.evaluate(MARK_WHAT_CAN_BE_CLICKED);
      const reached = await tabThrough(page);
      const [missed, ringless] = await page.evaluate(
        (ids): [string[], string[]] => [
          [...document.querySelectorAll("[data-clickable]")]
            .filter((element) => !ids.some(({ id }) => id === element.getAttribute("data-clickable")))
            .map((element) => element.outerHTML.slice(0, 160)),
          ids
            .filter(({ ring }) => !ring)
            .map(({ id }) => document.querySelector(`[data-clickable="${id}"]`)?.outerHTML.slice(0, 160) ?? id),
        ],
        reached,
      );
      problems.push(
        ...missed.map((one) => `${name}: Tab never comes to ${one}`),
        ...ringless.map((one) => `${name}: no ring around ${one}`),
      );
    }
    expect(problems).toEqual([]);
  });

  it("the culprit's line is two keys from the overview", async ({ page, heaptide }) => {
    await visit(page, `${heaptide.url}/`);
    await focusOn(page, "a.finding-row");
    await page.keyboard.press("Enter");
    await page.locator(".stack-trace .you").first().waitFor();
  });

  it("classes are sorted, filtered, unfolded and compared", async ({ page, heaptide, places }) => {
    await visit(page, heaptide.url + places["instances"]!);
    await focusOn(page, ".class-row.head .name button");
    await page.keyboard.press("Enter");
    await page.locator(".class-row.head [aria-sort=ascending].name").waitFor();
    await focusOn(page, ".class-row.head .bytesGrown button");
    await page.keyboard.press("Space");
    await focusOn(page, ".class-row .fold");
    await page.keyboard.press("Enter");
    await page.locator(".class-row.member").first().waitFor();
    await focusOn(page, "select[aria-label=Before], label:has-text('Before') select");
    const before = await page.evaluate(() => (document.activeElement as HTMLSelectElement).value);
    await page.keyboard.press("ArrowDown");
    await settle(page);
    expect(await page.evaluate(() => (document.activeElement as HTMLSelectElement).value)).not.toBe(before);
    await focusOn(page, ".class-row .fold");
    await page.keyboard.press("/");
    await page.keyboard.type("HashedWheel");
    await page.waitForFunction(() => document.querySelectorAll(".class-row:not(.head)").length < 10);
    await page.keyboard.press("Tab");
    const rows = page.locator(".class-table .rows");
    await rows.focus();
    await page.keyboard.press("PageDown");
  });

  it("the flame graph is walked into and out of, and shows threads and holders", async ({ page, heaptide, places }) => {
    await visit(page, heaptide.url + places["allocations"]!);
    await focusOn(page, "button.flame-box >> nth=2");
    const chosen = await page.evaluate(() => document.activeElement!.getAttribute("title"));
    await page.keyboard.press("Enter");
    expect(await page.locator("button.flame-box").first().getAttribute("title")).toBe(chosen);
    await focusOn(page, ".flame-told .control");
    await page.keyboard.press("Enter");
    expect(await page.locator("button.flame-box").first().getAttribute("title")).not.toBe(chosen);
    for (const mode of ["Thread starts by stack", "Old objects by holder"]) {
      await page.getByRole("button", { name: mode }).focus();
      await page.keyboard.press("Enter");
      await page.locator("button[aria-pressed=true]", { hasText: mode }).waitFor();
    }
    await focusOn(page, ".tree summary");
    await page.keyboard.press("Enter");
  });

  it("an incident is exported and linked", async ({ page, heaptide, places }) => {
    await visit(page, heaptide.url + places["incident"]!);
    for (const [key, file] of [
      ["e", /\.html$/],
      ["m", /\.md$/],
    ] as const) {
      const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press(key)]);
      expect(download.suggestedFilename()).toMatch(file);
    }
  });

  it("colours and the editor's link are chosen", async ({ page, heaptide, places }) => {
    await visit(page, heaptide.url + places["settings"]!);
    await page.getByRole("button", { name: "dark", exact: true }).focus();
    await page.keyboard.press("Space");
    expect(await page.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark");
    await page.getByRole("button", { name: "system", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.getByLabel("Link that opens a line").focus();
    await page.keyboard.type("vscode://file/src/{path}:{line}");
    await visit(page, heaptide.url + places["incident"]!);
    const link = page.getByRole("link", { name: "open in editor" }).first();
    expect(await link.getAttribute("href")).toMatch(/^vscode:\/\/file\/src\/.*ClientPerCall\.java:18$/);
    await page.evaluate(() => localStorage.clear());
  });

  it("has run into no error of a script meanwhile", ({ errors }) => {
    expect(errors).toEqual([]);
  });
});

/** Focuses as Tab would have: what cannot be focused stays without it. */
async function focusOn(page: Page, selector: string): Promise<void> {
  const element = page.locator(selector).first();
  await element.focus();
  expect(await element.evaluate((one) => one === document.activeElement), selector).toBe(true);
}

/**
 * Gives each element that does something on a click a number: what the browser knows as such, and what React listens on. Left out is what has a twin for the
 * keyboard: boxes of a flame graph too narrow to be hit (one comes to them through the box that they lie in), and options of a combobox.
 */
const MARK_WHAT_CAN_BE_CLICKED = `(() => {
  let next = 0;
  for (const element of document.querySelectorAll("body *")) {
    const key = Object.keys(element).find((name) => name.startsWith("__reactProps"));
    const props = key ? element[key] : {};
    const does = element.matches("a[href], button, input, select, textarea, summary") || props.onClick || props.onPointerDown;
    const isTwin = element.matches("div.flame-box, [role=option], dialog");
    const isSeen = element.checkVisibility({ visibilityProperty: true }) && !element.closest("[hidden]") && !element.disabled;
    if (does && isSeen && !isTwin) element.setAttribute("data-clickable", String(next++));
  }
})()`;

/** Presses Tab until it is back at the beginning. @returns what had the focus, and whether that was to be seen */
async function tabThrough(page: Page): Promise<{ id: string; ring: boolean }[]> {
  const reached = new Map<string, boolean>();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (let i = 0; i < 600; i++) {
    await page.keyboard.press("Tab");
    const present = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return null;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      return {
        id: element.getAttribute("data-clickable"),
        ring: (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none",
      };
    });
    if (present === null) break;
    if (present.id === null) continue;
    if (reached.has(present.id)) break;
    reached.set(present.id, present.ring);
  }
  return [...reached].map(([id, ring]) => ({ id, ring }));
}
