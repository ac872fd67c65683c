import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { sample } from "./observations.test-builders.ts";
import { openStore } from "./store.ts";

/** A file system of 4 MiB, which takes root on Linux. */
const folder = mkdtempSync(join(tmpdir(), "heaptide-full-"));
const mounted = mount();

function mount(): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

afterAll(() => {
  if (mounted) execFileSync("umount", [folder]);
  rmSync(folder, { recursive: true });
});

describe.skipIf(!mounted)("a store on a full disk (skipped unless a small tmpfs can be mounted: needs root on Linux)", () => {
  it("keeps what it has, lets the newest observations wait, drops the oldest, and goes on by itself when there is room", async () => {
    const store = await openStore(join(folder, "heaptide.duckdb"), { flushEvery: 0, bufferedRows: 1000 });
    let next = 0;
    const append = (rows: number): void => store.append(Array.from({ length: rows }, () => sample(next++, Math.random())));
    append(500);
    await store.flush();

    const ballast = join(folder, "ballast");
    fill(ballast);
    let failure: unknown = null;
    for (let i = 0; i < 100 && failure === null; i++) {
      append(1000);
      failure = await store.flush().catch((error: unknown) => error);
      failure ??= null;
    }
    expect(failure).toMatchObject({ code: "DISK_FULL" });
    const stored = next - 1000;
    append(600);
    await expect(store.flush()).rejects.toMatchObject({ code: "DISK_FULL" });
    expect(store.status).toMatchObject({ bufferedRows: 1000, dropped: 600, failure: { code: "DISK_FULL" } });
    const series = await store.series("1@0", "heap.live", { from: 0, to: 1e9 }, 1e9).catch((error: unknown) => error);
    expect(series).toMatchObject({ at: { length: stored } });

    rmSync(ballast);
    await store.flush();
    expect(store.status).toMatchObject({ bufferedRows: 0, failure: null });
    const { at } = await store.series("1@0", "heap.live", { from: 0, to: 1e9 }, 1e9);
    expect(at).toHaveLength(stored + 1000);
    expect(at.at(-1)).toBe(next - 1);
    await store.close();
  });
});

/** Takes all the room there is. */
function fill(file: string): void {
  for (let size = 4 << 20; size >= 1024; size >>= 1) {
    try {
      writeFileSync(file, Buffer.alloc(size), { flag: "a" });
    } catch {
      // As much as there was room for has been written; smaller pieces may still fit.
    }
  }
}
