// A Node that runs TypeScript as it is: the machine's own, where it is 22.19 or newer, else the one of the `node` package.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { Missing, runQuietly, step } from "./step.mjs";

const NEEDED = [22, 19];

/** Path of the Node that runs the target. Call `setUpNode` first. */
export function findNode(root) {
  return isRecentEnough(process.versions.node) ? process.execPath : bundledNode(root);
}

/**
 * The `node` package fetches its binary in an install script. Where scripts are switched off (`ignore-scripts`), npm says nothing and
 * leaves the machine's old Node in charge: so look, and run that script where it did not run.
 */
export async function setUpNode(root, lock) {
  if (isRecentEnough(process.versions.node) || existsSync(bundledNode(root))) return;
  await lock.acquire();
  const folder = path.join(root, "node_modules", "node");
  if (existsSync(path.join(folder, "installArchSpecificPackage.js"))) {
    await step("Node 24 (this one is " + process.versions.node + ")", () =>
      runQuietly(process.execPath, ["installArchSpecificPackage.js"], { cwd: folder, next: advice() }),
    );
  }
  const version = spawnSync(bundledNode(root), ["--version"], { encoding: "utf8" }).stdout;
  if (!version || !isRecentEnough(version.trim().slice(1))) {
    throw new Missing(
      `Node ${NEEDED.join(".")} or newer is needed; this is ${process.versions.node}, and the node package brought none.`,
      advice(),
    );
  }
}

function bundledNode(root) {
  return path.join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
}

function isRecentEnough(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

function advice() {
  return `install Node ${NEEDED.join(".")} or newer (https://nodejs.org), or allow install scripts: npm ci --ignore-scripts=false`;
}
