import { describe, expect, it } from "vitest";
import { bendOf } from "./bend.ts";
import { followsLoad } from "./load.ts";
import { isSaturating } from "./saturation.ts";

const series = (samples: number, value: (i: number) => number) => ({
  at: Float64Array.from({ length: samples }, (_, i) => i * 8000),
  value: Float64Array.from({ length: samples }, (_, i) => value(i)),
});
const full = (bend: number) => (i: number) => Math.min(i, bend) * 1e6;

describe("bendOf", () => {
  it("finds where a bounded collection became full", () => {
    const { at, value } = series(20, full(12));
    expect(bendOf(at, value)).toMatchObject({ at: 12 * 8000 });
  });

  it("gains nothing on a straight line, however exact", () => {
    const { at, value } = series(20, (i) => i * 1e6);
    expect(bendOf(at, value)!.gain).toBeLessThan(0);
  });
});

describe("isSaturating", () => {
  it("believes the second of two equal answers", () => {
    const answers = [12, 13, 14, 15, 16].map((n) => isSaturating(series(n, full(10)), []));
    const first = answers.indexOf(true);
    expect(first).toBeGreaterThan(0);
    expect(answers.slice(first).every(Boolean)).toBe(true);
  });

  it("is not the end of the input: growth by element goes on", () => {
    const elements = (time: number) => Math.min(time / 8000, 12) * 40;
    expect(isSaturating(series(20, full(12)), [])).toBe(true);
    expect(isSaturating(series(20, full(12)), [elements])).toBe(false);
  });

  it("is not excused by a driver that goes on", () => {
    expect(isSaturating(series(20, full(12)), [(time) => time / 200])).toBe(true);
  });

  it("does not see one in a straight line with noise", () => {
    const noisy = series(40, (i) => i * 1e6 + Math.sin(i * 12.9898) * 5e5);
    expect(isSaturating(noisy, [])).toBe(false);
  });
});

describe("followsLoad", () => {
  const events = (time: number) => (time < 80_000 ? time / 100 : 800 + (time - 80_000) / 50);

  it("sees a level that doubles with the input", () => {
    const level = series(20, (i) => (i <= 10 ? 1e6 : 2e6));
    expect(followsLoad(level, [events])).toBe(true);
  });

  it("does not take a leak that doubles its pace with the input for a load", () => {
    const leak = series(20, (i) => events(i * 8000) * 1000);
    expect(followsLoad(leak, [events])).toBe(false);
  });
});
