import type { GapSeen, JobSeen, OperatorCount } from "@heaptide/model";
import { describe, expect, it } from "vitest";
import { GapDetector } from "./gaps.ts";

const START = Date.UTC(2026, 10, 2, 14, 0, 0);
const time = (second: number): number => START + second * 1000;
const OPERATORS = ["Source: orders", "price", "Sink: Writer"];

interface Course {
  /** Elements that went through by a second; null where the metrics are missing. By operator, or for all of them. */
  readonly passed: (second: number, operator: string) => number | null;
  /** State of the job; null where Flink does not list it, undefined where Flink does not answer. */
  readonly state?: (second: number) => string | null | undefined;
  readonly until: number;
  /** Does the collector run? */
  readonly awake?: (second: number) => boolean;
}

/** What is told when looks are 2 s apart and Flink reads its metrics every 10 s. */
function gapsOf({ passed, until, state = () => "RUNNING", awake = () => true }: Course): GapSeen[] {
  const detector = new GapDetector();
  const told: GapSeen[] = [];
  for (let second = 0; second <= until; second += 2) {
    if (!awake(second)) continue;
    const now = state(second);
    if (now !== undefined) detector.noteJobs(time(second), now === null ? [] : [job(second, now)]);
    if (now === "RUNNING") detector.noteCounts(countsAt(second - (second % 10), passed));
    told.push(...detector.judge(time(second)));
  }
  return told;
}

const job = (second: number, state: string): JobSeen => ({
  type: "job",
  at: time(second),
  job: {
    id: "j1",
    name: "pricing",
    state,
    startedAt: START,
    endedAt: state === "FAILED" ? time(second) : null,
    operators: OPERATORS.map((name, position) => ({ vertex: "v", vertexName: "chain", name, position, parallelism: 1 })),
    incarnations: [],
  },
});

const countsAt = (second: number, passed: Course["passed"]): OperatorCount[] =>
  OPERATORS.toReversed().flatMap((operator) => {
    const value = passed(second, operator);
    if (value === null) return [];
    return [{ type: "count", at: time(second), job: "j1", vertex: "v", operator, counter: "records-in", value }];
  });

/** Five a second, but nothing in the silences. */
const flow =
  (...silences: [from: number, to: number][]) =>
  (second: number): number =>
    5 * silences.reduce((flowing, [from, to]) => flowing - Math.max(0, Math.min(second, to) - from), second);

const spans = (gaps: readonly GapSeen[]) => gaps.map(({ from, to }) => [(from - START) / 1000, to === null ? null : (to - START) / 1000]);

describe("a data gap", () => {
  it("is told once while it lasts, for the first operator behind the source", () => {
    const gaps = gapsOf({ passed: flow([360, 9999]), until: 900 });
    expect(gaps).toHaveLength(1);
    expect(gaps[0]).toMatchObject({
      from: time(360),
      to: null,
      job: "j1",
      title: "pricing: no element through price since 14:06:00 UTC, after 5.0 a second for 6 min, while Flink says RUNNING",
    });
    expect(gaps[0]!.at - gaps[0]!.from).toBeLessThan(60_000);
  });

  it("is found when the metrics of the TaskManager go missing", () => {
    expect(spans(gapsOf({ passed: (second) => (second > 300 ? null : 5 * second), until: 400 }))).toEqual([[300, null]]);
  });

  it("is over when the count rises again, under the same id", () => {
    const gaps = gapsOf({ passed: flow([300, 400]), until: 600 });
    expect(spans(gaps)).toEqual([
      [300, null],
      [300, 410],
    ]);
    expect(gaps[0]!.id).toBe(gaps[1]!.id);
    expect(gaps[1]!.title).toContain("from 14:05:00 to 14:06:50 UTC");
  });

  it("is over when the job fails, and when it vanishes", () => {
    for (const end of ["FAILED", null]) {
      const gaps = gapsOf({ passed: flow([300, 9999]), state: (second) => (second < 400 ? "RUNNING" : end), until: 500 });
      expect(spans(gaps)).toEqual([
        [300, null],
        [300, 400],
      ]);
    }
  });

  it("goes on through a restart of the job until data flows", () => {
    const gaps = gapsOf({
      passed: (second) => (second < 450 ? Math.min(second, 300) : Math.max(0, second - 480)),
      state: (second) => (second >= 400 && second < 450 ? "RESTARTING" : "RUNNING"),
      until: 600,
    });
    expect(spans(gaps)).toEqual([
      [300, null],
      [300, 490],
    ]);
  });

  it("is named by the operator that stands while those before it go on", () => {
    const [gap] = gapsOf({ passed: (second, operator) => (operator === "Sink: Writer" ? Math.min(second, 300) : second), until: 400 });
    expect(gap!.title).toContain("through Sink: Writer since");
  });

  it("is found in a process that pauses longer and longer before", () => {
    const gaps = gapsOf({ passed: flow([302, 318], [332, 358], [372, 9999]), until: 900 });
    expect(spans(gaps)).toEqual([[380, null]]);
  });
});

describe("no data gap", () => {
  it("is a silence after a flow that was short or never steady", () => {
    expect(gapsOf({ passed: flow([90, 9999]), until: 2000 })).toEqual([]);
    expect(gapsOf({ passed: (second) => Math.floor(second / 300), until: 20_000 })).toEqual([]);
  });

  it("is a batch of a minute now and then, however often", () => {
    expect(gapsOf({ passed: (second) => 100 * (60 * Math.floor(second / 3600) + Math.min(60, second % 3600)), until: 40_000 })).toEqual([]);
  });

  it("is a pause that the job has shown to be its own", () => {
    const silences = Array.from({ length: 10 }, (_, i): [number, number] => [(i + 1) * 1800, (i + 1) * 1800 + 600]);
    expect(spans(gapsOf({ passed: flow(...silences), until: 20_000 }))).toEqual([
      [1800, null],
      [1800, 2410],
    ]);
  });

  it("is a pause of less than 45 s", () => {
    expect(gapsOf({ passed: flow([302, 338]), until: 600 })).toEqual([]);
  });

  it("is a cluster that does not answer: nothing is known then", () => {
    expect(gapsOf({ passed: flow(), state: (second) => (second > 300 ? undefined : "RUNNING"), until: 900 })).toEqual([]);
  });

  it("is the time in which the collector slept", () => {
    expect(
      gapsOf({
        passed: (second) => 5 * (second < 910 ? Math.min(second, 300) : second),
        awake: (second) => second < 300 || second > 900,
        until: 1200,
      }),
    ).toEqual([]);
  });
});

describe("a job that restarts again and again", () => {
  it("has a gap from its last element on", () => {
    const gaps = gapsOf({
      passed: flow([300, 9999]),
      state: (second) => (second > 300 && second % 40 < 30 ? "RESTARTING" : "RUNNING"),
      until: 900,
    });
    expect(spans(gaps)).toEqual([[300, null]]);
  });
});
