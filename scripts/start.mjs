// The one way in: `npm run demo`, `npm test` and the rest come through here, so that nothing else has to be typed before them.
// It brings what is missing (npm packages, a recent Node, the Java modules), says so on stderr, and then runs the target in its place:
// stdout holds nothing but the target's own output. Plain JavaScript for any Node from 16 on; quiet where everything is up to date.
import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { setUpJars } from "./setup/jars.mjs";
import { setUpJava } from "./setup/java.mjs";
import { whileLocked } from "./setup/lock.mjs";
import { findNode, setUpNode } from "./setup/node.mjs";
import { setUpPackages } from "./setup/packages.mjs";
import { setUpPages } from "./setup/pages.mjs";
import { Missing } from "./setup/step.mjs";
import { TARGETS } from "./setup/targets.mjs";

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

main(process.argv.slice(2)).catch((error) => {
  if (!(error instanceof Missing)) throw error;
  process.stderr.write(`\n${error.message}\n  next: ${error.next}\n`);
  process.exit(2);
});

async function main([name, ...words]) {
  const target = TARGETS[name];
  if (!target)
    throw new Missing(`There is no target ${JSON.stringify(name ?? "")}.`, `node scripts/start.mjs ${Object.keys(TARGETS).join(" | ")}`);
  await whileLocked(ROOT, async (lock) => {
    await setUpPackages(ROOT, lock);
    await setUpNode(ROOT, lock);
    if (target.java) await setUpJars(ROOT, setUpJava(), lock);
    if (target.pages) await setUpPages(findNode(ROOT), lock);
  });
  if (target.run) runTarget(target, words);
}

/** Runs the target in this process's place: its input and output, its signals, its exit code. */
function runTarget(target, words) {
  const node = findNode(ROOT);
  const bin = path.join(ROOT, "node_modules", ".bin");
  const entries = [path.dirname(node), bin, process.env.PATH];
  const env = { ...process.env, PATH: entries.join(path.delimiter) };
  if (target.java) {
    env.JAVA_HOME = setUpJava();
    env.PATH = [path.join(env.JAVA_HOME, "bin"), env.PATH].join(path.delimiter);
  }
  const child = spawn(node, [...target.run, ...words], { cwd: ROOT, env, stdio: "inherit" });
  // Ctrl-C reaches the child by itself, because a terminal signals the whole group; here it only must not end the parent first.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    throw error;
  });
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));
}
