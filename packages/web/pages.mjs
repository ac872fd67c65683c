// The built pages: where they are, and building them where they are missing or older than their sources. Plain JavaScript for any Node, because the
// set-up uses it before there is a recent one.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const FOLDER = path.join(HERE, "dist");
const STAMP = path.join(FOLDER, "built-from.sha256");
/** What the pages are made of, besides this package: what they import of the house. */
const SOURCES = [
  "src",
  "public",
  "index.html",
  "vite.config.ts",
  "package.json",
  "../base/src",
  "../model/src",
  "../jfr/src",
  "../hprof/src",
];

/** Whether the pages stand as their sources are. A published package has no sources and is always up to date. */
export function pagesAreBuilt() {
  if (!existsSync(path.join(FOLDER, "index.html"))) return false;
  return !existsSync(path.join(HERE, "src")) || (existsSync(STAMP) && readFileSync(STAMP, "utf8") === hashOfSources());
}

/**
 * @param {{ node?: string, onOutput?: (text: string) => void }} [options] `node`: the Node that runs Vite, 22.19 or newer
 * @returns {Promise<string>} the folder to serve
 */
export async function preparePages({ node = process.execPath, onOutput = () => {} } = {}) {
  if (pagesAreBuilt()) return FOLDER;
  const sources = hashOfSources();
  const vite = path.join(path.dirname(createRequire(import.meta.url).resolve("vite/package.json")), "bin", "vite.js");
  const child = spawn(node, [vite, "build", "--logLevel", "warn"], {
    cwd: HERE,
    stdio: ["ignore", "pipe", "pipe"],
    // Whoever builds may be a test: React must not be built for one.
    env: { ...process.env, NODE_ENV: "production" },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      said += chunk;
      onOutput(String(chunk));
    });
  }
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0) throw new Error(`Vite ended with exit code ${code}:\n${said.slice(-4000)}`);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(STAMP, sources);
  return FOLDER;
}

/** Contents, not times; tests and their builders are no part of a page. */
function hashOfSources() {
  const hash = createHash("sha256");
  for (const source of SOURCES) {
    for (const file of filesIn(path.join(HERE, source))) {
      if (/\.test(-builders)?\.tsx?$/.test(file)) continue;
      hash.update(`${path.relative(HERE, file)}\0`).update(readFileSync(file));
    }
  }
  return hash.digest("hex");
}

function filesIn(place) {
  if (!existsSync(place)) return [];
  const entries = (() => {
    try {
      return readdirSync(place, { withFileTypes: true });
    } catch {
      return null;
    }
  })();
  if (entries === null) return [place];
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesIn(path.join(place, entry.name)) : [path.join(place, entry.name)]));
}
