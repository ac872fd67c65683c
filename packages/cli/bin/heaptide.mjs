#!/usr/bin/env node
// The door: plain JavaScript that any Node from 14 on can read, because the rest is TypeScript that only Node 22.19 and newer run as it is.
// On an older Node it hands over to the Node 24 of the `node` package, where that is installed beside the project.
import { spawn } from "child_process";
import { existsSync } from "fs";
import module from "module";
import { dirname, join } from "path";
import { fileURLToPath } from "url";

const NEEDED = [22, 19];

/** @returns whether `version` ("22.19.0") runs TypeScript without flags. */
function isRecentEnough(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

/** The Node of the `node` package, or null where it is not installed (or its installer was kept from running). */
function findBundledNode() {
  try {
    const folder = dirname(module.createRequire(import.meta.url).resolve("node/package.json"));
    const binary = join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
    return existsSync(binary) ? binary : null;
  } catch {
    return null;
  }
}

/** Runs this file again on another Node; signals and the exit code pass through. */
function handOverTo(binary) {
  const child = spawn(binary, [fileURLToPath(import.meta.url)].concat(process.argv.slice(2)), { stdio: "inherit" });
  // Ctrl-C reaches the child by itself: a terminal signals the whole group. This process only has to outlive it.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code === null ? 128 + (signal === "SIGINT" ? 2 : 15) : code));
}

if (isRecentEnough(process.versions.node)) {
  // Keeps the stripped and compiled form of each file in the system's temporary folder: start-up falls from 180 ms to 20 ms beyond Node's own.
  if (module.enableCompileCache) module.enableCompileCache();
  void import("../src/main.ts");
} else {
  const bundled = findBundledNode();
  if (bundled) {
    handOverTo(bundled);
  } else {
    process.stderr.write(
      "heaptide needs Node " +
        NEEDED.join(".") +
        " or newer; this is " +
        process.versions.node +
        " and no other was found.\n" +
        "  next: npm install, which brings Node 24 along, or install it from https://nodejs.org\n",
    );
    process.exit(2);
  }
}
