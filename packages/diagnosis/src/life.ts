import { seriesOf, type Series } from "@heaptide/base";
import type {
  AllocationsSeen,
  CensusColumns,
  CensusSubject,
  ChangeSeen,
  CodeSeen,
  CostSeen,
  GapSeen,
  History,
  Incarnation,
  JobHistory,
  LogPattern,
  Measure,
  ProbeState,
  ProcessIdentity,
  SnapshotColumns,
} from "@heaptide/model";
import { orderly } from "./growth/snapshots.ts";

/** One incarnation with everything in the history that concerns it, put in order: all later steps read a life, not the history. */
export interface Life {
  readonly process: ProcessIdentity;
  readonly incarnation: Incarnation;
  /** The first and the last moment at which it was seen. */
  readonly from: number;
  readonly to: number;
  readonly isLast: boolean;
  readonly series: ReadonlyMap<Measure, Series>;
  readonly live: SnapshotColumns;
  readonly all: SnapshotColumns;
  readonly allocations: AllocationsSeen | null;
  readonly earlierAllocations: readonly AllocationsSeen[];
  readonly code: readonly CodeSeen[];
  readonly jobs: readonly JobHistory[];
  /** Changes that touch it, ascending; those that jobs and starts imply are among them. */
  readonly changes: readonly ChangeSeen[];
  readonly patterns: readonly LogPattern[];
  readonly gaps: readonly GapSeen[];
  readonly blind: readonly ProbeState[];
  readonly costs: readonly CostSeen[];
  readonly census: ReadonlyMap<CensusSubject, CensusColumns>;
}

/** All lives in the history, by process, ascending by start. */
export function livesOf(history: History): Life[] {
  return history.processes.flatMap(({ process, incarnations }) =>
    incarnations.map((own, index): Life => {
      const { incarnation } = own;
      const jobs = history.jobs.filter((job) => runsOn(job, process, incarnation));
      const life = {
        process,
        incarnation,
        from: Math.max(history.from, Math.min(incarnation.startedAt, history.to)),
        to: Math.min(history.to, incarnation.endedAt ?? history.to),
        isLast: index === incarnations.length - 1,
        series: new Map([...own.series].map(([measure, series]) => [measure, inOrder(series)])),
        live: orderly(own.live),
        all: orderly(own.all),
        allocations: own.allocations,
        earlierAllocations: own.earlierAllocations ?? [],
        code: own.code ?? [],
        jobs,
        patterns: history.patterns.filter((pattern) => pattern.incarnation === incarnation.key),
        gaps: history.gaps.filter((gap) => gap.elsewhere !== true && (gap.job === null || jobs.some((job) => job.id === gap.job))),
        blind: history.blind.filter((state) => state.incarnation === null || state.incarnation === incarnation.key),
        costs: own.costs,
        census: own.census,
      };
      return { ...life, changes: changesTouching(history, life) };
    }),
  );
}

/** A job whose place is not known yet may run on any TaskManager that lives while it does. */
function runsOn(job: JobHistory, process: ProcessIdentity, incarnation: Incarnation): boolean {
  // The JobManager has a part in every job: its `main` runs there, and so do its coordinators.
  if (process.role === "jobmanager") return livesWith(job, incarnation);
  if (job.incarnations.length > 0) return job.incarnations.includes(incarnation.key);
  return process.role === "taskmanager" && livesWith(job, incarnation);
}

const livesWith = (job: JobHistory, { startedAt, endedAt }: Incarnation): boolean =>
  job.startedAt <= (endedAt ?? Infinity) && (job.endedAt ?? Infinity) >= startedAt;

/**
 * Recorded changes to the process or to its jobs, and the starts that nobody recorded because they came before the first look. A change that
 * concerns neither a known job nor a known process (configuration, CI) may concern everything.
 */
function changesTouching(history: History, life: Pick<Life, "process" | "incarnation" | "jobs" | "to">): ChangeSeen[] {
  const recorded = history.changes.filter((change) => touches(change, life) && change.at <= life.to);
  const isRecorded = (kind: ChangeSeen["kind"], job: string | null) =>
    recorded.some((change) => change.kind === kind && change.job === job);
  const implied: ChangeSeen[] = [];
  for (const job of life.jobs) {
    if (!isRecorded("job-deployed", job.id)) implied.push(impliedChange("job-deployed", job.startedAt, job.id, `${job.name} deployed`));
    if (job.endedAt !== null && !isRecorded("job-ended", job.id)) {
      implied.push(impliedChange("job-ended", job.endedAt, job.id, `${job.name} ended`));
    }
  }
  const start = life.incarnation.startedAt;
  if (!recorded.some((change) => change.kind === "process-started" && Math.abs(change.at - start) < 60_000)) {
    const { key, name } = life.process;
    implied.push({
      ...impliedChange("process-started", start, null, `${name} started`),
      id: `start:${life.incarnation.key}`,
      process: key,
    });
  }
  return [...recorded, ...implied.filter((change) => change.at <= life.to)].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

function touches(change: ChangeSeen, life: Pick<Life, "process" | "incarnation" | "jobs">): boolean {
  if (change.process !== null && change.process !== life.process.key) return false;
  if (change.kind === "process-lost" || change.kind === "process-started") {
    return change.process === life.process.key && change.at >= life.incarnation.startedAt - 60_000;
  }
  if (change.job !== null) return life.jobs.some((job) => job.id === change.job);
  return change.at >= life.incarnation.startedAt - 60_000;
}

function impliedChange(kind: ChangeSeen["kind"], at: number, job: string | null, title: string): ChangeSeen {
  return { type: "change", at, id: `implied:${kind}:${job ?? "process"}:${at}`, kind, job, process: null, title, attributes: {} };
}

/** Clocks jump and senders repeat themselves: times ascend strictly from here on, and every value is a number. */
function inOrder(series: Series): Series {
  const { at, value } = series;
  let fine = at.length === value.length;
  for (let i = 0; fine && i < at.length; i++)
    fine = Number.isFinite(value[i]) && Number.isFinite(at[i]) && (i === 0 || at[i]! > at[i - 1]!);
  return fine ? series : seriesOf(Array.from(at, (time, i) => [time, value[i] ?? Number.NaN] as const));
}

/** The life as the last dump before a moment shows it: later ones no longer hold what was freed since. Without one, the last there is. */
export function lifeAsOf(life: Life, time: number): Life {
  if (life.allocations === null || life.allocations.at <= time) return life;
  return { ...life, allocations: life.earlierAllocations.findLast((dump) => dump.at <= time) ?? life.allocations };
}

/** A measure of the life; empty where nobody measured it. */
export function measured(life: Life, measure: Measure): Series {
  return life.series.get(measure) ?? NOTHING;
}
const NOTHING: Series = { at: new Float64Array(0), value: new Float64Array(0) };
