import { describe, expect, it } from "vitest";
import { DumpSchedule } from "./dump-schedule.ts";

const dumpsOf = (deployments: readonly number[], until: number, growing: boolean): number[] => {
  const schedule = new DumpSchedule();
  schedule.noteStart(0);
  const dumps: number[] = [];
  for (let now = 0; now <= until; now += 1000) {
    if (deployments.includes(now)) schedule.noteDeployment(now);
    if (!schedule.isDue(now, growing)) continue;
    schedule.noteDump(now);
    dumps.push(now / 1000);
  }
  return dumps;
};

describe("dumps of a recording", () => {
  it("come often while something grows, and seldom otherwise", () => {
    expect(dumpsOf([], 130_000, true)).toEqual([40, 70, 100, 130]);
    expect(dumpsOf([], 400_000, false)).toEqual([40, 340]);
  });

  it("wait for samples of a new deployment", () => {
    expect(dumpsOf([10_000], 60_000, true)).toEqual([50]);
    expect(dumpsOf([10_000, 60_000], 120_000, false)).toEqual([50, 100]);
  });

  it("are made although jobs are deployed again and again", () => {
    const often = Array.from({ length: 30 }, (_, i) => 5000 + i * 10_000);
    expect(dumpsOf(often, 250_000, false)).toEqual([65, 135, 205]);
  });
});
