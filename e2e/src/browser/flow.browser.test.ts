import type { FlowDay } from "@heaptide/model";
import type { Heaptide } from "@heaptide/server";
import { describe, expect } from "vitest";
import { hasBrowser, visit } from "./browser.ts";
import { onNothing } from "./opened.ts";

const DAY = 86_400_000;
const GAP = "pipeline:not-captured:museum";
/** The page of flow, once two sources have told of their days, and of a gap. */
const it = onNothing.extend("flow", { scope: "file" }, async ({ heaptide, page }) => {
  const now = Date.now();
  await post(heaptide, "/api/gaps", {
    ...{ id: GAP, from: new Date(now - DAY / 2).toISOString(), title: "museum was not captured: nobody asked it" },
  });
  await post(heaptide, "/api/flow/days", daysUntil(now));
  await heaptide.diagnoseNow();
  await visit(page, `${heaptide.url}/flow`);
  return page;
});

describe.skipIf(!hasBrowser)("data flow (skipped without Chromium)", () => {
  it("shows a gap as the one square that is different, and says what is missing", async ({ flow: page }) => {
    const gaps = page.locator("td.day.gap");
    expect(await gaps.count()).toBe(1);
    expect(await gaps.textContent()).toBe("×");
    expect(await gaps.getAttribute("aria-label")).toContain("museum was not captured");
    expect(await page.locator(".told-day").textContent()).toContain("0 listed of 40 expected");
    const colours = await page.locator("td.day").evaluateAll((cells) => cells.map((cell) => getComputedStyle(cell).backgroundColor));
    const own = await gaps.evaluate((cell) => getComputedStyle(cell).backgroundColor);
    expect(colours.filter((colour) => colour === own)).toHaveLength(1);
  });

  it("is walked by arrows, a day at a time", async ({ flow: page }) => {
    await page.locator("td.day.gap").focus();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowUp");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toMatch(/^cinema, .*: 40 listed of 40 expected/);
    expect(await page.locator(".told-day").textContent()).toMatch(/^cinema/);
  });

  it("tells of each source how good its data is", async ({ flow: page }) => {
    const row = page.getByRole("row", { name: /^museum .*1 of 7/ });
    expect(await row.textContent()).toContain("95 %");
  });

  it("leads from the gap to the incident that explains it", async ({ flow: page }) => {
    await page.locator("td.day.gap").click();
    await page.waitForURL("**/incidents/**");
    await page.locator("h1", { hasText: "museum was not captured" }).waitFor();
    await page.goBack();
    await page.locator("td.day.gap").focus();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/incidents/**");
  });

  it("has run into no error of a script meanwhile", ({ errors }) => {
    expect(errors).toEqual([]);
  });
});

async function post(heaptide: Heaptide, path: string, body: unknown): Promise<void> {
  const response = await fetch(heaptide.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status, await response.text()).toBe(200);
}

/** Forty a day of two sources; of one, nothing last night. */
function daysUntil(now: number): FlowDay[] {
  return ["cinema", "museum"].flatMap((source) =>
    Array.from({ length: 40 }, (_, i): FlowDay => {
      const isGap = source === "museum" && i === 0;
      const count = isGap ? 0 : 40;
      return {
        ...{ source, day: new Date(now - i * DAY).toISOString().slice(0, 10), listed: count, captured: count, processed: count },
        ...{ duplicates: 0, rejected: 0, enriched: isGap ? null : 0.95, lateness: isGap ? null : 30_000, delay: isGap ? null : 60_000 },
        ...{ expected: 40, gap: isGap ? GAP : null },
      };
    }),
  );
}
