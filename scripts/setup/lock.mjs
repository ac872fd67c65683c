// Two set-ups at once (a demo in one terminal, the tests in another) must not install over each other.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const POLL = 300;

/**
 * Runs `work` with a lock that is taken only when somebody calls `acquire`, so that the usual case, nothing to do, touches no file.
 * Whoever had to wait must look again whether there is still something to do.
 */
export async function whileLocked(root, work) {
  const file = path.join(root, ".heaptide", "setup.lock");
  let held = false;
  const release = () => {
    if (held) rmSync(file, { force: true });
    held = false;
  };
  const lock = {
    async acquire() {
      if (held) return;
      mkdirSync(path.dirname(file), { recursive: true });
      await take(file);
      held = true;
      process.once("exit", release);
      process.once("SIGINT", () => process.exit(130));
    },
  };
  try {
    await work(lock);
  } finally {
    release();
    process.removeAllListeners("SIGINT");
  }
}

/** `wx` creates the file or fails, in one step; a lock whose owner is dead is nobody's. */
async function take(file) {
  let said = false;
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const owner = ownerOf(file);
    if (owner !== null && !isAlive(owner)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!said) process.stderr.write(`  waiting for process ${owner ?? "?"}, which sets up this folder already (its lock: ${file})\n`);
    said = true;
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}

/** null while the owner has created the file but not yet written to it, or has just removed it. */
function ownerOf(file) {
  try {
    return Number(readFileSync(file, "utf8")) || null;
  } catch {
    return null;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
