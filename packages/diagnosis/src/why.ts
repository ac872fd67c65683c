import { formatBytes, formatDuration } from "@heaptide/base";
import type { Evidence, Test, Why } from "@heaptide/model";
import type { Case } from "./case.ts";
import { type CountedDriver, driversOf } from "./growth/drivers.ts";
import { simpleName } from "./growth/class-names.ts";
import { type Life } from "./life.ts";
import { eventOf, sharePercent, sizeOf } from "./phrases.ts";
import { watchedResources } from "./resources/all.ts";
import { rulesOf, type Watched } from "./resources/watched.ts";
import { BEND_GAIN, LEAST_SAMPLES, LEAST_SPAN, LEAST_UNITS, LEAST_UNITS_BY_TIME, NOISE_FACTOR } from "./thresholds.ts";
import { bendOf } from "./trend/bend.ts";
import { followsLoad } from "./trend/load.ts";
import { type Ending, endingOf, type Trend, trendOf } from "./trend/trend.ts";
import { shareNeeded } from "./verdict.ts";
import { cutsOf, type Window } from "./windows.ts";

/** Why a finding has its verdict: every test with its numbers, and what would make it another. */
export function whyOf(found: Case, verdict: "leaking" | "growing", evidence: readonly Evidence[]): Why {
  const { watched, window, drivers } = found;
  const tests = [...trendTests(watched, window, window.trend, drivers), ...boundTests(found), ...witnessTests(evidence)];
  return { tests, wouldChange: verdict === "leaking" ? whatEndsALeak(found) : whatMakesALeak(found, tests) };
}

/** Why nothing is found in a process: each resource that was watched, and the test at which its growth failed. */
export function whyQuiet(life: Life, warmUp: number): Why {
  const drivers = driversOf(life);
  const from = (cutsOf(life).at(-1) ?? life.from) + warmUp;
  const window = { from, to: life.to };
  const tests = watchedResources(life).flatMap((watched): Test[] => {
    const trend = trendOf(watched.series, window, rulesOf(watched, drivers));
    if (!trend)
      return [{ what: watched.resource, passed: false, statement: `${watched.source}: ${tooFew(watched, from, life.to)}`, numbers: {} }];
    const failed = trendTests(watched, window, trend, drivers).find((test) => !test.passed);
    return [failed ? { ...failed, what: watched.resource, statement: `${watched.source}: ${failed.statement}` } : holds(watched, trend)];
  });
  const heap = watchedResources(life).find(({ resource }) => resource === "heap");
  const rise = heap?.limit
    ? ` by more than ${formatBytes(heap.rules.leastShare * heap.limit.value)} (${sharePercent(heap.rules.leastShare)} of the limit)`
    : "";
  return {
    tests,
    wouldChange: [
      `A live set that rises${rise} over ${formatDuration(LEAST_SPAN)} or more, beyond ${NOISE_FACTOR} times its scatter, without slowing down.`,
      `${LEAST_UNITS} threads, descriptors or class loaders more, by one law.`,
    ],
  };
}

const holds = ({ resource, source }: Watched, { growth }: Trend): Test => ({
  what: resource,
  passed: true,
  statement: `${source}: it rises, but with no cause of its own`,
  numbers: { growth },
});

function tooFew({ series }: Watched, from: number, to: number): string {
  const seen = series.at.filter((at) => at >= from && at <= to).length;
  return `${seen} values since the last change; ${LEAST_SAMPLES} over ${formatDuration(LEAST_SPAN)} are needed`;
}

/** The tests of section "does it grow without bound?", in their order. */
function trendTests(watched: Watched, window: Window, trend: Trend, drivers: readonly CountedDriver[]): Test[] {
  const rules = rulesOf(watched, drivers);
  const { slope, growth, noise, share, series } = trend;
  const size = (value: number) => sizeOf(value, watched.unit);
  const rate = (value: number) => (watched.unit === "B" ? `${formatBytes(value)}/s` : `${value.toPrecision(3)}/s`);
  const bend = bendOf(series.at, series.value);
  const ending = endingOf(trend, window, rules);
  const isLoad = followsLoad(series, rules.drivers);
  const least = rules.leastGrowth ?? 0;
  const tests: (Test | null)[] = [
    test(
      "rise",
      slope.low > 0,
      slope.low > 0
        ? `it rises by ${rate(slope.value)} [${rate(slope.low)}, ${rate(slope.high)}]`
        : `it does not surely rise: the interval of its slope, ${rate(slope.low)} to ${rate(slope.high)}, must lie above 0`,
      { ...slope, samples: series.at.length },
    ),
    test(
      "noise",
      growth >= NOISE_FACTOR * noise,
      `it rose by ${size(growth)}; its scatter is ${size(noise)}, and ${NOISE_FACTOR} times that is asked`,
      { growth, noise },
    ),
    test("bound", ending !== "all", ENDINGS[ending], bend ? { gain: bend.gain, before: bend.before * 1000, after: bend.after * 1000 } : {}),
    test("load", !isLoad, isLoad ? "it follows the rate of the input, up and down" : "it does not follow the rate of the input", {}),
    rules.limit === null || rules.leastShare === 0
      ? null
      : test(
          "size",
          share >= rules.leastShare,
          `it rose by ${sharePercent(share)} of its limit; ${sharePercent(rules.leastShare)} is asked`,
          { share, asked: rules.leastShare },
        ),
    least === 0 ? null : test("size", growth >= least, `it rose by ${size(growth)}; ${size(least)} is asked`, { growth, asked: least }),
  ];
  return tests.filter((one) => one !== null);
}

const ENDINGS: Readonly<Record<Ending, string>> = {
  nothing: `it does not slow down: a line that flattens must be better by ${BEND_GAIN}`,
  sum: "it slows down, but the classes that accumulate in it do not: something else fell away",
  all: "it slows down, as a collection does that is full",
};

const test = (what: string, passed: boolean, statement: string, numbers: Test["numbers"]): Test => ({ what, passed, statement, numbers });

/** A bounded collection that still fills looks like a leak in every other test. */
function boundTests(found: Case): Test[] {
  const { watched, window, root, law } = found;
  const { growth, share } = window.trend;
  if (watched.isCounted) {
    const asked = law && law.kind !== "wall-time" ? LEAST_UNITS : LEAST_UNITS_BY_TIME;
    return [
      test(
        "beyond any bound",
        growth >= asked,
        `${Math.round(growth)} more of them; ${asked} are asked where ${law ? `each ${eventOf(law)} brings some` : "no event explains them"}`,
        { growth, asked },
      ),
    ];
  }
  const needed = shareNeeded(found);
  if (needed === null || watched.limit === null)
    return [test("beyond any bound", false, "without a limit nothing tells how much a bounded collection may hold", {})];
  const name = root ? simpleName(root.name) : "of it";
  const statement = `${formatBytes(growth)} ${name} more, ${sharePercent(share)} of the limit; a cache may hold ${sharePercent(needed)} (${formatBytes(needed * watched.limit.value)})`;
  return [test("beyond any bound", share >= needed, statement, { share, asked: needed, growth, askedBytes: needed * watched.limit.value })];
}

function witnessTests(evidence: readonly Evidence[]): Test[] {
  const kinds = [...new Set(evidence.filter((one) => one.for).map(({ kind }) => kind))];
  return [test("independent witnesses", kinds.length >= 2, `${kinds.length} of two or more: ${kinds.join(", ")}`, { kinds: kinds.length })];
}

function whatEndsALeak({ root, law, line, holder, watched }: Case): string[] {
  const units = root ? simpleName(root.name) : watched.resource.replace("-", " ");
  const events = law && law.kind !== "wall-time" ? "the input goes on" : "the load goes on";
  return [
    `If the number of ${units} stands still while ${events}, it is a bounded collection that is full: then nothing is found.`,
    ...(holder?.size != null ? [`If ${holder.description} stays at one size, it is bounded.`] : []),
    `If a later change ends it, this is told as fixed once the old law would have brought some twenty more${line ? "" : ", or the process has lived as long as now"}.`,
  ];
}

function whatMakesALeak(found: Case, tests: readonly Test[]): string[] {
  const { watched, window, root, isLive } = found;
  const said: string[] = [];
  const needed = shareNeeded(found);
  if (!watched.isCounted && watched.limit !== null && needed !== null && window.trend.share < needed) {
    const bytes = needed * watched.limit.value;
    const left = (bytes - window.trend.growth) / window.trend.slope.value;
    said.push(
      `Beyond ${formatBytes(bytes)} of growth (${sharePercent(needed)} of the limit) it is called leaking: at this rate in ${formatDuration(left * 1000)}.`,
    );
  }
  if (watched.isWeak || !isLive) said.push("Live class histograms: what was measured so far holds garbage too, and proves no leak.");
  if (!root) said.push("A class that grows with it.");
  if (watched.isCounted && tests.some(({ what, passed }) => what === "beyond any bound" && !passed))
    said.push("More of them, by the same law.");
  said.push("If it stands still while the load goes on, it was a collection that filled up: then nothing is found.");
  return said;
}
