import type { LeakScore, RunScore } from "./judge.ts";
import { hits, type Line, type Scored, seconds } from "./score.ts";

type Cells = readonly string[];

/** One table: a row for each scenario with what was right in its runs, then what the lab must show. */
export function formatScore(scored: readonly Scored[], lines: readonly Line[]): string {
  const scenarios = Map.groupBy(
    scored.map(({ full }) => full),
    ({ scenario }) => scenario,
  );
  const head = [
    "scenario",
    "runs",
    "leaking",
    "growing",
    "missed",
    "false",
    "root",
    "line",
    "operator",
    "job",
    "change",
    "verdict after",
    "line after",
  ];
  const rows = [...scenarios].map(([scenario, runs]) => scenarioRow(scenario, runs));
  const goals = lines.map(({ what, value, goal, held }) => [
    held === null ? " " : held ? "✓" : "✗",
    what,
    value,
    goal === null ? "" : `goal ${goal}`,
  ]);
  return `${aligned([head, ...rows])}\n\n${aligned(goals)}\n`;
}

function scenarioRow(scenario: string, runs: readonly RunScore[]): Cells {
  const leaks = runs.flatMap((run) => run.leaks);
  const count = (verdict: LeakScore["verdict"]) => cell(leaks.filter((leak) => leak.verdict === verdict).length);
  const found = leaks.filter(({ verdict }) => verdict !== "missed");
  const right = (what: Parameters<typeof hits>[1]) => {
    const { hits: own, of } = hits(found, what);
    return of === 0 ? "" : own === of ? "✓" : `${own}/${of}`;
  };
  return [
    scenario,
    String(runs.length),
    ...(["leaking", "growing", "missed"] as const).map(count),
    cell(runs.filter(({ falseAlarms }) => falseAlarms.length > 0).length),
    ...(["root", "line", "operator", "job", "change"] as const).map(right),
    leaks.length === 0 ? "" : seconds(leaks.map(({ leakingAfter }) => leakingAfter)),
    leaks.length === 0 ? "" : seconds(leaks.map(({ lineAfter }) => lineAfter)),
  ];
}

const cell = (count: number): string => (count === 0 ? "" : String(count));

function aligned(rows: readonly Cells[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]!.length))) ?? [];
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** What went wrong, run by run. */
export function formatMistakes(scored: readonly Scored[]): string {
  const wrongOf = ({ full }: Scored) => [
    ...full.falseAlarms.map((text) => `false: ${text}`),
    ...full.repeated.map((text) => `told twice: ${text}`),
    ...(full.growsForEver ? ["still growing"] : []),
    ...(full.fixed === false ? ["the fix is not proved"] : []),
    ...full.leaks.flatMap((leak) => {
      const wrong = (["root", "line", "operator", "job", "change"] as const).filter((what) => leak[what] === false);
      if (leak.verdict === "missed") return [`missed: ${leak.resources.join(" or ")}`];
      if (leak.verdict === "leaking" && wrong.length === 0) return [];
      return [`${leak.verdict}${wrong.length > 0 ? `, wrong ${wrong.join(", ")}` : ""}: ${leak.said}`];
    }),
  ];
  return scored
    .map((one) => ({ run: one.full.run, wrong: wrongOf(one) }))
    .filter(({ wrong }) => wrong.length > 0)
    .map(({ run, wrong }) => `${run}\n${wrong.map((text) => `    ${text}\n`).join("")}`)
    .join("");
}
