import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { between, seriesOf, valueAt } from "./series.ts";

describe("seriesOf", () => {
  it("orders samples that arrive late, and takes the later of two at one time", () => {
    const series = seriesOf([
      [3, 30],
      [1, 10],
      [3, 31],
    ]);
    expect([...series.at]).toEqual([1, 3]);
    expect([...series.value]).toEqual([10, 31]);
  });

  it("drops what measured nothing", () => {
    const series = seriesOf([
      [1, Number.NaN],
      [Number.POSITIVE_INFINITY, 1],
      [2, 5],
    ]);
    expect([...series.value]).toEqual([5]);
  });

  it("gives the same series for any order of arrival", () => {
    const samples = fc.uniqueArray(fc.tuple(fc.nat(1000), fc.double({ noNaN: true, noDefaultInfinity: true })), { selector: ([at]) => at });
    fc.assert(
      fc.property(samples, fc.nat(), (facts, seed) => {
        const shuffled = facts.toSorted((a, b) => ((a[0] * 7919 + seed) % 101) - ((b[0] * 7919 + seed) % 101));
        expect(seriesOf(shuffled)).toEqual(seriesOf(facts));
      }),
    );
  });
});

describe("between", () => {
  const series = seriesOf([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);

  it("includes both ends", () => {
    expect([...between(series, 1, 2).at]).toEqual([1, 2]);
  });

  it("is empty where nothing was sampled", () => {
    expect(between(series, 4, 9).at.length).toBe(0);
    expect(between(series, 2.1, 2.9).at.length).toBe(0);
  });
});

describe("valueAt", () => {
  const series = seriesOf([
    [10, 100],
    [20, 200],
  ]);

  it("is linear between samples and exact on them", () => {
    expect(valueAt(series, 15)).toBe(150);
    expect(valueAt(series, 10)).toBe(100);
    expect(valueAt(series, 20)).toBe(200);
  });

  it("extrapolates nothing", () => {
    expect(valueAt(series, 9.99)).toBeUndefined();
    expect(valueAt(series, 20.01)).toBeUndefined();
  });
});
