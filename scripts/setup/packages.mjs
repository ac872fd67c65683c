// The npm packages of the lockfile.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { runQuietly, step } from "./step.mjs";

export async function setUpPackages(root, lock) {
  if (isInstalled(root)) return;
  await lock.acquire();
  if (isInstalled(root)) return;
  await step("npm packages (npm ci)", () =>
    // `npm run --silent` would silence this npm too, and with it the reason of a failure.
    runQuietly(...npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"]), {
      cwd: root,
      next: "npm ci, which shows the whole of what npm says",
    }),
  );
}

/** npm as whoever called runs it: `npm run` names its own program, and any Node can run that. */
function npm(words) {
  const program = process.env.npm_execpath;
  if (program && program.endsWith("npm-cli.js") && existsSync(program)) return [process.execPath, [program, ...words]];
  return ["npm", words];
}

/**
 * Does node_modules hold what the lockfile names? npm notes at the end of each installation, in `node_modules/.package-lock.json`, what it
 * has put there; a package that is optional may be missing (it is of another platform).
 */
function isInstalled(root) {
  const wanted = packagesOf(path.join(root, "package-lock.json"));
  const present = packagesOf(path.join(root, "node_modules", ".package-lock.json"));
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([place, one]) => {
    if (!place.startsWith("node_modules/") && !place.includes("/node_modules/")) return true;
    const there = present[place];
    return there ? there.version === one.version && there.resolved === one.resolved && there.link === one.link : one.optional === true;
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return null;
  }
}
