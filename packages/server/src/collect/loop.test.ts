import { HeaptideError } from "@heaptide/base";
import type { Observation } from "@heaptide/model";
import { describe, expect, it } from "vitest";
import { runProbe } from "./loop.ts";
import type { Probe } from "./probe.ts";

/** Runs a probe for some looks on a clock that only moves when the loop sleeps. */
async function run(look: (n: number) => Promise<readonly Observation[]>, looks: number) {
  const ending = new AbortController();
  const seen: Observation[] = [];
  const slept: number[] = [];
  const bugs: unknown[] = [];
  let ended = 0;
  let n = 0;
  const probe: Probe = { name: "p", incarnation: "1@0", interval: () => 1000, look: () => look(n++), end: async () => void ended++ };
  let now = 0;
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      slept.push(ms);
      now += ms;
      if (slept.length === looks) ending.abort();
    },
  };
  await runProbe(probe, {
    clock,
    sink: { append: (all) => seen.push(...all) },
    signal: ending.signal,
    onBug: (_, error) => bugs.push(error),
  });
  return { seen, slept, bugs, ended };
}

const unreachable = () => new HeaptideError("FLINK_UNREACHABLE", { url: "http://x", cause: "refused" });

describe("a probe's loop", () => {
  it("looks at the probe's interval and ends the probe when it ends itself", async () => {
    const { slept, ended, seen } = await run(async () => [], 3);
    expect(slept).toEqual([1000, 1000, 1000]);
    expect(seen).toEqual([]);
    expect(ended).toBe(1);
  });

  it("says once that it is blind, backs off, and says once that it sees again", async () => {
    const { seen, slept } = await run(async (n) => {
      if (n < 4) throw unreachable();
      return [];
    }, 6);
    expect(seen).toMatchObject([
      { type: "probe", incarnation: "1@0", probe: "p", code: "FLINK_UNREACHABLE", next: expect.stringContaining("curl") },
      { type: "probe", code: null, cause: null },
    ]);
    expect(slept).toEqual([1000, 2000, 4000, 8000, 1000, 1000]);
  });

  it("tries again every minute, however long it has failed", async () => {
    const { slept } = await run(() => Promise.reject(unreachable()), 30);
    expect(slept.at(-1)).toBe(60_000);
  });

  it("goes on after a bug, and passes it on", async () => {
    const { seen, bugs } = await run(async (n) => {
      if (n === 0) throw new TypeError("undefined is not a function");
      return [];
    }, 2);
    expect(bugs).toHaveLength(1);
    expect(seen.map((one) => one.type === "probe" && one.code)).toEqual(["PROBE_FAILED", null]);
  });
});
