import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { addresses, launchBrowser, openPage, serveStory, visit } from "./browser.ts";

/** `npm run screenshots`: the pictures of the documents, of the recorded story, as anybody can make them again. */
const FOLDER = fileURLToPath(new URL("../../../docs/images/", import.meta.url));
const PICTURES = [
  { name: "overview", height: 420, colours: ["light"] },
  { name: "incident", height: 1360, colours: ["light", "dark"] },
  { name: "process", height: 1180, colours: ["light", "dark"] },
  { name: "instances", height: 760, colours: ["light"] },
  { name: "allocations", height: 900, colours: ["light"] },
  { name: "logs", height: 620, colours: ["light"] },
] as const;

mkdirSync(FOLDER, { recursive: true });
const heaptide = await serveStory();
const browser = await launchBrowser();
try {
  const places = await addresses(heaptide.url);
  for (const { name, height, colours } of PICTURES) {
    for (const colour of colours) {
      const { page } = await openPage(browser, { colorScheme: colour, viewport: { width: 1360, height } });
      await visit(page, heaptide.url + places[name]!);
      const path = `${FOLDER}${name}${colour === "dark" ? "-dark" : ""}.png`;
      await page.screenshot({ path });
      await page.context().close();
      process.stderr.write(`${path}\n`);
    }
  }
} finally {
  await browser.close();
  await heaptide.close();
}
