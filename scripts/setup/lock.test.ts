import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "heaptide-lock-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const LOCK = JSON.stringify(path.join(import.meta.dirname, "lock.mjs"));

/** Another process that takes the lock and notes when it came in and went out. */
function contender(name: string) {
  const program = `
    import { appendFileSync } from "node:fs";
    import { whileLocked } from ${LOCK};
    await whileLocked(process.cwd(), async (lock) => {
      await lock.acquire();
      appendFileSync("notes", "in ${name}\\n");
      await new Promise((resolve) => setTimeout(resolve, 150));
      appendFileSync("notes", "out ${name}\\n");
    });`;
  return spawn(process.execPath, ["--input-type=module", "-e", program], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
}

async function notes(): Promise<string[]> {
  return readFileSync(path.join(root, "notes"), "utf8").trim().split("\n");
}

describe("whileLocked", () => {
  it("lets one process in at a time", async () => {
    await Promise.all(["a", "b", "c"].map((name) => once(contender(name), "exit")));
    const seen = await notes();
    expect(seen).toHaveLength(6);
    for (let i = 0; i < 6; i += 2) expect(seen[i + 1]).toBe(seen[i]!.replace("in", "out"));
    expect(existsSync(path.join(root, ".heaptide", "setup.lock"))).toBe(false);
  });

  it("takes the lock of a process that is dead", async () => {
    const dead = spawn(process.execPath, ["-e", ""]);
    await once(dead, "exit");
    mkdirSync(path.join(root, ".heaptide"));
    writeFileSync(path.join(root, ".heaptide", "setup.lock"), String(dead.pid));
    await once(contender("a"), "exit");
    expect(await notes()).toEqual(["in a", "out a"]);
  });

  it("leaves no lock behind when it is interrupted", async () => {
    const interrupted = contender("a");
    while (!existsSync(path.join(root, "notes"))) await new Promise((resolve) => setTimeout(resolve, 10));
    interrupted.kill("SIGINT");
    await once(interrupted, "exit");
    expect(existsSync(path.join(root, ".heaptide", "setup.lock"))).toBe(false);
  });
});
