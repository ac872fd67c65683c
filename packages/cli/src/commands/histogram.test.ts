import type { ClassHistogram } from "@heaptide/jvm";
import { describe, expect, it } from "vitest";
import { formatHistogram } from "../format/histogram.ts";
import type { Terminal } from "../terminal.ts";
import { type HistogramResult, summary } from "./histogram.ts";

const plain: Terminal = { width: 120, interactive: false, style: (_, text) => text };

/** A live histogram from `[class, instances, bytes]`. */
function histogram(at: number, ...rows: (readonly [string, number, number])[]): ClassHistogram {
  const classes = { names: rows.map((r) => r[0]), instances: rows.map((r) => r[1]), bytes: rows.map((r) => r[2]) };
  return { kind: "live", at, pause: 12, pauseFrom: "safepoints", classes };
}

const result = (taken: ClassHistogram[], top = 10): HistogramResult => ({
  type: "histogram",
  pid: 7,
  kind: "live",
  ...summary(taken, top),
});

describe("heaptide histogram", () => {
  it("keeps the order and the totals of a single one, however few classes are shown", () => {
    const { classes, total } = result([histogram(0, ["byte[]", 5, 4096], ["Job", 2, 64])], 1);
    expect(classes).toEqual([{ name: "byte[]", instances: 5, bytes: 4096 }]);
    expect(total).toEqual({ classes: 2, instances: 7, bytes: 4160 });
  });

  it("puts what has grown most first, and counts classes that came or went", () => {
    const before = histogram(0, ["byte[]", 5, 4096], ["Old", 3, 300]);
    const after = histogram(60_000, ["byte[]", 5, 4096], ["New", 4, 900]);
    const grown = result([before, histogram(30_000), after]).classes.map((row) => [row.name, row.instancesGrown, row.bytesGrown]);
    expect(grown).toEqual([
      ["New", 4, 900],
      ["byte[]", 0, 0],
      ["Old", -3, -300],
    ]);
  });

  it("says what it cost", () => {
    const shown = formatHistogram(result([histogram(0, ["byte[]", 5000, 4096])]), plain);
    expect(shown).toContain("    5,000  4.0 KiB  byte[]");
    expect(shown).toContain("It stood still for 12 ms.");
  });

  it("says at most where the JVM gave no time of its own", () => {
    const guessed: ClassHistogram = { ...histogram(0, ["A", 1, 16]), pauseFrom: "round-trip" };
    expect(formatHistogram(result([guessed]), plain)).toContain("12 ms at most");
  });
});
