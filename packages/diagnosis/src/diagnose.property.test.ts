import { history, type HistorySpec } from "@heaptide/testkit";
import type { Series } from "@heaptide/base";
import type { History, SnapshotColumns } from "@heaptide/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diagnose, diagnoseInParts } from "./diagnose.ts";
import { GROWING_SHARE, LEAKING_SHARE, LEAKING_SHARE_CACHE, LEAKING_SHARE_UNBOUNDED, WARM_UP } from "./thresholds.ts";

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

function picked(columns: SnapshotColumns, kept: (i: number) => boolean): SnapshotColumns {
  const pick = (values: Float64Array) => values.filter((_, i) => kept(i));
  return { ...columns, at: pick(columns.at), instances: columns.instances.map(pick), bytes: columns.bytes.map(pick) };
}

/** Every time, counted from the beginning, longer by a factor. */
function inTime(whole: History, factor: number): History {
  const later = (time: number) => whole.from + (time - whole.from) * factor;
  const maybe = (time: number | null) => (time === null ? null : later(time));
  const stretched = ({ at, value }: Series): Series => ({ at: at.map(later), value });
  const lives = mapLives(whole, (life) => ({
    ...life,
    incarnation: { ...life.incarnation, startedAt: later(life.incarnation.startedAt), endedAt: maybe(life.incarnation.endedAt) },
    live: { ...life.live, at: life.live.at.map(later) },
    series: new Map([...life.series].map(([measure, series]) => [measure, stretched(series)])),
  }));
  return {
    ...lives,
    to: later(whole.to),
    changes: whole.changes.map((change) => ({ ...change, at: later(change.at) })),
    jobs: whole.jobs.map((job) => ({
      ...job,
      startedAt: later(job.startedAt),
      endedAt: maybe(job.endedAt),
      operators: job.operators.map((own) => ({ ...own, recordsIn: stretched(own.recordsIn), recordsOut: stretched(own.recordsOut) })),
    })),
  };
}

/**
 * The warm-up that is left out has a length of its own: a slower clock leaves it less of the growth, at most a ninth. @returns whether that decides
 * nothing for growth of so many bytes a second over 200 s.
 */
function clearOfThresholds(bytesPerSecond: number): boolean {
  const limit = 320 * 1024 * 1024;
  const seen = { least: (bytesPerSecond * (200 - WARM_UP / 1000)) / limit, most: (bytesPerSecond * 200) / limit };
  const thresholds = [GROWING_SHARE, LEAKING_SHARE_UNBOUNDED, LEAKING_SHARE, LEAKING_SHARE_CACHE];
  return thresholds.every((threshold) => seen.least > threshold * 1.05 || seen.most < threshold * 0.95);
}

/** Where `to` is given, the job ends then and another without the leak begins. */
function fixedAt(spec: HistorySpec, to: number | undefined, hasLogs: boolean): HistorySpec {
  const logs = hasLogs ? [{ at: 40, pattern: "cannot keep <*>", count: 30 }] : [];
  if (to === undefined) return { ...spec, logs };
  const [job] = spec.jobs!;
  const jobs = [
    { ...job!, to },
    { ...job!, from: to },
  ];
  return { ...spec, logs, jobs, leaks: spec.leaks!.map((one) => ({ ...one, to })) };
}

/** Histories of one process each as those of several processes of one cluster. */
function together(histories: readonly History[]): History {
  const renamed = histories.map((one, i): History => {
    const of = (id: string) => `${id}/${i}`;
    return {
      ...one,
      processes: one.processes.map(({ process, incarnations }) => ({
        process: { ...process, key: of(process.key) },
        incarnations: incarnations.map((life) => ({
          ...life,
          incarnation: { ...life.incarnation, key: of(life.incarnation.key), process: of(process.key) },
        })),
      })),
      jobs: one.jobs.map((job) => ({ ...job, id: of(job.id), incarnations: job.incarnations.map(of) })),
      changes: one.changes.map((change) => ({
        ...change,
        id: of(change.id),
        job: change.job && of(change.job),
        process: change.process && of(change.process),
      })),
      patterns: one.patterns.map((pattern) => ({ ...pattern, incarnation: of(pattern.incarnation) })),
    };
  });
  return {
    ...renamed[0]!,
    processes: renamed.flatMap((one) => one.processes),
    jobs: renamed.flatMap((one) => one.jobs),
    changes: renamed.flatMap((one) => one.changes).sort((a, b) => a.at - b.at),
    patterns: renamed.flatMap((one) => one.patterns),
  };
}

/** As a store gives it: some processes, with their own jobs and log patterns. */
function partOf(whole: History, first: number, size: number): History {
  const processes = whole.processes.slice(first, first + size);
  const lives = new Set(processes.flatMap(({ incarnations }) => incarnations.map(({ incarnation }) => incarnation.key)));
  return {
    ...whole,
    processes,
    jobs: whole.jobs.filter(({ incarnations }) => incarnations.some((key) => lives.has(key))),
    patterns: whole.patterns.filter(({ incarnation }) => lives.has(incarnation)),
  };
}

describe("diagnose", () => {
  const rate = fc.integer({ min: 2, max: 50 });
  const size = fc.integer({ min: 200, max: 60_000 });

  it("gives the same diagnosis for the same history", () => {
    const whole = history(leak(5, 40_000, 200));
    expect(diagnose(whole)).toEqual(diagnose(whole));
  });

  it("finds the same in a history that is read in parts", async () => {
    const spec = fc.record({ bytes: fc.constantFrom(0, 2000, 40_000, 60_000), to: fc.constantFrom(undefined, 200), logs: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(spec, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 4 }), async (specs, size) => {
        const whole = together(specs.map(({ bytes, to, logs }) => history(fixedAt(leak(10, bytes, 300), to, logs))));
        const parts = Array.from({ length: Math.ceil(whole.processes.length / size) }, (_, i) => partOf(whole, i * size, size));
        expect(await diagnoseInParts({ outline: whole, parts })).toEqual(diagnose(whole));
      }),
      { numRuns: 15 },
    );
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

  it("does not care how fast the clock of the whole goes", () => {
    fc.assert(
      fc.property(rate, size, fc.constantFrom(1.5, 2, 4), (perSecond, bytes, factor) => {
        fc.pre(clearOfThresholds(perSecond * (bytes + 24)));
        const whole = history(leak(perSecond, bytes, 200));
        expect(told(inTime(whole, factor))).toEqual(told(whole));
      }),
      { numRuns: 25 },
    );
  });

  it("finds nothing in a bounded collection that is full, whatever the noise within the band that is granted", () => {
    const noisy = fc.array(fc.integer({ min: 0, max: 1_500_000 }), { minLength: 80, maxLength: 80 });
    fc.assert(
      fc.property(noisy, fc.integer({ min: 200, max: 1000 }), (noise, bound) => {
        const bounded = { ...leak(20, 0, 400).leaks![0]!, classes: { "com.acme.Event": [1, 4000] as const }, bound };
        const spec = { ...leak(20, 0, 400), leaks: [bounded], heap: { noise: (s: number) => noise[Math.floor(s / 8)] ?? 0 } };
        expect(diagnose(history(spec)).findings.filter(({ verdict }) => verdict === "leaking")).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it("still finds a leak in noise that its growth exceeds", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 80, maxLength: 80 }), (noise) => {
        const whole = history({ ...leak(10, 20_000, 300), heap: { noise: (s) => noise[Math.floor(s / 8)] ?? 0 } });
        expect(told(whole)).toEqual({ verdict: "leaking", rootClass: "com.acme.Event", operator: "dedup" });
      }),
      { numRuns: 25 },
    );
  });

  it("finds the same with a part of the samples missing", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 25, maxLength: 25 }), (gone) => {
        const whole = history(leak(10, 40_000, 300));
        // At most a third, and never two in a row: enough is left to see the course.
        const kept = (i: number) => !(gone[i % gone.length]! && i % 3 === 1);
        const thinner = mapLives(whole, (life) => ({ ...life, live: picked(life.live, kept) }));
        expect(told(thinner)).toEqual(told(whole));
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
