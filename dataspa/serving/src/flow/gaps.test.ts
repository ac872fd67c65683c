import { describe, expect, it } from "vitest";
import { findGaps } from "./gaps.ts";
import type { FlowNight, PlatformState } from "./night.ts";

const DAY = 86_400_000;
const FIRST = Date.UTC(2026, 4, 1, 2);
const OPTIONS = { now: FIRST + 400 * DAY, patience: 120_000, job: "event-processing" };

/** Nights of one source that list so many events each; all of them are processed at once. */
function nights(listed: readonly number[], change: (index: number) => Partial<FlowNight> = () => ({}), source = "hall"): FlowNight[] {
  return listed.map((count, index) => {
    const at = FIRST + index * DAY;
    const night = new Date(at).toISOString().slice(0, 10);
    return {
      ...{
        source,
        night,
        at,
        status: "ok" as const,
        problem: null,
        message: null,
        pages: 1,
        unchanged: 0,
        bytes: 9000,
        listed: count,
        captured: count,
        refused: 0,
      },
      ...{
        processed: 0,
        duplicates: count,
        rejected: 0,
        incomplete: 0,
        found: 0,
        served: 0,
        delay: 500,
        endToEnd: 3000,
        processedAt: at + 500,
        publishedAt: at,
      },
      ...change(index),
    };
  });
}
const state = (at: number, more: Partial<PlatformState> = {}): PlatformState => ({
  at,
  taskManagers: 1,
  jobs: { "event-processing": "RUNNING" },
  problem: null,
  ...more,
});

describe("gaps", () => {
  it("are not seen in a source whose listing goes up and down", () => {
    expect(findGaps(nights(Array.from({ length: 365 }, (_, i) => 20 + Math.round(9 * Math.sin(i)))), [], OPTIONS)).toEqual([]);
  });

  it("are not seen in a source that lists nothing on most nights", () => {
    expect(findGaps(nights(Array.from({ length: 365 }, (_, i) => (i % 9 === 0 ? 1 : 0))), [], OPTIONS)).toEqual([]);
  });

  it("tell a source that is down, for how long, and what it said", () => {
    const down = (index: number) =>
      index === 9 || index === 10
        ? {
            status: "failed" as const,
            problem: "server-error",
            message: "it answers 503",
            listed: 0,
            captured: 0,
            duplicates: 0,
            processedAt: null,
          }
        : {};
    expect(findGaps(nights(Array<number>(20).fill(12), down), [], OPTIONS)).toMatchObject([
      {
        kind: "source-down",
        source: "hall",
        nights: ["2026-05-10", "2026-05-11"],
        from: FIRST + 9 * DAY,
        to: FIRST + 11 * DAY,
        reason: "it answers 503",
      },
    ]);
  });

  it("tell a changed layout the same night, when the page is read and nothing stands on it", () => {
    expect(findGaps(nights([...Array<number>(15).fill(12), 0]), [], OPTIONS)).toMatchObject([
      { kind: "layout-changed", nights: ["2026-05-16"], to: null },
    ]);
  });

  it("tell a changed layout by entries that cannot be read any more", () => {
    const gaps = findGaps(
      nights([5, 5], (index) => (index === 1 ? { captured: 0, refused: 5, duplicates: 0 } : {})),
      [],
      OPTIONS,
    );
    expect(gaps).toMatchObject([{ kind: "layout-changed", reason: "none of 5 entries could be read" }]);
  });

  it("know too little after a few nights", () => {
    expect(findGaps(nights([12, 12, 0]), [], OPTIONS)).toEqual([]);
  });

  it.each([
    ["no TaskManager since 02:00:00 UTC", state(FIRST, { taskManagers: 0, jobs: { "event-processing": "RESTARTING" } })],
    ["the job event-processing was not there at 02:00:00 UTC", state(FIRST, { jobs: {} })],
    ["Flink did not answer since 02:00:00 UTC: refused", state(FIRST, { taskManagers: 0, jobs: {}, problem: "refused" })],
    ["not known: Flink said event-processing was RUNNING", state(FIRST)],
  ])("of processing have the reason that Flink gave: %s", (reason, seen) => {
    const gaps = findGaps(
      nights([5], () => ({ duplicates: 0, processedAt: null })),
      [seen],
      OPTIONS,
    );
    expect(gaps).toMatchObject([{ kind: "not-processed", source: null, to: null, reason }]);
  });

  it("of processing end when the last record was processed", () => {
    const late = nights([5], () => ({ processedAt: FIRST + 300_000 }));
    expect(findGaps(late, [], OPTIONS)).toMatchObject([{ kind: "not-processed", from: FIRST, to: FIRST + 300_000 }]);
  });

  it("tell nights on which nobody asked the source", () => {
    const due = [0, 1, 2].map((index) => ({ source: "hall", night: `2026-05-0${index + 1}`, at: FIRST + index * DAY }));
    const without = nights([5, 5, 5]).filter(({ night }) => night !== "2026-05-02");
    expect(findGaps(without, [], { ...OPTIONS, due })).toMatchObject([
      { kind: "not-captured", nights: ["2026-05-02"], to: FIRST + 2 * DAY },
    ]);
  });
});
