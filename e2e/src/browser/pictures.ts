import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pixelmatch from "pixelmatch";
import type { Page } from "playwright-core";
import { PNG } from "pngjs";

/** What the screens looked like when somebody last looked at them and was content. */
const KEPT = fileURLToPath(new URL("./pictures/", import.meta.url));
const DIFFERENT = fileURLToPath(new URL("../../target/pictures/", import.meta.url));
/** `npm run test:browser -- --keep` takes what is drawn now as what is meant. */
const isKeeping = process.env["HEAPTIDE_KEEP_PICTURES"] === "true";

/**
 * Pictures are kept and compared at a quarter of their size and in 32 shades a colour: a few kilobytes each, and how one machine smooths the edge of a letter
 * is gone, while a chip, a line or a word that is missing is not.
 */
const SMALLER = 4;
const SHADE = 8;
/** How far two pixels may be apart, and how many may be further: on one machine none are. */
const THRESHOLD = 0.06;
export const MOST_DIFFERENT = 0.0003;
/** The same letters on every machine: `scripts/setup-debian.sh` installs them. */
const SAME_LETTERS = `:root { --font: "DejaVu Sans", sans-serif !important; --mono: "DejaVu Sans Mono", monospace !important; }`;

/** What is measured anew with every run. */
const VOLATILE = ["dd:has-text('up for')", ".command code"];

/** @returns what is wrong with the page's picture; null where it is as it was kept */
export async function wrongWithPicture(page: Page, name: string): Promise<string | null> {
  const now = await pictureOf(page);
  const kept = join(KEPT, `${name}.png`);
  if (isKeeping) {
    mkdirSync(KEPT, { recursive: true });
    writeFileSync(kept, PNG.sync.write(now, { colorType: 2, deflateLevel: 9 }));
    return null;
  }
  if (!existsSync(kept)) return `${name}: no picture is kept; npm run test:browser -- --keep keeps what is drawn now`;
  const { share, drawn } = differenceOf(PNG.sync.read(readFileSync(kept)), now);
  if (share <= MOST_DIFFERENT) return null;
  mkdirSync(DIFFERENT, { recursive: true });
  writeFileSync(join(DIFFERENT, `${name}.now.png`), PNG.sync.write(now));
  writeFileSync(join(DIFFERENT, `${name}.difference.png`), PNG.sync.write(drawn));
  return `${name}: ${(share * 100).toFixed(2)} % of the picture is not as it was kept; see ${DIFFERENT}; where it is meant: npm run test:browser -- --keep`;
}

/** The whole page, made small. */
export async function pictureOf(page: Page): Promise<PNG> {
  const style = await page.addStyleTag({ content: SAME_LETTERS });
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  const mask = VOLATILE.map((place) => page.locator(place));
  const full = PNG.sync.read(await page.screenshot({ fullPage: true, animations: "disabled", caret: "hide", mask }));
  await style.evaluate((element) => (element as Element).remove());
  return smaller(full);
}

/** Each pixel is the mean of a square of the large picture, in few shades. */
function smaller({ width, height, data }: PNG): PNG {
  const small = new PNG({ width: Math.floor(width / SMALLER), height: Math.floor(height / SMALLER) });
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) {
      const place = (y * small.width + x) * 4;
      for (let colour = 0; colour < 3; colour++) {
        let sum = 0;
        for (let dy = 0; dy < SMALLER; dy++)
          for (let dx = 0; dx < SMALLER; dx++) sum += data[((y * SMALLER + dy) * width + x * SMALLER + dx) * 4 + colour]!;
        small.data[place + colour] = Math.min(255, Math.round(sum / (SMALLER * SMALLER) / SHADE) * SHADE);
      }
      small.data[place + 3] = 255;
    }
  }
  return small;
}

/** What lies beyond the edge of one of them is different. */
export function differenceOf(kept: PNG, now: PNG): { readonly share: number; readonly drawn: PNG } {
  const [width, height] = [Math.max(kept.width, now.width), Math.max(kept.height, now.height)];
  const drawn = new PNG({ width, height });
  const count = pixelmatch(onto(kept, width, height), onto(now, width, height), drawn.data, width, height, {
    threshold: THRESHOLD,
    includeAA: true,
  });
  return { share: count / (width * height), drawn };
}

function onto(picture: PNG, width: number, height: number): Buffer {
  if (picture.width === width && picture.height === height) return picture.data;
  const larger = new PNG({ width, height });
  PNG.bitblt(picture, larger, 0, 0, picture.width, picture.height, 0, 0);
  return larger.data;
}
