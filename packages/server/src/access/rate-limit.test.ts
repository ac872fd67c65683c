import { expect, it } from "vitest";
import { RateLimit } from "./rate-limit.ts";

it("gives a burst, then what comes back with time, each key its own", () => {
  let now = 0;
  const limit = new RateLimit(3, 2, () => now);
  expect([1, 2, 3, 4].map(() => limit.take("a"))).toEqual([true, true, true, false]);
  expect(limit.take("b")).toBe(true);
  now = 500;
  expect([limit.take("a"), limit.take("a")]).toEqual([true, false]);
  now = 60_000;
  expect([1, 2, 3, 4].map(() => limit.take("a"))).toEqual([true, true, true, false]);
});
