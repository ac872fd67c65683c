import { describe, expect, it } from "vitest";
import { Remembered } from "./remembered.ts";

describe("what is remembered", () => {
  it("is at least as much as was promised, and not much more, however much was set", () => {
    const remembered = new Remembered<number, number>(10);
    for (let i = 0; i < 1000; i++) {
      remembered.set(i, -i);
      const kept = Array.from({ length: i + 1 }, (_, key) => remembered.get(key)).filter((value) => value !== undefined);
      expect(kept.slice(-10)).toEqual(Array.from({ length: Math.min(10, i + 1) }, (_, n) => -(i - Math.min(10, i + 1) + 1 + n)));
      expect(kept.length).toBeLessThanOrEqual(20);
    }
  });

  it("is what was set last, also of a key from before, and gone when it was deleted", () => {
    const remembered = new Remembered<string, number>(2);
    for (const [key, value] of [
      ["a", 1],
      ["b", 2],
      ["a", 3],
    ] as const)
      remembered.set(key, value);
    expect(remembered.get("a")).toBe(3);
    remembered.delete("a");
    expect(remembered.get("a")).toBeUndefined();
    expect(remembered.get("b")).toBe(2);
  });
});
