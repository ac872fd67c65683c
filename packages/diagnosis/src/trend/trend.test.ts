import type { Series } from "@heaptide/base";
import { describe, expect, it } from "vitest";
import { trendOf } from "./trend.ts";

const EVERY = 5_000;
const MB = 1e6;

const seriesOf = (value: (sample: number) => number): Series => ({
  at: Float64Array.from({ length: 50 }, (_, i) => i * EVERY),
  value: Float64Array.from({ length: 50 }, (_, i) => value(i)),
});
const window = { from: 0, to: 50 * EVERY };
const rules = { limit: 200 * MB, leastShare: 0.005, drivers: [] };

describe("a live set that flattens", () => {
  const leaked = (i: number) => 0.25 * MB * i;
  /** Soft references that fall away in the last third. */
  const cached = (i: number) => 4 * MB - 0.2 * MB * Math.max(0, i - 33);
  const live = seriesOf((i) => 20 * MB + leaked(i) + cached(i));

  it("is taken for full where nothing tells what accumulates in it", () => {
    expect(trendOf(live, window, rules)?.refusal).toBe("saturated");
  });

  it("goes on growing where what accumulates does", () => {
    expect(trendOf(live, window, { ...rules, accumulating: () => seriesOf(leaked) })?.refusal).toBeNull();
  });

  it("is full where what accumulates is", () => {
    const filling = seriesOf((i) => 0.25 * MB * Math.min(i, 30));
    expect(trendOf(live, window, { ...rules, accumulating: () => filling })?.refusal).toBe("saturated");
  });

  it("is full where what accumulates is only a small part of what grew", () => {
    expect(trendOf(live, window, { ...rules, accumulating: () => seriesOf((i) => 0.02 * MB * i) })?.refusal).toBe("saturated");
  });
});
