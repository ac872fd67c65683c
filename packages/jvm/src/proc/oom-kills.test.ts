import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { OomKills } from "./oom-kills.ts";

/** A control group of its own with 40 MiB of memory; null where this machine lets us make none. */
function memoryGroup(): string | null {
  for (const [top, limit] of [
    ["/sys/fs/cgroup/memory", "memory.limit_in_bytes"],
    ["/sys/fs/cgroup", "memory.max"],
  ]) {
    const folder = `${top}/heaptide-test-${process.pid}`;
    try {
      mkdirSync(folder);
      onTestFinished(() => rmdirSync(folder));
      writeFileSync(`${folder}/${limit}`, String(40 << 20));
      return folder;
    } catch {
      // The other version, or none.
    }
  }
  return null;
}

/** Waits for a line on its standard input, then takes 200 MiB, or ends. */
const HUNGRY = `process.stdin.once("data", (line) => { if (String(line) === "eat\\n") { const all = []; for (let i = 0; i < 200; i++) all.push(Buffer.alloc(1 << 20, 1)); } process.exit(0); })`;

test("the kernel's kill for want of memory is told from an end of another kind", async ({ skip }) => {
  const folder = memoryGroup();
  if (folder === null) return skip("no control group with a limit of memory can be made here");
  for (const [word, expected] of [
    ["end", false],
    ["eat", true],
  ] as const) {
    const child = spawn(process.execPath, ["-e", HUNGRY], { stdio: ["pipe", "ignore", "ignore"] });
    await pause(200);
    writeFileSync(`${folder}/cgroup.procs`, String(child.pid));
    const kills = await OomKills.of(child.pid!);
    child.stdin.write(`${word}\n`);
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    expect([code, signal]).toEqual(expected ? [null, "SIGKILL"] : [0, null]);
    expect(await kills!.haveRisen()).toBe(expected);
    await kills!.close();
  }
});
