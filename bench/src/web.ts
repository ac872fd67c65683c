import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Observation, Sample } from "@heaptide/model";
import { type Heaptide, serveHeaptide } from "@heaptide/server";
import { preparePages } from "@heaptide/web/pages";
import { type Browser, chromium, type Page } from "playwright-core";
import { type BenchmarkContext, median, type Report, type ReportRow } from "./report.ts";

const PROCESSES = 200;
const DAY = 86_400_000;
const SAMPLE_EVERY = 30_000;
const POINTS = 1_000_000;
const CLASSES = 100_000;
const FRAMES = 180;
const RUNS = 5;
const GOALS = { script: 250_000, firstView: 1000, frame: 1000 / 60 } as const;
/** A frame that took half again as long as a screen's was dropped. */
const DROPPED = (1000 / 60) * 1.5;
const SPIKE = 3e8;
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];

/** The pages on a day of 200 processes, a series of a million points and a histogram of 100,000 classes, in a real browser without a graphics card. */
export async function benchmark({ signal, progress }: BenchmarkContext): Promise<Report> {
  const pages = await preparePages();
  const heaptide = await serveHeaptide({ targets: [], dataDirectory: null, port: 0, pages, signal });
  const browser = await chromium.launch({ executablePath: process.env["HEAPTIDE_CHROMIUM"] ?? "/usr/bin/chromium", args: FLAGS });
  try {
    progress("writing a day of 200 processes");
    await fill(heaptide, Date.now());
    const rows: ReportRow[] = [];
    rows.push(await firstLoad(browser, heaptide.url, pages, progress));
    rows.push(...(await firstView(browser, heaptide.url, progress)));
    rows.push(...(await panning(browser, heaptide.url, progress)));
    rows.push(...(await scrolling(browser, heaptide.url, progress)));
    return {
      title: "The pages",
      conditions: `Chromium ${browser.version()} without a graphics card, Node ${process.versions.node}, ${PROCESSES} processes x 24 h at a sample in ${SAMPLE_EVERY / 1000} s, in memory`,
      rows,
    };
  } finally {
    await browser.close();
    await heaptide.close();
  }
}

async function fill(heaptide: Heaptide, now: number): Promise<void> {
  const { store } = heaptide;
  for (let p = 0; p < PROCESSES; p++) {
    const incarnation = `${p}@1`;
    const seen: Observation[] = [processSeen(`tm-${p}`, incarnation, now)];
    for (let at = now - DAY; at < now; at += SAMPLE_EVERY) {
      const value = 1e8 + (p % 7 === 0 ? (at - now + DAY) * 0.8 : 4e6 * Math.sin(at / 3e6));
      seen.push(
        sample(incarnation, "heap.live", at, value),
        sample(incarnation, "heap.used", at, value * (1.2 + 0.3 * ((at / SAMPLE_EVERY) % 2))),
      );
    }
    store.append(seen);
    if (p % 20 === 19) await store.flush();
  }
  const deep = "deep@1";
  store.append([processSeen("deep", deep, now)]);
  for (let begin = 0; begin < POINTS; begin += 50_000) {
    store.append(
      Array.from({ length: 50_000 }, (_, i) => {
        const place = begin + i;
        const at = now - DAY + (place * DAY) / POINTS;
        return sample(deep, "heap.used", at, place === POINTS / 2 ? SPIKE : 5e7 + 8e7 * ((place % 97) / 97));
      }),
    );
    await store.flush();
  }
  store.append([1, 2].map((round) => snapshot(deep, now - 60_000 * (3 - round), round)));
  await store.flush();
  await heaptide.diagnoseNow();
}

async function firstLoad(browser: Browser, url: string, pages: string, progress: (said: string) => void): Promise<ReportRow> {
  progress("first load");
  const page = await browser.newPage();
  const scripts = new Set<string>();
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith(".js")) scripts.add(pathname);
  });
  await page.goto(url, { waitUntil: "load" });
  await page.locator(".process-table tbody tr").first().waitFor();
  await page.close();
  const size = [...scripts].reduce((sum, script) => sum + gzipSync(readFileSync(join(pages, script))).length, 0);
  return {
    what: "JavaScript of the first view, packed by gzip",
    value: `${(size / 1000).toFixed(0)} kB`,
    goal: "<= 250 kB",
    held: size <= GOALS.script,
  };
}

async function firstView(browser: Browser, url: string, progress: (said: string) => void): Promise<ReportRow[]> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.addInitScript(watchForRows, PROCESSES);
    await page.goto(`${url}/?last=24h`);
    await page.waitForFunction(() => (window as { shownAt?: number }).shownAt !== undefined);
    times.push(await page.evaluate(() => (window as { shownAt?: number }).shownAt!));
    progress(`first view ${run + 1} of ${RUNS}: ${times.at(-1)!.toFixed(0)} ms`);
    await context.close();
  }
  const value = median(times);
  return [
    {
      what: `first view: all ${PROCESSES} processes with their day`,
      value: `${value.toFixed(0)} ms`,
      goal: "< 1000 ms",
      held: value < GOALS.firstView,
    },
  ];
}

/** Runs in the page: notes when the last row stood in it, milliseconds from the start of the navigation. */
function watchForRows(wanted: number): void {
  const look = (): void => {
    if (document.querySelectorAll(".process-table tbody tr .spark").length >= wanted)
      (window as { shownAt?: number }).shownAt = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

async function panning(browser: Browser, url: string, progress: (said: string) => void): Promise<ReportRow[]> {
  progress("panning a million points");
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${url}/processes/deep?last=24h`);
  await page.locator("canvas[data-chart=tide]").waitFor();
  await page.waitForFunction(() => document.querySelector(".app[aria-busy=false]") !== null);
  await page.locator("canvas[data-chart=tide]").focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press("+");
  await page.waitForTimeout(1500);
  const frames = await framesWhile(
    page,
    `(() => {
    const canvas = document.querySelector("canvas[data-chart=tide]");
    const box = canvas.getBoundingClientRect();
    const move = (type, x) => canvas.dispatchEvent(new PointerEvent(type, { bubbles: true, clientX: x, clientY: box.top + 80, button: 0, pointerId: 1 }));
    canvas.setPointerCapture = () => {};
    let i = 0;
    return () => {
      if (i === 0) move("pointerdown", box.left + 600);
      move("pointermove", box.left + 600 + 300 * Math.sin(i++ / 20));
    };
  })()`,
  );
  const answer = (await (
    await fetch(`${url}/api/processes/deep/series?measure=heap.used&points=1000&from=${Date.now() - DAY}`)
  ).json()) as {
    lives: { max: number[] }[];
  }[];
  const peak = Math.max(...answer[0]!.lives.flatMap(({ max }) => max));
  await page.close();
  return [
    frameRow(`panning the tide chart over ${POINTS.toLocaleString("en")} points`, frames),
    {
      what: "one spike of one sample in them, thinned to 1000 points",
      value: peak === SPIKE ? "kept" : "lost",
      goal: "kept",
      held: peak === SPIKE,
    },
  ];
}

async function scrolling(browser: Browser, url: string, progress: (said: string) => void): Promise<ReportRow[]> {
  progress("scrolling 100,000 classes");
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${url}/instances?process=deep&last=24h`);
  await page.locator(".class-row:not(.head)").first().waitFor();
  await page.waitForTimeout(1000);
  const frames = await framesWhile(
    page,
    `(() => { const rows = document.querySelector(".class-table .rows"); return () => { rows.scrollTop += 260; }; })()`,
  );
  await page.close();
  return [frameRow(`scrolling ${CLASSES.toLocaleString("en")} classes, ten rows a frame`, frames)];
}

/** @param makeStep source of a function that gives what is done in each frame. @returns how long each frame took, milliseconds */
const framesWhile = (page: Page, makeStep: string): Promise<number[]> =>
  page.evaluate(`new Promise((resolve) => {
    const step = ${makeStep};
    const frames = [];
    let before;
    const next = (now) => {
      if (before !== undefined) frames.push(now - before);
      before = now;
      if (frames.length >= ${FRAMES}) return resolve(frames);
      step();
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  })`);

function frameRow(what: string, frames: readonly number[]): ReportRow {
  const middle = median(frames);
  const dropped = frames.filter((frame) => frame > DROPPED).length / frames.length;
  const mean = frames.reduce((sum, frame) => sum + frame, 0) / frames.length;
  return {
    what,
    value: `${(1000 / mean).toFixed(0)} frames/s, median ${middle.toFixed(1)} ms, ${(dropped * 100).toFixed(0)} % late`,
    goal: "60 frames/s",
    held: middle <= GOALS.frame * 1.05 && dropped < 0.05,
  };
}

const processSeen = (key: string, incarnation: string, now: number): Observation => ({
  type: "process",
  at: now,
  process: { key, name: `TaskManager ${key}`, role: "taskmanager" },
  incarnation: {
    key: incarnation,
    process: key,
    pid: null,
    startedAt: now - DAY,
    endedAt: null,
    flinkId: key,
    command: "",
    javaVersion: "17",
    collector: "G1",
    limits: { heap: { value: 4e8, unit: "B", source: "-Xmx" } },
  },
});

const sample = (incarnation: string, measure: Sample["measure"], at: number, value: number): Sample => ({
  type: "sample",
  at,
  incarnation,
  measure,
  value,
});

const snapshot = (incarnation: string, at: number, round: number): Observation => ({
  type: "snapshot",
  at,
  incarnation,
  kind: "live",
  classes: {
    names: Array.from({ length: CLASSES }, (_, c) => `org.acme.part${c % 100}.Class${c}`),
    instances: Array.from({ length: CLASSES }, (_, c) => 10 + (c % 1000) * (c % 3 === 0 ? round : 1)),
    bytes: Array.from({ length: CLASSES }, (_, c) => 160 + (c % 1000) * 16 * (c % 3 === 0 ? round : 1)),
  },
});
