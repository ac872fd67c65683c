import { describe, expect, it } from "vitest";
import { DEFAULT_BUDGET, PauseBudget } from "./budget.ts";

const MB = 1e6;

describe("a pause budget", () => {
  it("lets the first look through", () => {
    const budget = new PauseBudget(DEFAULT_BUDGET);
    expect(budget.hasRoom("histogram", 40 * MB, 0)).toBe(true);
  });

  it("refuses a look that is predicted to take longer than the longest pause allowed, the first one too", () => {
    const budget = new PauseBudget(DEFAULT_BUDGET);
    expect(() => budget.hasRoom("histogram", 4000 * MB, 0)).toThrow(expect.objectContaining({ code: "PAUSE_TOO_LONG" }));
  });

  it("refuses every look when switched off", () => {
    const budget = new PauseBudget({ share: 0, longest: 1000 });
    expect(() => budget.hasRoom("histogram", 1, 0)).toThrow(expect.objectContaining({ code: "PROBING_IS_OFF" }));
  });

  it("has no room once 1 % of the last five minutes was spent, and has it again when these are over", () => {
    const budget = new PauseBudget(DEFAULT_BUDGET);
    for (let at = 0; at < 60_000; at += 2000) budget.spent({ at, probe: "histogram", pause: 99, liveSet: null });
    expect(budget.hasRoom("histogram", null, 60_000)).toBe(false);
    expect(budget.hasRoom("histogram", null, 359_000)).toBe(true);
  });

  it("is not stretched by one look that fell into a busy moment", () => {
    const budget = new PauseBudget(DEFAULT_BUDGET);
    budget.spent({ at: 0, probe: "histogram", pause: 450, liveSet: 40 * MB });
    expect(budget.predict("histogram", 40 * MB, 10)).toBeCloseTo(96);
    for (const at of [1, 2]) budget.spent({ at, probe: "histogram", pause: 60, liveSet: 40 * MB });
    expect(budget.predict("histogram", 40 * MB, 10)).toBeCloseTo(60);
  });

  it("predicts a longer pause when the live set has grown", () => {
    const budget = new PauseBudget(DEFAULT_BUDGET);
    for (const at of [0, 1, 2]) budget.spent({ at, probe: "histogram", pause: 100, liveSet: 50 * MB });
    expect(budget.predict("histogram", 200 * MB, 10)).toBeCloseTo(400);
    expect(budget.predict("histogram", 10 * MB, 10)).toBeCloseTo(100);
  });

  it("spends what a quiet time has left, and stretches the interval as it gets scarce", () => {
    const budget = new PauseBudget(DEFAULT_BUDGET);
    budget.spent({ at: 0, probe: "histogram", pause: 60, liveSet: null });
    expect(budget.interval("histogram", null, 10)).toBeLessThan(2100);
    for (let at = 1; at < 40; at++) budget.spent({ at, probe: "histogram", pause: 60, liveSet: null });
    expect(budget.interval("histogram", null, 60)).toBeCloseTo(10_000);
  });

  it("has twice the room for five minutes after a deployment", () => {
    const budget = new PauseBudget(DEFAULT_BUDGET);
    for (let at = 0; at < 60_000; at += 2000) budget.spent({ at, probe: "histogram", pause: 99, liveSet: null });
    budget.noteDeployment(60_000);
    expect(budget.hasRoom("histogram", null, 60_000)).toBe(true);
    for (let at = 300_000; at < 360_000; at += 2000) budget.spent({ at, probe: "histogram", pause: 99, liveSet: null });
    expect(budget.hasRoom("histogram", null, 361_000)).toBe(false);
  });

  it("keeps to its share for ever, and leaves a quarter of it to other probes", () => {
    const budget = new PauseBudget(DEFAULT_BUDGET);
    let total = 0;
    for (let at = 0; at < 3_600_000; at += Math.max(2000, budget.interval("histogram", null, at))) {
      budget.spent({ at, probe: "histogram", pause: 100, liveSet: null });
      total += 100;
    }
    expect(total / 3_600_000).toBeGreaterThan(0.006);
    expect(total / 3_600_000).toBeLessThan(0.008);
  });

  it("lets a probe look again some minutes after a pause that was too long", () => {
    const budget = new PauseBudget(DEFAULT_BUDGET);
    for (const at of [0, 1, 2]) budget.spent({ at, probe: "histogram", pause: 3000, liveSet: 40 * MB });
    expect(() => budget.hasRoom("histogram", 40 * MB, 60_000)).toThrow(expect.objectContaining({ code: "PAUSE_TOO_LONG" }));
    expect(budget.hasRoom("histogram", 40 * MB, 400_000)).toBe(true);
  });
});
