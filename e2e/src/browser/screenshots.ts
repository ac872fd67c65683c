import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { heapDump } from "@heaptide/jvm";
import { compileJava, findJdks, startJava } from "@heaptide/testkit";
import type { Browser, Page } from "playwright-core";
import { addresses, launchBrowser, openPage, serveStory, settle, visit } from "./browser.ts";

/** `npm run screenshots`: the pictures of the documents, of the recorded story and of a heap dump made on the spot, as anybody can make them again. */
const FOLDER = fileURLToPath(new URL("../../../docs/images/", import.meta.url));
const WIDTH = 1360;

interface Picture {
  readonly name: string;
  readonly place: string;
  readonly height: number;
  readonly colours?: readonly ("light" | "dark")[];
  /** A part of the page: what holds this. */
  readonly part?: string;
  readonly prepare?: (page: Page) => Promise<void>;
}

const PICTURES: readonly Picture[] = [
  { name: "overview", place: "overview", height: 320 },
  { name: "incident", place: "incident", height: 1500, colours: ["light", "dark"] },
  { name: "evidence", place: "incident", height: 900, part: ".evidence-panel" },
  { name: "verification", place: "incident", height: 900, part: ".verification" },
  { name: "process", place: "process", height: 1180, colours: ["light", "dark"] },
  { name: "instances", place: "instances", height: 640, prepare: (page) => page.locator(".class-row .fold").first().click() },
  { name: "allocations", place: "allocations", height: 900 },
  { name: "logs", place: "logs", height: 620 },
];

mkdirSync(FOLDER, { recursive: true });
const heaptide = await serveStory();
const browser = await launchBrowser();
try {
  const places = await addresses(heaptide.url);
  for (const picture of PICTURES)
    for (const colours of picture.colours ?? ["light"]) await take(browser, heaptide.url + places[picture.place]!, picture, colours);
  await takeDump(browser, `${heaptide.url}/dumps`);
} finally {
  await browser.close();
  await heaptide.close();
}

async function take(
  from: Browser,
  address: string,
  { name, height, part, prepare }: Picture,
  colorScheme: "light" | "dark",
): Promise<void> {
  const { page } = await openPage(from, { colorScheme, viewport: { width: WIDTH, height } });
  await visit(page, address);
  await prepare?.(page);
  await settle(page);
  const path = `${FOLDER}${name}${colorScheme === "dark" ? "-dark" : ""}.png`;
  await (part === undefined ? page : page.locator(part).first()).screenshot({ path, animations: "disabled" });
  await page.context().close();
  process.stderr.write(`${path}\n`);
}

/** A real heap, dropped on the page: 30,000 objects in a static list. */
async function takeDump(from: Browser, address: string): Promise<void> {
  const [jdk] = findJdks();
  if (jdk === undefined) return void process.stderr.write("No JDK is here: the picture of a heap dump stays as it is.\n");
  const { classes, remove } = compileJava([jdk]);
  const java = await startJava({ jdk, classes, main: "Keeper", args: ["30000", "400"] });
  const dump = await heapDump(java.pid, { kind: "live" });
  try {
    await take(
      from,
      address,
      {
        ...{ name: "dump", place: "dumps", height: 1000 },
        prepare: async (page) => {
          await page.setInputFiles("input[type=file]", dump.file);
          await page.locator(".suspect").first().waitFor();
        },
      },
      "light",
    );
  } finally {
    await dump.remove();
    await java.stop();
    remove();
  }
}
