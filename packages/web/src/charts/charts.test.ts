import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boxesOf, flameOf } from "./flame.ts";
import { timeTicks, valueTicks } from "./ticks.ts";
import { placeOf, topOf, valueNear } from "./tide/tide.ts";
import { Viewport } from "./viewport.ts";
import { hashOf, windowOf } from "./zoom.ts";

const frame = (name: string) => ({ name, detail: name, isUser: false });

describe("a flame graph", () => {
  it("gives each box the share of its weight, and no child more than its parent", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            frames: fc.array(fc.constantFrom("a", "b", "c").map(frame), { maxLength: 5 }),
            weight: fc.integer({ min: 1, max: 9 }),
          }),
        ),
        (paths) => {
          const root = flameOf("all", paths);
          const boxes = boxesOf(root, 0);
          expect(root.weight).toBe(paths.reduce((sum, { weight }) => sum + weight, 0));
          for (const { node, left, width } of boxes) {
            expect(width).toBeCloseTo(node.weight / root.weight, 9);
            expect(left + width).toBeLessThanOrEqual(1 + 1e-9);
            expect(node.children.reduce((sum, child) => sum + child.weight, 0)).toBeLessThanOrEqual(node.weight);
          }
        },
      ),
    );
  });
});

describe("axes", () => {
  it("have no more labels than there is room for, all within the window", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2e12 }),
        fc.integer({ min: 4000, max: 4e9 }),
        fc.integer({ min: 2, max: 14 }),
        (from, width, most) => {
          const { at } = timeTicks(from, from + width, most);
          expect(at.length).toBeLessThanOrEqual(most + 1);
          expect(at.every((time) => time >= from && time <= from + width)).toBe(true);
        },
      ),
    );
  });

  it("have round values of sizes below their top", () => {
    expect(valueTicks(320 * 2 ** 20, 4, true).map((value) => value / 2 ** 20)).toEqual([100, 200, 300]);
    expect(valueTicks(0, 4, true)).toEqual([]);
  });
});

describe("the tide", () => {
  const life = { incarnation: "1", at: [10, 20, 30], min: [1, 2, 3], max: [4, 5, 6], last: [2, 3, 4] };

  it("is what was seen last at a time", () => {
    expect([5, 10, 25, 99].map((at) => valueNear([life], at))).toEqual([null, 2, 3, 4]);
    expect(placeOf(life.at, 20)).toBe(1);
  });

  it("shows the limit as soon as the heap comes anywhere near it", () => {
    expect(topOf({ surf: [life], tide: [], limit: 10 })).toBeGreaterThan(10);
    expect(topOf({ surf: [life], tide: [], limit: 10_000 })).toBeLessThan(10);
  });
});

describe("a viewport", () => {
  it("never leaves its bounds nor shows less than the smallest window, whatever is done to it", () => {
    const moves = fc.array(
      fc.oneof(
        fc.record({ zoom: fc.double({ min: 0.01, max: 100, noNaN: true }) }),
        fc.record({ pan: fc.double({ min: -3, max: 3, noNaN: true }) }),
      ),
    );
    fc.assert(
      fc.property(moves, (list) => {
        const viewport = new Viewport({ from: 0, to: 1_000_000 });
        for (const move of list) {
          if ("zoom" in move) viewport.zoom(move.zoom);
          else viewport.pan(move.pan);
          const { from, to } = viewport.window;
          expect(from).toBeGreaterThanOrEqual(-1e-6);
          expect(to).toBeLessThanOrEqual(1_000_000 + 1e-6);
          expect(to - from).toBeGreaterThanOrEqual(4000 - 1e-6);
        }
      }),
    );
  });

  it("goes along with new observations where it touched the end", () => {
    const viewport = new Viewport({ from: 0, to: 100_000 }, { from: 50_000, to: 100_000 });
    viewport.setBounds({ from: 0, to: 110_000 });
    expect(viewport.window).toEqual({ from: 60_000, to: 110_000 });
  });
});

describe("the window in an address", () => {
  it("reads back as it was written", () => {
    fc.assert(
      fc.property(fc.nat(2e12), fc.integer({ min: 1, max: 1e9 }), (from, width) => {
        expect(windowOf(hashOf({ from, to: from + width }))).toEqual({ from, to: from + width });
      }),
    );
  });

  it.each(["", "#content", "#t=", "#t=5", "#t=9-5", "#t=a-b", "#t=1-2-3", `#t=1-${"9".repeat(400)}`])("is none in %j", (hash) =>
    expect(windowOf(hash)).toBeNull(),
  );
});
