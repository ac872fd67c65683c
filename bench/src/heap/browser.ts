import { preparePages } from "@heaptide/web/pages";
import { serveHeaptide } from "@heaptide/server";
import { chromium, type Page } from "playwright-core";
import { median } from "../report.ts";
import { measure } from "./measure.ts";
import { atMost, heap, type Part, plainly } from "./part.ts";

/** Of our own time in Node, the whole command with its workers. */
const GOAL = 2;
const RUNS = 3;
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
const PATIENCE = 120_000;

/** A dump chosen in the page, until its suspects stand there, beside `heaptide heap`, in turns: in a real browser, on the built pages. */
export const browser: Part = async (subject) => {
  const { dump, spec, context } = subject;
  if (spec.name !== "small") return [];
  const heaptide = await serveHeaptide({ targets: [], dataDirectory: null, port: 0, pages: await preparePages(), signal: context.signal });
  const chrome = await chromium.launch({ executablePath: process.env["HEAPTIDE_CHROMIUM"] ?? "/usr/bin/chromium", args: FLAGS });
  try {
    const page = await chrome.newPage();
    page.setDefaultTimeout(PATIENCE);
    const [there, here]: [number[], number[]] = [[], []];
    for (let i = 0; i < RUNS; i++) {
      there.push(await timeInPage(page, `${heaptide.url}/dumps`, dump.file));
      here.push((await measure(heap(dump.file, "--json"), context.signal)).time);
      context.progress(`${spec.name}, browser: ${there[i]!.toFixed(0)} ms, Node: ${here[i]!.toFixed(0)} ms`);
    }
    const figure = `${(median(there) / 1000).toFixed(2)} s / ${(median(here) / 1000).toFixed(2)} s, medians of ${RUNS}`;
    return [
      plainly(subject, `analysis in Chromium ${chrome.version()} / in Node`, figure),
      ...atMost(subject, "analysis in the browser, times Node's time", median(there.map((time, i) => time / here[i]!)), GOAL),
    ];
  } finally {
    await chrome.close();
    await heaptide.close();
  }
};

async function timeInPage(page: Page, url: string, file: string): Promise<number> {
  await page.goto(url);
  const chooser = page.locator("input[type=file]");
  await chooser.waitFor({ state: "attached" });
  const began = performance.now();
  await chooser.setInputFiles(file);
  await page.getByRole("heading", { name: "Suspects" }).waitFor();
  return performance.now() - began;
}
