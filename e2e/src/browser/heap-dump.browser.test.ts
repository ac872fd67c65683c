import { execFile } from "node:child_process";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createGzip } from "node:zlib";
import { openDump, reportHeap } from "@heaptide/hprof";
import { compileJava, findJdks, startJava } from "@heaptide/testkit";
import type { Heaptide } from "@heaptide/server";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasBrowser, launchBrowser, openPage, serveNothing, visit } from "./browser.ts";

/** Dumps of a real JVM that keeps more and more in a static list, dropped into the page. */
const execute = promisify(execFile);
const jdk = findJdks().at(-1);
const reason = hasBrowser ? (jdk ? "" : " (skipped without a JDK)") : " (skipped without Chromium)";

describe.skipIf(reason !== "")(`heap dumps in a browser${reason}`, () => {
  let folder: string;
  let before: string;
  let after: string;
  let heaptide: Heaptide;
  let browser: Browser;
  let page: Page;
  let errors: string[];
  const sent: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "heaptide-browser-dumps-"));
    [before, after] = [join(folder, "before.hprof"), join(folder, "after.hprof")];
    const { classes, remove } = compileJava([jdk!]);
    const java = await startJava({ jdk: jdk!, classes, main: "Keeper", args: ["5000", "500", "3000"] });
    const jcmd = (file: string, ...words: string[]) =>
      execute(join(jdk!.home, "bin/jcmd"), [`${java.pid}`, "GC.heap_dump", ...words, file]);
    try {
      await jcmd(before);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await jcmd(after);
      await jcmd(join(folder, "members.hprof.gz"), "-gz=1");
    } finally {
      await java.stop();
      remove();
    }
    await pipeline(createReadStream(after), createGzip(), createWriteStream(join(folder, "plain.hprof.gz")));
    const bytes = await readFile(after);
    await writeFile(join(folder, "cut.hprof"), bytes.subarray(0, bytes.length * 0.7));
    await writeFile(join(folder, "garbage.hprof"), Buffer.from("a shopping list: milk, honey, <img src=x onerror=alert(1)>"));
    [heaptide, browser] = await Promise.all([serveNothing(), launchBrowser()]);
    ({ page, errors } = await openPage(browser));
    // A worker shares the machine's cores with whatever else runs.
    page.setDefaultTimeout(90_000);
    page.on("request", (request) => {
      if (request.method() !== "GET" || request.postData() !== null || !request.url().startsWith(heaptide.url)) sent.push(request.url());
    });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await heaptide?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (...names: readonly string[]) => {
    await visit(page, `${heaptide.url}/dumps`);
    for (const name of names) await page.setInputFiles("input[type=file]", name.startsWith("/") ? name : join(folder, name));
  };

  it("are analysed by workers that share memory with WebAssembly: suspects, tree, classes, and who holds them", async () => {
    await open(after);
    await page.getByRole("heading", { name: "Suspects" }).waitFor();
    expect(await page.evaluate("crossOriginIsolated")).toBe(true);
    const dump = await openDump(after);
    const { totals, suspects } = await reportHeap(dump.reader);
    await dump.close();
    expect(await page.locator(".heap p").first().textContent()).toContain(`${totals.objects.toLocaleString("en")} objects`);
    const suspect = page.locator(".suspect").first();
    expect(await suspect.textContent()).toContain(`Held by static Keeper.KEPT`);
    expect(await suspect.textContent()).toContain(`${suspects[0]!.elements!.count.toLocaleString("en")} Keeper$Kept`);
    await page.locator(".flame-box", { hasText: "Keeper" }).first().waitFor();
    await page.getByLabel("Filter classes of the dump").fill("Keeper$Kept");
    await page.getByRole("button", { name: "Who holds Keeper$Kept" }).first().click();
    await page.getByText("of those looked at, by system class").first().waitFor();
  });

  it("let every object be looked into: fields, the path to its root, and what refers to it", async () => {
    await page.locator(".suspect").first().getByRole("button", { name: "look into it" }).click();
    const object = page.getByRole("region", { name: "Object" });
    await object.getByRole("table", { name: "Fields" }).waitFor();
    expect(await object.textContent()).toContain("elementData");
    await object.getByText("static KEPT").waitFor();
    await object
      .getByRole("button", { name: /^Look into java.lang.Object\[\]/ })
      .first()
      .click();
    await object.getByText("[0]").first().waitFor();
    await object.getByRole("button", { name: "What refers to it" }).click();
    await object.getByRole("table", { name: "What refers to it" }).waitFor();
    expect(await object.getByRole("table", { name: "What refers to it" }).textContent()).toContain("java.util.ArrayList");
    await object.getByLabel("Address of an object").fill("0x10");
    await object.getByRole("button", { name: "Look into it", exact: true }).click();
    await object.getByText("HEAP_OBJECT_UNKNOWN").waitFor();
  });

  it("show threads, loaders, repeated texts, collections and garbage when they are asked for", async () => {
    const more = page.getByRole("region", { name: "More of the dump" });
    for (const [title, seen] of [
      ["Threads", "main"],
      ["Class loaders", "AppClassLoader"],
      ["Repeated texts", "are copies"],
      ["Collections", "java.util.ArrayList"],
      ["Unreachable", /objects, |Nothing is unreachable/],
    ] as const) {
      await more.getByRole("button", { name: title }).click();
      await more.getByText(seen).first().waitFor();
    }
  });

  it("are walked over by several workers where they are large, with the same result", async () => {
    const large = join(folder, "large.hprof");
    const { classes, remove } = compileJava([jdk!]);
    const java = await startJava({ jdk: jdk!, classes, main: "Keeper", args: ["90000", "1000"], options: ["-Xmx256m"] });
    try {
      await execute(join(jdk!.home, "bin/jcmd"), [`${java.pid}`, "GC.heap_dump", large]);
    } finally {
      await java.stop();
      remove();
    }
    const workers: string[] = [];
    page.on("worker", (worker) => workers.push(worker.url()));
    await open(large);
    await page.getByRole("heading", { name: "Suspects" }).waitFor();
    const dump = await openDump(large);
    const { totals, suspects } = await reportHeap(dump.reader);
    await dump.close();
    expect(workers.filter((url) => url.includes("scan"))).not.toEqual([]);
    expect(await page.locator(".heap p").first().textContent()).toContain(`${totals.objects.toLocaleString("en")} objects`);
    expect(await page.locator(".suspect").first().textContent()).toContain(
      `${suspects[0]!.elements!.count.toLocaleString("en")} Keeper$Kept`,
    );
    await page.locator(".suspect").first().getByRole("button", { name: "look into it" }).click();
    const object = page.getByRole("region", { name: "Object" });
    await object.getByRole("button", { name: "What refers to it" }).click();
    // It takes long enough to tell how far it is; the page stays as it was meanwhile.
    await object
      .getByText(/Keeper|Nothing/)
      .first()
      .waitFor();
    await object.getByRole("table", { name: "What refers to it" }).waitFor();
  });

  it("are compared, two at a time", async () => {
    await open(before, after);
    const comparison = page.getByRole("region", { name: "Comparison" });
    const places = comparison.getByRole("table", { name: "Behind which place they grew" });
    await places.waitFor();
    expect(await comparison.locator("h2").textContent()).toBe("after.hprof compared with before.hprof");
    expect(await places.locator("tr", { hasText: "Keeper$Kept" }).first().textContent()).toMatch(/^\+[\d,]+\+.*static Keeper.KEPT$/);
    await comparison.getByRole("table", { name: "Single objects" }).waitFor();
  });

  it.each(["members.hprof.gz", "plain.hprof.gz"])("are unpacked in the browser: %s", async (name) => {
    await open(name);
    await page.locator(".suspect").first().waitFor();
    expect(await page.locator(".suspect").first().textContent()).toContain("static Keeper.KEPT");
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  it("that were cut off are shown as far as they go, with what is missing", async () => {
    await open("cut.hprof");
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("The dump is not whole: it ends at byte");
    await page.getByRole("heading", { name: "Classes" }).waitFor();
  });

  it("that are none are named as what they are, with the next step", async () => {
    await open("garbage.hprof");
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/garbage.hprof is no heap dump.*Next: .*NOT_A_HEAP_DUMP/);
    expect(await page.locator("img").count()).toBe(0);
  });

  it("that would not fit into the memory are refused before they are read", async () => {
    await visit(page, `${heaptide.url}/dumps`);
    await page.evaluate(() => {
      const slice = new Blob(["JAVA PROFILE 1.0.2\0"]);
      const file = new File([slice], "huge.hprof");
      Object.defineProperty(file, "size", { value: 60 * 2 ** 30 });
      Object.defineProperty(file, "slice", { value: () => Promise.reject(new Error("was read")) });
      const given = new DataTransfer();
      Object.defineProperty(given, "files", { value: [file] });
      const event = new DragEvent("drop", { bubbles: true, cancelable: true });
      Object.defineProperty(event, "dataTransfer", { value: given });
      document.querySelector(".drop")!.dispatchEvent(event);
    });
    await page.getByText("HEAP_DUMP_TOO_LARGE").waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("heaptide heap histogram");
  });

  it("go nowhere, and run into no error of a script", () => {
    expect(sent).toEqual([]);
    expect(errors).toEqual([]);
  });
});
