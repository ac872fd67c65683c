import type { FlowCalendar, FlowDay, GapSeen } from "@heaptide/model";
import { describe, expect, it } from "vitest";
import { calendarOf, monthsOf, qualityOf } from "./days.ts";

const day = (source: string, date: string, told: Partial<FlowDay> = {}): FlowDay => ({
  ...{ source, day: date, listed: 10, captured: 10, processed: 10, duplicates: 0, rejected: 0 },
  ...{ enriched: null, lateness: null, delay: null, expected: 10, gap: null },
  ...told,
});
const gap: GapSeen = { type: "gap", at: 0, id: "g", from: 0, to: null, job: null, title: "museum: nobody asked it" };
const calendar = (days: FlowDay[], gaps: GapSeen[] = []): FlowCalendar => ({ from: "2026-01-01", to: "2026-11-23", days, gaps });

describe("the calendar of sources", () => {
  it("has a row for each source and a column for each day, also for those of which nothing was told", () => {
    const { days, rows } = calendarOf(calendar([day("museum", "2026-11-01"), day("cinema", "2026-11-03"), day("museum", "2026-11-03")]));
    expect([days.length, days.at(-1)]).toEqual([30, "2026-11-03"]);
    expect(rows.map(({ source }) => source)).toEqual(["cinema", "museum"]);
    expect(rows[1]!.cells.slice(-3).map(({ state }) => state)).toEqual(["told", "untold", "told"]);
  });

  it("marks a gap, with its words, whatever came", () => {
    const { rows } = calendarOf(calendar([day("museum", "2026-11-02", { listed: 0, gap: "g" })], [gap]));
    expect(rows[0]!.cells.at(-1)).toMatchObject({ state: "gap", level: 0, gap: { title: "museum: nobody asked it" } });
  });

  it("keeps a gap that was dropped since as one", () => {
    const { rows } = calendarOf(calendar([day("museum", "2026-11-02", { gap: "forgotten" })]));
    expect(rows[0]!.cells.at(-1)).toMatchObject({ state: "gap", gap: { id: "forgotten" } });
  });

  it("tells by its level how much of what was expected came, or of the best day where nothing is expected", () => {
    const told = [0, 1, 5, 10].map((listed, i) => day("museum", `2026-11-0${i + 1}`, { listed, expected: i === 2 ? 10 : null }));
    expect(
      calendarOf(calendar(told))
        .rows[0]!.cells.slice(-4)
        .map(({ level }) => level),
    ).toEqual([0, 1, 2, 4]);
  });

  it("names months over as many columns as they have days", () => {
    expect(monthsOf(["2026-10-31", "2026-11-01", "2026-11-02"]).map(({ width }) => width)).toEqual([1, 2]);
  });
});

describe("the quality of a source", () => {
  it("counts what is neither processed, rejected nor a duplicate as not accounted for", () => {
    const days = [day("museum", "2026-11-01", { captured: 10, processed: 6, duplicates: 1, rejected: 1 }), day("museum", "2026-11-02")];
    expect(qualityOf(days, 7)).toMatchObject([{ days: 2, captured: 20, duplicates: 1, rejected: 1, missing: 2, enriched: null }]);
  });

  it("is that of the last days only, by their medians", () => {
    const days = [1, 2, 3].map((n) => day("museum", `2026-11-0${n}`, { delay: n * 1000, gap: n === 1 ? "g" : null }));
    expect(qualityOf(days, 2)).toMatchObject([{ days: 2, gaps: 0, delay: 3000 }]);
  });
});
