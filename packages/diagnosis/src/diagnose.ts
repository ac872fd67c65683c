import type { Diagnosis, History, HistoryInParts, Missing } from "@heaptide/model";
import { casesOf } from "./case.ts";
import { inOrder, judge, leading, type Ranked, ranked } from "./finding.ts";
import { growthsOf } from "./growths.ts";
import { type Life, livesOf } from "./life.ts";
import { type State, stateOf, worst } from "./process-verdict.ts";
import { WARM_UP } from "./thresholds.ts";

export interface DiagnoseOptions {
  /** Milliseconds after the start of a job or a process that are left out; 20 s unless told otherwise. */
  readonly warmUp?: number;
  /** Also say of each quiet process at which test its resources failed: costs as much again, so it is told when asked for. */
  readonly reasons?: boolean;
}

/** The one way in. The same history gives the same diagnosis: no clock, no I/O, no state. */
export function diagnose(history: History, options: DiagnoseOptions = {}): Diagnosis {
  return conclude(history, examine(history, options));
}

/** The same of a history that is read in parts: of each, only what was found is kept. */
export async function diagnoseInParts({ outline, parts }: HistoryInParts, options: DiagnoseOptions = {}): Promise<Diagnosis> {
  const examined: Examined[] = [];
  for await (const part of parts) examined.push(...examine(part, options));
  return conclude(outline, examined);
}

/** What was found in one process. Nothing measured is kept in it. */
interface Examined {
  readonly findings: readonly Ranked[];
  readonly states: readonly State[];
  readonly cost: Diagnosis["cost"];
}

/** A leak lives in one process: each is examined by itself. */
function examine(history: History, options: DiagnoseOptions): Examined[] {
  return history.processes.map((process) => examineProcess({ ...history, processes: [process] }, options));
}

function examineProcess(history: History, options: DiagnoseOptions): Examined {
  const warmUp = options.warmUp ?? WARM_UP;

  // Everything that concerns one life of one process, put in order.
  const lives = livesOf(history);
  // What grows without bound, when, and which classes grow with it?
  const growths = lives.flatMap((life) => growthsOf(life, warmUp));
  // Whose line, who holds it, by which law, since when, and what changed then?
  const cases = growths.flatMap((growth) => casesOf(growth));
  // How sure is it, how long does it last, and did a later change fix it?
  const judged = leading(cases.map((found) => judge(found, lives, warmUp)));
  // And how does the process fare?
  const states = lives.filter((life) => life.isLast).map((life) => stateOf(life, judged, { warmUp, reasons: options.reasons ?? false }));

  return { findings: judged.map(ranked), states, cost: lives.filter((life) => life.costs.length > 0).map(costOf) };
}

function conclude({ from, to, blind }: Pick<History, "from" | "to" | "blind">, examined: readonly Examined[]): Diagnosis {
  const findings = inOrder(examined.flatMap((one) => one.findings));
  const states = examined.flatMap((one) => one.states);
  return {
    verdict: worst(decisive(states).map((state) => state.verdict)),
    from: iso(from),
    to: iso(to),
    finding: findings[0] ?? null,
    findings,
    processes: states.map(({ process, verdict, why, reasons }) => ({ process, verdict, why, ...(reasons && { reasons }) })),
    missing: [...nothingSeen(states), ...states.flatMap((state) => state.missing), ...blindSpots(blind)],
    cost: examined.flatMap((one) => one.cost),
  };
}

/** A JobManager that nobody could look into does not make the whole unknown. */
function decisive(states: readonly State[]): readonly State[] {
  const isQuietManager = (state: State) =>
    state.process.role === "jobmanager" && (state.verdict === "unknown" || state.verdict === "warming-up");
  const others = states.filter((state) => !isQuietManager(state));
  return others.length > 0 ? others : states;
}

function nothingSeen(states: readonly State[]): Missing[] {
  if (states.length > 0) return [];
  return [{ what: "processes", why: "no process was seen in this span", next: "heaptide ps" }];
}

function blindSpots(blind: History["blind"]): Missing[] {
  return blind
    .filter((state) => state.code !== null)
    .map(({ probe, code, cause, next }) => ({ what: probe, why: cause ?? code!, next: next ?? "heaptide doctor" }));
}

function costOf({ process, costs, from, to }: Life): Diagnosis["cost"][number] {
  const pauses = costs.map((cost) => cost.pause);
  return { process: process.key, total: pauses.reduce((sum, pause) => sum + pause, 0), longest: Math.max(...pauses), span: to - from };
}

/** Not every number is a time: an empty history may carry any. */
const iso = (time: number): string => new Date(Number.isFinite(time) ? time : 0).toISOString();
