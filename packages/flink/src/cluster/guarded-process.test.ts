import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startGuarded } from "./guarded-process.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "heaptide-guarded-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const start = (program: string, ...args: string[]) => startGuarded(program, args, { directory, output: join(directory, "output") });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function untilDead(pid: number): Promise<boolean> {
  for (let i = 0; i < 100 && isAlive(pid); i++) await pause(50);
  return !isAlive(pid);
}

/** A Node process of its own that starts a guarded `sleep` and then does as told. */
async function parentOf(deed: string, leftover?: string): Promise<{ parent: number; child: number; gone: Promise<unknown> }> {
  const module = JSON.stringify(fileURLToPath(new URL("./guarded-process.ts", import.meta.url)));
  const options = JSON.stringify({ directory, output: join(directory, "output"), leftover });
  const source = `const { startGuarded } = await import(${module});
    const { pid } = await startGuarded("sleep", ["600"], ${options});
    console.log(pid); ${deed}`;
  const parent = spawn(process.execPath, ["--input-type=module", "--eval", source], { stdio: ["ignore", "pipe", "ignore"] });
  const gone = once(parent, "exit");
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  return { parent: parent.pid!, child: Number(line), gone };
}

describe("a guarded process", () => {
  it("dies with a parent that is killed by SIGKILL", async () => {
    const { parent, child, gone } = await parentOf("setInterval(() => {}, 1000)");
    expect(isAlive(child)).toBe(true);
    process.kill(parent, "SIGKILL");
    await gone;
    expect(await untilDead(child)).toBe(true);
  });

  it.each([
    ["leaves by process.exit", "process.exit(0)"],
    ["crashes", "throw new Error('as meant')"],
  ])("dies with a parent that %s", async (_, deed) => {
    const { child, gone } = await parentOf(`setTimeout(() => { ${deed} }, 200)`);
    await gone;
    expect(await untilDead(child)).toBe(true);
  });

  it("takes its folder with it when nobody is left to remove it", async () => {
    const leftover = join(directory, "leftover");
    await mkdir(join(leftover, "log"), { recursive: true });
    const { parent, child, gone } = await parentOf("setInterval(() => {}, 1000)", leftover);
    process.kill(parent, "SIGKILL");
    await gone;
    expect(await untilDead(child)).toBe(true);
    for (let i = 0; i < 100 && existsSync(leftover); i++) await pause(50);
    expect(existsSync(leftover)).toBe(false);
  });

  it("has the pid of the program itself, and its output in the file", async () => {
    const child = await start("sh", "-c", "echo I am $$");
    await child.ended;
    expect(await readFile(join(directory, "output"), "utf8")).toContain(`I am ${child.pid}\n`);
  });

  it("tells how it ended", async () => {
    const failed = await start("sh", "-c", "exit 3");
    expect(await failed.ended).toBe("exit code 3");
    const killed = await start("sleep", "600");
    expect(killed.end).toBeNull();
    killed.kill("SIGTERM");
    expect(await killed.ended).toBe("SIGTERM");
    expect(killed.end).toBe("SIGTERM");
    const missing = await start("/no/such/program");
    expect(await missing.ended).toBe("exit code 127");
  });

  it("leaves no guard behind when it ends by itself", async () => {
    const child = await start("sleep", "0");
    await child.ended;
    // The guard shares the program's process group: signal 0 reaches the group as long as it lives.
    expect(await untilDead(-child.pid)).toBe(true);
  });
});
