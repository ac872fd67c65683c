import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Heaptide, serveHeaptide } from "@heaptide/server";
import { readSession } from "@heaptide/store";
import { preparePages } from "@heaptide/web/pages";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

/** Where Debian puts it; another one by HEAPTIDE_CHROMIUM. */
const CHROMIUM = process.env["HEAPTIDE_CHROMIUM"] ?? "/usr/bin/chromium";
/** No graphics card, no keyring, nothing that calls home. */
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"];

/** Without a browser the tests are skipped on a laptop; continuous integration has one, or fails. */
export const hasBrowser = existsSync(CHROMIUM) || process.env["CI"] === "true";

/** `npm run test:browser` looks at everything; `npm test` leaves out what takes long and what other tests see too. */
export const isWholeRun = process.env["HEAPTIDE_BROWSER_TESTS"] === "all";

export const launchBrowser = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: FLAGS });

/** The story of the demo, recorded from a real run: leak, diagnosis, fix, proof. */
export const STORY = fileURLToPath(new URL("./venue-enrichment.session", import.meta.url));

/** A server that shows the recorded story. */
export async function serveStory(port = 0, file = STORY): Promise<Heaptide> {
  const session = await readSession(file, { partial: true });
  return serveHeaptide({
    targets: [],
    session: { session, speed: Infinity },
    dataDirectory: null,
    port,
    pages: await preparePages(),
    version: "test",
  });
}

/** A server that watches nothing: what is shown is what a test writes into its store. */
export const serveNothing = async (port = 0): Promise<Heaptide> =>
  serveHeaptide({ targets: [], dataDirectory: null, port, pages: await preparePages(), version: "test" });

/** A page whose errors are gathered: a test that ends with one fails. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, timezoneId: "UTC", locale: "en", ...options });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    // A request that fails is the page's to tell, and tests look whether it does.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) errors.push(message.text());
  });
  return { page, errors };
}

/** Every address of the application, on the data of the story. */
export async function addresses(url: string): Promise<Readonly<Record<string, string>>> {
  const diagnosis = (await (await fetch(`${url}/api/diagnosis`)).json()) as {
    findings: { id: string; process: { key: string } }[];
  };
  const { id, process } = diagnosis.findings[0]!;
  return {
    overview: "/",
    incidents: "/incidents",
    incident: `/incidents/${encodeURIComponent(id)}`,
    processes: "/processes",
    process: `/processes/${encodeURIComponent(process.key)}`,
    instances: "/instances",
    allocations: "/allocations",
    flow: "/flow",
    logs: "/logs",
    dumps: "/dumps",
    alerts: "/alerts",
    agents: "/agents",
    settings: "/settings",
  };
}

/** Opens an address and waits until nothing is being loaded any more. The stream of events never ends, so the page is asked whether it is busy. */
export async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address, { waitUntil: "load" });
  await settle(page);
}

export async function settle(page: Page): Promise<void> {
  const isIdle = () =>
    page.evaluate(
      () => document.querySelector(".app[aria-busy=false]") !== null && document.querySelector("main h1, main article") !== null,
    );
  for (let idle = 0; idle < 3;) {
    idle = (await isIdle()) ? idle + 1 : 0;
    await page.waitForTimeout(80);
  }
}
