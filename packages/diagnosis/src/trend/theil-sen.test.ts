import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { theilSen, thinned } from "./theil-sen.ts";

/** A live set sampled once a second that moves by `perSecond`; `noise(i)` is added. */
function liveSet(spec: { samples: number; perSecond: number; noise?: (i: number) => number }) {
  const { samples, perSecond, noise = () => 0 } = spec;
  return {
    at: Float64Array.from({ length: samples }, (_, i) => i * 1000),
    value: Float64Array.from({ length: samples }, (_, i) => i * perSecond + noise(i)),
  };
}

describe("theilSen", () => {
  it("finds the slope of a straight line exactly", () => {
    expect(theilSen(liveSet({ samples: 20, perSecond: 3000 }))).toEqual({ value: 3, low: 3, high: 3 });
  });

  it("is not moved by one sample in five that was taken before a collection", () => {
    const slope = theilSen(liveSet({ samples: 100, perSecond: 1000, noise: (i) => (i % 5 === 0 ? 5e7 : 0) }));
    expect(slope?.value).toBeCloseTo(1, 1);
  });

  it("has an interval around zero when nothing grows", () => {
    const slope = theilSen(liveSet({ samples: 60, perSecond: 0, noise: (i) => Math.sin(i * 12.9898) * 1e6 }));
    expect(slope?.low).toBeLessThan(0);
    expect(slope?.high).toBeGreaterThan(0);
  });

  it("has a wider interval where neighbouring samples resemble each other", () => {
    const wave = (period: number) =>
      theilSen(liveSet({ samples: 60, perSecond: 10, noise: (i) => 1e4 * Math.sin((2 * Math.PI * i) / period) }))!;
    const width = (slope: { low: number; high: number }) => slope.high - slope.low;
    expect(width(wave(30))).toBeGreaterThan(2 * width(wave(2.3)));
  });

  it("says nothing about two samples", () => {
    expect(theilSen(liveSet({ samples: 2, perSecond: 1000 }))).toBeUndefined();
  });

  it("scales with the measure and shifts with nothing", () => {
    const values = fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 5, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 4096 }), (value, factor) => {
        const base = { at: Float64Array.from(value, (_, i) => i * 1000), value: Float64Array.from(value) };
        const moved = { at: base.at.map((t) => t + 1e12), value: base.value.map((v) => v * factor + 5e9) };
        expect(theilSen(moved)!.value).toBeCloseTo(theilSen(base)!.value * factor, 3);
      }),
    );
  });
});

describe("thinned", () => {
  it("keeps the first and the last sample", () => {
    const { at } = thinned(liveSet({ samples: 1000, perSecond: 1 }), 50);
    expect([at.length, at[0], at[49]]).toEqual([50, 0, 999_000]);
  });
});
