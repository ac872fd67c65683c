import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Child, freePort, untilHealthy } from "./child.ts";
import type { ReportRow } from "./report.ts";

const SIZE = 48 << 20;
const LINES = 200;

/**
 * A server whose data lie on a disk of 48 MiB that somebody else fills, and clears again. The disk is memory, mounted in a name space of the server's own, which needs no rights on most
 * systems; where it is not allowed, that is said.
 */
export async function diskFull(folder: string, progress: (said: string) => void): Promise<ReportRow[]> {
  if (spawnSync("unshare", ["-rm", "true"]).status !== 0) {
    return [{ what: "a full disk", value: "not tried: this system allows no mount in a name space", goal: null, held: null }];
  }
  const data = join(folder, "small-disk");
  mkdirSync(data);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const mount = ["unshare", "-rm", "sh", "-c", `mount -t tmpfs -o size=${SIZE} tmpfs "$0" && exec "$@"`, data];
  await using server = new Child(["serve", "--agents", "--port", String(port), "--data", data], {}, mount);
  await untilHealthy(url, server);
  const inside = join(`/proc/${server.pid}/root`, data);
  const filler = join(inside, "somebody-elses");
  if (!existsSync(inside)) throw new Error(`no way into the mount of the server: ${inside}`);
  let acknowledged = 0;
  const send = async (): Promise<number> => {
    const body = Array.from(
      { length: LINES },
      (_, i) => `2026-11-24 12:00:00,000 INFO  org.example.Full [] - line ${i} of a full disk\n`,
    ).join("");
    const answer = await fetch(`${url}/api/logs?host=full`, { method: "POST", body });
    await answer.text();
    if (answer.ok) acknowledged += LINES;
    return answer.status;
  };
  for (let i = 0; i < 5; i++) await send();
  progress("filling the disk");
  fill(filler);
  const refused = await until(async () => ((await send()) === 507 ? true : null));
  const health = (await (await fetch(`${url}/api/health`)).json()) as { status: string; store: { failure: { code: string } | null } };
  await pause(5000);
  const stillRefused = (await send()) === 507;
  rmSync(filler);
  const freed = Date.now();
  const again = await until(async () => ((await send()) === 200 ? Date.now() - freed : null));
  for (let i = 0; i < 5; i++) await send();
  const patterns = (await (await fetch(`${url}/api/patterns?from=0`)).json()) as { incarnation: string; count: number }[];
  const stored = patterns.filter(({ incarnation }) => incarnation === "log:full").reduce((sum, { count }) => sum + count, 0);
  return [
    {
      what: "disk full: what a shipper and /api/health are told",
      value: `${refused && stillRefused ? "507" : "no refusal"}, ${health.status} ${health.store.failure?.code ?? ""}`,
      goal: "507, degraded DISK_FULL",
      held: refused === true && health.store.failure?.code === "DISK_FULL",
    },
    {
      what: "disk free again: lines are taken, without a restart",
      value: again === null ? "never" : `after ${again} ms`,
      goal: "by itself",
      held: again !== null,
    },
    {
      what: "lines acknowledged around the full disk, and found",
      value: `${acknowledged}, ${stored}`,
      goal: "none lost",
      held: stored >= acknowledged,
    },
  ];
}

/** Until nothing more goes in. */
function fill(file: string): void {
  for (const size of [1 << 20, 1 << 12, 1]) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(size), { flag: "a" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    }
  }
}

async function until<T>(ask: () => Promise<T | null>): Promise<T | null> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const found = await ask();
    if (found !== null) return found;
    await pause(200);
  }
  return null;
}
