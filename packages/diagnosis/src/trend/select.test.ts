import fc from "fast-check";
import { expect, test } from "vitest";
import { select } from "./select.ts";

const values = fc.array(fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 200 });

test("a rank is what sorting gives, and further ranks are found on their side of it", () => {
  fc.assert(
    fc.property(values, fc.nat(), fc.nat(), (drawn, first, second) => {
      const sorted = Float64Array.from(drawn).sort();
      const own = Float64Array.from(drawn);
      const [low, high] = [first % own.length, second % own.length].toSorted((a, b) => a - b) as [number, number];
      expect(select(own, high) === sorted[high]!).toBe(true);
      expect(select(own, low, 0, high) === sorted[low]!).toBe(true);
    }),
  );
});
