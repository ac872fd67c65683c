import type { ReportedJob, ReportedOperator } from "@heaptide/flink";
import type { ChangeSeen, JobSeen, Observation, OperatorCount } from "@heaptide/model";

/** No process has told of it for so long, milliseconds: the job has ended. A job that restarts is away for a few seconds. */
const ENDED_AFTER = 45_000;

interface Look {
  /** Address of the page. */
  readonly source: string;
  readonly at: number;
  readonly incarnation: string;
  readonly role: "taskmanager" | "jobmanager";
  readonly jobs: readonly ReportedJob[];
}

interface KnownJob {
  readonly name: string;
  readonly startedAt: number;
  seenAt: number;
  /** By page: what runs there. */
  readonly places: Map<string, { incarnation: string; operators: readonly ReportedOperator[] }>;
  said: string;
}

/** Jobs as the pages of several processes tell of them: each knows its own subtasks, so that counts are sums over all. */
export class ScrapedJobs {
  readonly #jobs = new Map<string, KnownJob>();
  #firstLook: number | null = null;

  see({ source, at, incarnation, role, jobs }: Look): Observation[] {
    const isFirst = this.#firstLook === null || at - this.#firstLook < ENDED_AFTER / 3;
    this.#firstLook ??= at;
    const seen: Observation[] = [];
    for (const { id, name, operators } of jobs) {
      let job = this.#jobs.get(id);
      if (job === undefined) {
        job = { name, startedAt: at, seenAt: at, places: new Map(), said: "" };
        this.#jobs.set(id, job);
        // What was there before we came was deployed at a time that nobody tells.
        if (!isFirst) seen.push(change(id, "job-deployed", at, `${name} deployed`));
      }
      job.seenAt = at;
      if (role === "taskmanager") job.places.set(source, { incarnation, operators });
      seen.push(...this.#news(id, job, at), ...(role === "taskmanager" ? countsOf(id, job, at) : []));
    }
    for (const [id, job] of this.#jobs) {
      if (!jobs.some((one) => one.id === id)) job.places.delete(source);
      if (at - job.seenAt > ENDED_AFTER) seen.push(...this.#end(id, job));
    }
    return seen;
  }

  #news(id: string, job: KnownJob, at: number): JobSeen[] {
    const seen = jobSeen(id, job, at, null);
    const text = JSON.stringify(seen.job);
    if (job.said === text) return [];
    job.said = text;
    return [seen];
  }

  #end(id: string, job: KnownJob): Observation[] {
    this.#jobs.delete(id);
    const at = job.seenAt;
    return [jobSeen(id, job, at, at), change(id, "job-ended", at, `${job.name} is not seen any more`)];
  }
}

/** Operators of all places, with all their subtasks. */
function operatorsOf({ places }: KnownJob): (Omit<ReportedOperator, "subtasks"> & { subtasks: Set<string> })[] {
  const all = new Map<string, Omit<ReportedOperator, "subtasks"> & { subtasks: Set<string> }>();
  for (const { operators } of places.values()) {
    for (const operator of operators) {
      const key = `${operator.vertex} ${operator.name}`;
      const known = all.get(key);
      const sum = (a: number | null | undefined, b: number | null) => (a == null ? b : b === null ? a : a + b);
      all.set(key, {
        ...operator,
        subtasks: new Set([...(known?.subtasks ?? []), ...operator.subtasks]),
        recordsIn: sum(known?.recordsIn, operator.recordsIn),
        recordsOut: sum(known?.recordsOut, operator.recordsOut),
      });
    }
  }
  return [...all.values()];
}

function jobSeen(id: string, job: KnownJob, at: number, endedAt: number | null): JobSeen {
  const operators = operatorsOf(job).map(({ vertex, vertexName, name, position, subtasks }) => ({
    ...{ vertex, vertexName, name, position },
    parallelism: Math.max(1, subtasks.size),
  }));
  const incarnations = [...job.places.values()].map(({ incarnation }) => incarnation);
  const state = endedAt === null ? "RUNNING" : "FINISHED";
  return { type: "job", at, job: { id, name: job.name, state, startedAt: job.startedAt, endedAt, operators, incarnations } };
}

function countsOf(id: string, job: KnownJob, at: number): OperatorCount[] {
  return operatorsOf(job).flatMap(({ vertex, name, recordsIn, recordsOut }) => {
    const count = (counter: OperatorCount["counter"], value: number | null): OperatorCount[] =>
      value === null ? [] : [{ type: "count", at, job: id, vertex, operator: name, counter, value }];
    return [...count("records-in", recordsIn), ...count("records-out", recordsOut)];
  });
}

const change = (job: string, kind: ChangeSeen["kind"], at: number, title: string): ChangeSeen => ({
  ...{ type: "change", at, id: `${job}:${kind}:scraped`, kind, job, process: null, title, attributes: {} },
});
