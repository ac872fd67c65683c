import { seriesOf } from "@heaptide/base";
import { expect, it } from "vitest";
import { isEnlarging } from "./doubling.ts";

/** A buffer filled at an even pace, looked at every eight seconds: its room doubles, from 1 MiB, whenever it is full. */
const buffer = (seconds: number, { perSecond = 0.07, until = Infinity, noise = 0 } = {}) =>
  seriesOf(
    Array.from({ length: Math.floor(seconds / 8) }, (_, i): [number, number] => {
      const filled = Math.min(until, i * 8) * perSecond;
      return [i * 8000, 5 + 2 ** Math.ceil(Math.log2(Math.max(1, filled))) + noise * Math.sin(i * 7)];
    }),
  );

it("is what a buffer does that is written to and never emptied, also while it stands between two jumps", () => {
  for (const seconds of [120, 150, 180, 200, 230, 260, 300, 400]) expect(isEnlarging(buffer(seconds)), `after ${seconds} s`).toBe(true);
  expect(isEnlarging(buffer(300, { noise: 0.1 }))).toBe(true);
});

it("is over when the next jump has not come for long", () => {
  expect(isEnlarging(buffer(700, { until: 130 }))).toBe(false);
});

it("is nothing that climbs evenly, stands, or jumps as it likes", () => {
  const course = (of: (i: number) => number) => seriesOf(Array.from({ length: 60 }, (_, i): [number, number] => [i * 8000, of(i)]));
  expect(isEnlarging(course((i) => 5 + i))).toBe(false);
  expect(isEnlarging(course((i) => 5 + 0.1 * Math.sin(i)))).toBe(false);
  expect(isEnlarging(course((i) => 5 + 10 * Math.floor(i / 20)))).toBe(false);
  expect(isEnlarging(course((i) => 5 + (i % 10)))).toBe(false);
});
