import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults, Result } from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { hasBrowser, isWholeRun, openPage, visit } from "./browser.ts";
import { onStory as it } from "./opened.ts";
import { differenceOf, MOST_DIFFERENT, pictureOf, wrongWithPicture } from "./pictures.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core");
/**
 * All of them with `npm run test:browser`, with their pictures; continuous integration looks at both colours and at the widest and narrowest, without: there a word of a
 * finding may change without anybody who looks.
 */
const LOOKS = [
  { colours: "light", width: 1440 },
  { colours: "dark", width: 390 },
  ...(isWholeRun
    ? ([
        { colours: "dark", width: 1440 },
        { colours: "light", width: 1024 },
        { colours: "dark", width: 1024 },
        { colours: "light", width: 390 },
      ] as const)
    : []),
] as const;

describe.skipIf(!hasBrowser)("every screen (skipped without Chromium)", () => {
  it.for(LOOKS)(
    "is readable for everybody, fits, and looks as it was kept, in $colours at $width px",
    async ({ colours, width }, { browser, heaptide, places }) => {
      const axe = await readFile(AXE, "utf8");
      const { page, errors } = await openPage(browser, { colorScheme: colours, viewport: { width, height: 900 } });
      const problems: string[] = [];
      for (const [name, path] of Object.entries(places)) {
        await visit(page, heaptide.url + path);
        expect(await page.title(), name).toMatch(/Heaptide$/);
        if ((await overflow(page)) > 0) problems.push(`${name} is wider than the window`);
        if (width < 640 && (await page.evaluate(hasWideTable))) problems.push(`a table of ${name} has to be moved sideways`);
        const wrong = isWholeRun ? await wrongWithPicture(page, `${name}-${colours}-${width}`) : null;
        if (wrong !== null) problems.push(wrong);
        for (const { id, impact, nodes } of await violations(page, axe))
          problems.push(`${name}: ${impact} ${id}: ${nodes[0]?.html.slice(0, 200)}`);
      }
      expect(problems).toEqual([]);
      expect(errors).toEqual([]);
      await page.context().close();
    },
  );

  it.for([
    { change: "a verdict's chip is missing", style: ".process-table .chip { visibility: hidden }" },
    { change: "what is green is not", style: ":root { --healthy: var(--ink-3) !important }" },
    { change: "the sparklines are not drawn", style: ".spark path { stroke: none }" },
    { change: "letters are a size larger", style: "body { font-size: 14px !important }" },
  ])("would not pass where $change", async ({ style }, { browser, heaptide }) => {
    const { page } = await openPage(browser, { colorScheme: "light" });
    await visit(page, `${heaptide.url}/`);
    const before = await pictureOf(page);
    expect(differenceOf(before, await pictureOf(page)).share).toBeLessThanOrEqual(MOST_DIFFERENT);
    await page.addStyleTag({ content: style });
    expect(differenceOf(before, await pictureOf(page)).share).toBeGreaterThan(MOST_DIFFERENT);
    await page.context().close();
  });
});

const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

const hasWideTable = (): boolean =>
  [...document.querySelectorAll(".scroll-x:has(> .cards)")].some(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth);

/** Serious ones. The policy of the pages forbids foreign scripts, so axe comes in by the browser's own door. */
async function violations(page: Page, axe: string): Promise<Result[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] })",
  );
  return (found as AxeResults).violations.filter(({ impact }) => impact === "serious" || impact === "critical");
}
