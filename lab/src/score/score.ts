import { type Forecast, isWithin, widthOf } from "./exhaustion.ts";
import type { Hit, LeakScore, RunScore } from "./judge.ts";
import type { RuleScore } from "./rules.ts";
import { type Sight, SIGHTS } from "./sight.ts";

/** All that was found out about one recorded run. */
export interface Scored {
  readonly full: RunScore;
  readonly rules: readonly RuleScore[];
  readonly forecasts: readonly Forecast[];
  /** By what could be seen. */
  readonly degraded: Readonly<Partial<Record<Sight, RunScore>>>;
}

/** One thing that the lab must show. `held` is null where nothing was asked of it, or nothing can be said. */
export interface Line {
  readonly what: string;
  readonly value: string;
  readonly goal: string | null;
  readonly held: boolean | null;
}

/** A share of hits, with how many were asked. */
export interface Share {
  readonly hits: number;
  readonly of: number;
}

export function linesOf(scored: readonly Scored[]): Line[] {
  const runs = scored.map(({ full }) => full);
  const leaks = runs.flatMap((run) => run.leaks);
  const benign = runs.filter(({ kind }) => kind === "benign");
  const found = leaks.filter(({ verdict }) => verdict !== "missed");
  const growing = leaks.filter(({ verdict }) => verdict === "growing");
  return [
    atLeast(
      "leaks called leaking by the end, right resource",
      share(leaks, ({ verdict }) => verdict === "leaking"),
      1,
    ),
    atLeast(
      "leaks found, leaking or growing",
      share(leaks, ({ verdict }) => verdict !== "missed"),
      1,
    ),
    none(
      "benign runs with a false `leaking` at any moment",
      benign.filter(({ falseAlarms }) => falseAlarms.length > 0),
    ),
    none(
      "leaking runs with a false `leaking` at any moment",
      runs.filter(({ kind, falseAlarms }) => kind === "leaking" && falseAlarms.length > 0),
    ),
    none(
      "leaks told twice",
      runs.filter(({ repeated }) => repeated.length > 0),
    ),
    none(
      "benign runs still `growing` after their growth",
      benign.filter(({ growsForEver }) => growsForEver),
    ),
    atLeast("root class or holder", hits(found, "root"), 0.95),
    atLeast("line", hits(found, "line"), 0.9),
    atLeast("operator", hits(found, "operator"), 0.95),
    atLeast("job", hits(found, "job"), 0.95),
    atLeast("change", hits(found, "change"), 1),
    atLeast(
      "fixes proved",
      { hits: runs.filter(({ fixed }) => fixed === true).length, of: runs.filter(({ fixed }) => fixed !== null).length },
      1,
    ),
    stated("driver", hits(found, "driver")),
    stated("`growing` with everything right", share(growing, isAllRight)),
    { what: "median time to the verdict", value: seconds(leaks.map(({ leakingAfter }) => leakingAfter)), goal: null, held: null },
    { what: "median time to the line", value: seconds(leaks.map(({ lineAfter }) => lineAfter)), goal: null, held: null },
    ...forecastLines(scored.flatMap(({ forecasts }) => forecasts)),
    ...ruleLines(scored),
    ...SIGHTS.slice(1).flatMap((sight) => sightLines(sight, scored)),
  ];
}

const isAllRight = ({ root, line, operator, job }: LeakScore): boolean => [root, line, operator, job].every((hit) => hit !== false);

const share = <T>(all: readonly T[], fits: (one: T) => boolean): Share => ({ hits: all.filter(fits).length, of: all.length });

export function hits(leaks: readonly LeakScore[], what: "root" | "line" | "operator" | "job" | "change" | "driver"): Share {
  const asked = leaks.map((leak): Hit => leak[what]).filter((hit) => hit !== null);
  return { hits: asked.filter(Boolean).length, of: asked.length };
}

const shareText = ({ hits: right, of }: Share): string => (of === 0 ? "-" : `${((100 * right) / of).toFixed(1)} % (${right} of ${of})`);

function atLeast(what: string, value: Share, goal: number): Line {
  return { what, value: shareText(value), goal: `>= ${goal * 100} %`, held: value.of === 0 ? null : value.hits >= goal * value.of };
}

const stated = (what: string, value: Share): Line => ({ what, value: shareText(value), goal: null, held: null });

function none(what: string, runs: readonly RunScore[]): Line {
  return { what, value: String(runs.length), goal: "0", held: runs.length === 0 };
}

export function seconds(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  return known.length === 0 ? "-" : `${known[known.length >> 1]!} s`;
}

function forecastLines(forecasts: readonly Forecast[]): Line[] {
  const widths = forecasts.map(widthOf).sort((a, b) => a - b);
  const runs = new Set(forecasts.map(({ run }) => run)).size;
  const width = widths.length === 0 ? "-" : `${(100 * widths[widths.length >> 1]!).toFixed(0)} % of the time left`;
  return [
    atLeast(`time to exhaustion within its interval, ${runs} runs to death`, share(forecasts, isWithin), 0.9),
    { what: "median width of that interval", value: width, goal: null, held: null },
  ];
}

/** Against each rule: more runs found, and none falsely. */
function ruleLines(scored: readonly Scored[]): Line[] {
  const leaking = scored.filter(({ full }) => full.kind === "leaking");
  const own = leaking.filter(({ full }) => full.leaks.every(({ verdict }) => verdict === "leaking")).length;
  return (scored[0]?.rules ?? []).map(({ rule }) => {
    const of = ({ rules }: Scored) => rules.find((one) => one.rule === rule)!;
    const found = leaking.filter((one) => of(one).found).length;
    const wrong = scored.filter((one) => of(one).false).length;
    const named = leaking.filter((one) => of(one).named).length;
    const value = `${found} of ${leaking.length} runs found (here ${own}), ${wrong} of ${scored.length} rung falsely, class named in ${named}`;
    return { what: `rule: ${rule}`, value, goal: "fewer found or some falsely", held: own >= found || wrong > 0 };
  });
}

function sightLines(sight: Sight, scored: readonly Scored[]): Line[] {
  const runs = scored.flatMap(({ degraded }) => degraded[sight] ?? []);
  if (runs.length === 0) return [];
  const leaks = runs.flatMap((run) => run.leaks);
  const found = leaks.filter(({ verdict }) => verdict !== "missed");
  const wrong = runs.filter(({ falseAlarms }) => falseAlarms.length > 0);
  const still = ["root", "line", "operator", "job", "change"] as const;
  const known = still.map((what) => `${what} ${shareText(hits(found, what))}`).join(", ");
  return [
    stated(
      `${sight}: leaks called leaking`,
      share(leaks, ({ verdict }) => verdict === "leaking"),
    ),
    stated(
      `${sight}: leaks found, leaking or growing`,
      share(leaks, ({ verdict }) => verdict !== "missed"),
    ),
    { what: `${sight}: of those found`, value: known, goal: null, held: null },
    none(`${sight}: runs with a false \`leaking\``, wrong),
  ];
}
