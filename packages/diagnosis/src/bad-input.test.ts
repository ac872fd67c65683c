import { history, type HistorySpec, START } from "@heaptide/testkit";
import type { Series } from "@heaptide/base";
import type { History, IncarnationHistory } from "@heaptide/model";
import { describe, expect, it } from "vitest";
import { diagnose } from "./diagnose.ts";

const leaky: HistorySpec = {
  seconds: 240,
  jobs: [{ name: "events", operators: [{ name: "dedup", perSecond: 10 }] }],
  leaks: [{ per: { job: "events", operator: "dedup" }, classes: { "com.acme.Event": [1, 40_000] }, takes: { threads: 1 } }],
  measures: { "heap.used": (s) => 80e6 + s },
};
const healthy: HistorySpec = { ...leaky, leaks: [] };

const mapLives = (whole: History, change: (life: IncarnationHistory) => IncarnationHistory): History => ({
  ...whole,
  processes: whole.processes.map((process) => ({ ...process, incarnations: process.incarnations.map(change) })),
});
const mapSeries = (whole: History, change: (series: Series) => Series): History =>
  mapLives(whole, (life) => ({ ...life, series: new Map([...life.series].map(([measure, series]) => [measure, change(series)])) }));
const verdictOf = (whole: History) => diagnose(whole).finding?.verdict ?? null;
const told = (whole: History) => {
  const { finding } = diagnose(whole);
  return [finding?.verdict, finding?.rootClass, finding?.law?.operator];
};
const LEAK = ["leaking", "com.acme.Event", "dedup"];

describe("a clock that jumps", () => {
  const jumped = (by: number) => (whole: History) =>
    mapLives(whole, (life) => ({ ...life, live: { ...life.live, at: life.live.at.map((at, i) => (i === 12 ? at + by : at)) } }));

  it("back or ahead for one look does not hide a leak, nor make one", () => {
    for (const by of [-3_600_000, -30_000, -8000, 8000, 30_000]) {
      // One look in thirty at a wrong place of the course may cost the class, not the growth.
      expect(["leaking", "growing"]).toContain(verdictOf(jumped(by)(history(leaky))));
      expect(verdictOf(jumped(by)(history(healthy)))).toBeNull();
    }
  });

  it("leaves series in order", () => {
    const shuffled = mapSeries(history(leaky), ({ at, value }) => ({ at: at.toReversed(), value: value.toReversed() }));
    expect(told(shuffled)).toEqual(LEAK);
  });
});

describe("numbers that cannot be", () => {
  it("are passed over: NaN, infinite, negative", () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const broken = mapSeries(history(leaky), ({ at, value }) => ({ at, value: value.map((one, i) => (i % 9 === 4 ? bad : one)) }));
      expect(told(broken)).toEqual(LEAK);
      const quiet = mapSeries(history(healthy), ({ at, value }) => ({ at, value: value.map((one, i) => (i % 9 === 4 ? bad : one)) }));
      expect(verdictOf(quiet)).toBeNull();
    }
    const negative = mapSeries(history(healthy), ({ at, value }) => ({ at, value: value.map((one) => -one) }));
    expect(verdictOf(negative)).toBeNull();
  });
});

it("goes on with counters that were reset by a restart of their task", () => {
  const whole = history(leaky);
  const reset = {
    ...whole,
    jobs: whole.jobs.map((job) => ({
      ...job,
      operators: job.operators.map((own) => ({
        ...own,
        recordsIn: { ...own.recordsIn, value: own.recordsIn.value.map((count) => (count > 900 ? count - 900 : count)) },
      })),
    })),
  };
  expect(told(reset)).toEqual(LEAK);
});

it("keeps two lives with one pid apart", () => {
  const whole = history({ ...leaky, restarts: [120] });
  const samePid = mapLives(whole, (life) => ({ ...life, incarnation: { ...life.incarnation, pid: 4242 } }));
  const { findings } = diagnose(samePid);
  expect(new Set(findings.map(({ incarnation }) => incarnation.key)).size).toBeLessThanOrEqual(2);
  expect(findings.every(({ incarnation }) => incarnation.pid === 4242)).toBe(true);
});

it("says of a process that lived three seconds that it lived too short", () => {
  const { verdict, findings, processes } = diagnose(history({ ...leaky, seconds: 3 }));
  expect(findings).toEqual([]);
  expect(verdict).toBe("warming-up");
  const over = mapLives(history({ ...leaky, seconds: 300, every: 0, measures: {} }), (life) => ({
    ...life,
    incarnation: { ...life.incarnation, startedAt: START, endedAt: START + 3000 },
    series: new Map(),
  }));
  expect(diagnose(over).processes[0]).toMatchObject({ verdict: "unknown", why: expect.stringContaining("it lived 3 s") });
  expect(processes[0]?.why).not.toBe("");
});

describe("class names", () => {
  it("may be anything that the JVM allows", () => {
    for (const name of [
      "Ünïcödé.Klasse",
      "a",
      "$",
      "$$",
      "com.acme.$Proxy12",
      "com.acme.Foo$$Lambda$14/0x0000000800c3",
      "x.y.Z$1$2$3",
      "weird name.with space",
      "[[[I",
      "a/b;c",
      "__proto__",
      "constructor",
    ]) {
      const whole = history({ ...leaky, leaks: [{ ...leaky.leaks![0]!, classes: { [name]: [1, 40_000] } }] });
      const { finding } = diagnose(whole);
      expect(finding?.resource, name).toBeDefined();
    }
  });

  it("may be a hundred thousand", () => {
    const whole = mapLives(history(leaky), (life) => {
      const { live } = life;
      const many = Array.from({ length: 100_000 }, (_, i) => `com.acme.generated.Type${i}`);
      const flat = live.at.map(() => 3);
      return {
        ...life,
        live: {
          at: live.at,
          classes: [...live.classes, ...many],
          instances: [...live.instances, ...many.map(() => flat)],
          bytes: [...live.bytes, ...many.map(() => flat.map((count) => count * 16))],
        },
      };
    });
    expect(told(whole)).toEqual(LEAK);
  });
});
