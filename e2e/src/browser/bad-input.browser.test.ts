import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Observation } from "@heaptide/model";
import type { Heaptide } from "@heaptide/server";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, launchBrowser, openPage, serveNothing, serveStory, settle, STORY, visit } from "./browser.ts";

const HTML = "<img src=x onerror=alert(1)>";
let heaptide: Heaptide;
let browser: Browser;
let page: Page;
let errors: string[];

describe.skipIf(!hasBrowser)("what nobody wishes for (skipped without Chromium)", () => {
  beforeAll(async () => {
    [heaptide, browser] = await Promise.all([serveNothing(), launchBrowser()]);
    ({ page, errors } = await openPage(browser));
    page.on("dialog", (dialog) => {
      errors.push(`a script ran: ${dialog.message()}`);
      void dialog.dismiss();
    });
  });
  afterAll(async () => {
    await browser?.close();
    await heaptide?.close().catch(() => undefined);
  });

  it("says how to begin where nothing is watched", async () => {
    await visit(page, `${heaptide.url}/`);
    await page.getByText("Nothing is watched yet").waitFor();
    expect(await page.locator(".command").first().textContent()).toContain("heaptide serve --flink");
    for (const path of ["/instances", "/allocations", "/incidents", "/flow", "/logs", "/processes"]) {
      await visit(page, heaptide.url + path);
      expect(await page.locator(".empty h2").first().textContent(), path).not.toBe("");
    }
  });

  it("says that there is no such page, process or incident, and stays alive", async () => {
    for (const path of ["/nowhere", "/processes/nobody", "/incidents/none", "/processes/%E0%A4%A", "/?from=x&to=y&last=zz"]) {
      await page.goto(heaptide.url + path);
      await page.locator("main *").first().waitFor();
      await page.getByRole("link", { name: "Overview", exact: true }).waitFor();
    }
  });

  it("shows names and lines with HTML in them as text, and cuts lines of many kilobytes", async () => {
    heaptide.store.append(hostile(Date.now()));
    await heaptide.diagnoseNow();
    await visit(page, `${heaptide.url}/`);
    await page.getByText(HTML).first().waitFor();
    await visit(page, `${heaptide.url}/instances`);
    await page.locator(".class-row", { hasText: HTML }).waitFor();
    await visit(page, `${heaptide.url}/logs`);
    const pattern = page.locator(".pattern").first();
    expect((await pattern.textContent())!.length).toBeLessThan(1500);
    await pattern.getByRole("button", { name: "Lines" }).click();
    expect(await page.locator("img").count()).toBe(0);
  });

  it("says so where a clock is ahead", async () => {
    await visit(page, `${heaptide.url}/`);
    await page.getByText("a clock is off").waitFor();
  });

  it("says plainly what a damaged recording lacks", async () => {
    await visit(page, `${heaptide.url}/dumps`);
    const chosen = {
      mimeType: "application/octet-stream",
      name: "broken.jfr",
      buffer: Buffer.from("FLR\0 and then nothing that makes sense"),
    };
    await page.setInputFiles("input[type=file]", chosen);
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("Next:");
    await page.setInputFiles("input[type=file]", { ...chosen, name: "session.jfr", buffer: await readFile(STORY) });
    await page.getByRole("alert").nth(1).waitFor();
  });

  it("shows a session that was half recorded as far as it goes, and says so", async () => {
    const folder = await mkdtemp(join(tmpdir(), "heaptide-half-"));
    const whole = await readFile(STORY);
    await writeFile(join(folder, "half.session"), whole.subarray(0, whole.length / 2));
    const half = await serveStory(0, join(folder, "half.session"));
    await visit(page, `${half.url}/`);
    await page.getByText("The recording was cut off at").waitFor();
    await page.locator(".process-table tbody tr").first().waitFor();
    await half.close();
    await rm(folder, { recursive: true });
  });

  it("says plainly that a damaged heap dump is one", async () => {
    await visit(page, `${heaptide.url}/dumps`);
    const file = (name: string, content: string) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(content) });
    await page.setInputFiles("input[type=file]", file("cut.hprof", "JAVA PROFILE 1.0.2\0\0\0\0\bxxxxxxxx"));
    await page.getByRole("alert").first().waitFor();
    await page.setInputFiles("input[type=file]", file("no-dump.hprof.gz", "<html>not found</html>"));
    await page.getByRole("alert").nth(1).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("o");
    await page.locator(".process-table").waitFor();
  });

  it("says that the server was stopped, loses nothing, and goes on by itself when it is back", async () => {
    await visit(page, `${heaptide.url}/`);
    const port = Number(new URL(heaptide.url).port);
    await page.getByText(HTML).first().waitFor();
    await heaptide.close();
    await page.getByText("Heaptide does not answer since").waitFor();
    expect(await page.getByText(HTML).count()).toBeGreaterThan(0);
    heaptide = await serveNothing(port);
    await page.getByText("Heaptide does not answer since").waitFor({ state: "detached" });
    heaptide.store.append(hostile(Date.now(), "a process that came later"));
    await heaptide.diagnoseNow();
    await page.getByText("a process that came later").first().waitFor();
    await settle(page);
  });

  it("has run into no error of a script meanwhile", () => {
    expect(errors).toEqual([]);
  });
});

/** A process whose every text is somebody else's. Its last change lies in the future. */
function hostile(at: number, name = HTML): Observation[] {
  const incarnation = {
    key: "7@1",
    process: "pid:7",
    pid: 7,
    startedAt: at - 60_000,
    endedAt: null,
    flinkId: null,
    command: HTML,
    javaVersion: "17",
    collector: "G1",
    limits: {},
  };
  return [
    { type: "process", at, process: { key: "pid:7", name, role: "jvm" }, incarnation },
    { type: "sample", at: at - 2000, incarnation: "7@1", measure: "heap.live", value: 1 << 20 },
    { type: "sample", at: at - 1000, incarnation: "7@1", measure: "heap.live", value: 2 << 20 },
    {
      type: "snapshot",
      at: at - 1000,
      incarnation: "7@1",
      kind: "live",
      classes: { names: [HTML, "B"], instances: [1, 2], bytes: [16, 64] },
    },
    {
      type: "log",
      at: at - 500,
      incarnation: "7@1",
      patternId: "1",
      pattern: `${HTML} ${"x".repeat(10_000)}`,
      level: "error",
      logger: HTML,
      message: `${HTML} ${"x".repeat(10_000)}`,
      throwable: null,
    },
    {
      type: "change",
      at: at + 3_600_000,
      id: "c",
      kind: "external",
      job: null,
      process: "pid:7",
      title: `${HTML} deployed`,
      attributes: {},
    },
  ];
}
