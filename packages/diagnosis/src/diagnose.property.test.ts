import { history, type HistorySpec } from "@heaptide/testkit";
import type { Series } from "@heaptide/base";
import type { History, SnapshotColumns } from "@heaptide/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diagnose } from "./diagnose.ts";

const leak = (perSecond: number, bytes: number, seconds: number): HistorySpec => ({
  seconds,
  jobs: [{ name: "events", operators: [{ name: "dedup", perSecond }] }],
  leaks: [{ per: { job: "events", operator: "dedup" }, classes: { "com.acme.Event": [1, bytes], "java.lang.String": [1, 24] } }],
});
const told = (whole: History) => {
  const { verdict, finding } = diagnose(whole);
  return { verdict, rootClass: finding?.rootClass, operator: finding?.law?.operator };
};

/** The same history with every snapshot's bytes, and the limit, larger by a factor. */
function inUnits(whole: History, factor: number): History {
  return mapLives(whole, (life) => ({
    ...life,
    incarnation: {
      ...life.incarnation,
      limits: { heap: { ...life.incarnation.limits.heap!, value: life.incarnation.limits.heap!.value * factor } },
    },
    live: { ...life.live, bytes: life.live.bytes.map((column) => column.map((value) => value * factor)) },
  }));
}

type Life = History["processes"][number]["incarnations"][number];
const mapLives = (whole: History, change: (life: Life) => Life): History => ({
  ...whole,
  processes: whole.processes.map((process) => ({ ...process, incarnations: process.incarnations.map(change) })),
});

const doubled = (values: Float64Array): Float64Array => Float64Array.from([...values, ...values]);
const twice = (columns: SnapshotColumns): SnapshotColumns => ({
  ...columns,
  at: doubled(columns.at),
  instances: columns.instances.map(doubled),
  bytes: columns.bytes.map(doubled),
});
const seriesTwice = ({ at, value }: Series): Series => ({ at: doubled(at), value: doubled(value) });

describe("diagnose", () => {
  const rate = fc.integer({ min: 2, max: 50 });
  const size = fc.integer({ min: 200, max: 60_000 });

  it("gives the same diagnosis for the same history", () => {
    const whole = history(leak(5, 40_000, 200));
    expect(diagnose(whole)).toEqual(diagnose(whole));
  });

  it("does not care in what unit bytes are counted", () => {
    fc.assert(
      fc.property(rate, size, fc.constantFrom(0.5, 8, 1024), (perSecond, bytes, factor) => {
        const whole = history(leak(perSecond, bytes, 200));
        expect(told(inUnits(whole, factor))).toEqual(told(whole));
      }),
      { numRuns: 25 },
    );
  });

  it("does not care for samples that arrive twice", () => {
    fc.assert(
      fc.property(rate, size, (perSecond, bytes) => {
        const whole = history(leak(perSecond, bytes, 200));
        const repeated = mapLives(whole, (life) => ({
          ...life,
          live: twice(life.live),
          series: new Map([...life.series].map(([measure, series]) => [measure, seriesTwice(series)])),
        }));
        expect(told(repeated)).toEqual(told(whole));
      }),
      { numRuns: 25 },
    );
  });

  it("finds nothing in noise", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2_000_000 }), { minLength: 80, maxLength: 80 }), (noise) => {
        const { findings } = diagnose(history({ ...leak(5, 0, 500), leaks: [], heap: { noise: (s) => noise[Math.floor(s / 8)] ?? 0 } }));
        expect(findings).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it("survives values that are no numbers", () => {
    const whole = history(leak(5, 40_000, 200));
    const broken = mapLives(whole, (life) => ({
      ...life,
      live: { ...life.live, bytes: life.live.bytes.map((column) => column.map((value, i) => (i % 7 === 3 ? Number.NaN : value))) },
    }));
    expect(() => diagnose(broken)).not.toThrow();
  });
});
