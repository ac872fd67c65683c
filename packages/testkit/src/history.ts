import { EMPTY_SERIES, seriesOf } from "@heaptide/base";
import type {
  AllocationsSeen,
  ChangeSeen,
  History,
  Incarnation,
  IncarnationHistory,
  JobHistory,
  LogPattern,
  Measure,
  OldObject,
  ProcessIdentity,
  Reference,
  Role,
  SnapshotColumns,
  StackFrame,
  ThreadStarted,
} from "@heaptide/model";

/**
 * Builds histories for tests from what happened, not from what was measured: jobs that count records, leaks that add instances for each of them,
 * and snapshots taken on the way. All times in a specification are seconds since the start of the history.
 */
export interface HistorySpec {
  readonly seconds: number;
  readonly role?: Role;
  readonly command?: string;
  readonly heap?: { readonly limit?: number | null; readonly base?: number; readonly noise?: (second: number) => number };
  /** Seconds between live snapshots; 0 for none. */
  readonly every?: number;
  readonly jobs?: readonly JobSpec[];
  readonly leaks?: readonly LeakSpec[];
  readonly logs?: readonly LogSpec[];
  readonly changes?: readonly ChangeSeen[];
  /** Further measures, sampled every two seconds. */
  readonly measures?: { readonly [M in Measure]?: (second: number) => number };
  readonly limits?: Incarnation["limits"];
  /** When the process was restarted. */
  readonly restarts?: readonly number[];
  /** Seconds between the start of the process and of the history. */
  readonly uptime?: number;
}

export interface JobSpec {
  readonly name: string;
  readonly from?: number;
  readonly to?: number;
  /** In the order of their chain. */
  readonly operators: readonly { readonly name: string; readonly perSecond: number | ((second: number) => number) }[];
}

export interface LeakSpec {
  readonly from?: number;
  /** Instances are kept until here, and freed then. */
  readonly to?: number;
  /** What adds a unit: each record of an operator, or each second. */
  readonly per: { readonly job: string; readonly operator: string; readonly ratio?: number } | { readonly second: number };
  /** For each unit: class -> [instances, bytes of all of them]. */
  readonly classes: Readonly<Record<string, readonly [instances: number, bytes: number]>>;
  /** A bounded collection holds no more units than this. */
  readonly bound?: number;
  /** Counted resources that a unit takes along. */
  readonly takes?: { readonly threads?: number; readonly descriptors?: number };
  readonly samples?: SampleSpec;
}

/** How a recording sees the leak: `count` objects of each class given, allocated at this stack. */
export interface SampleSpec {
  readonly count: number;
  readonly classes: readonly string[];
  readonly stack: readonly StackFrame[];
  readonly thread: string;
  readonly chain?: readonly Partial<Reference>[];
  readonly root?: OldObject["root"];
}

export interface LogSpec {
  readonly at: number;
  readonly pattern: string;
  readonly level?: LogPattern["level"];
  readonly count?: number;
}

/** Where every history begins, milliseconds since the epoch. */
export const START = Date.UTC(2026, 10, 2, 14, 0, 0);

const time = (second: number): number => START + second * 1000;
const PROCESS: ProcessIdentity = { key: "process-1", name: "process-1", role: "taskmanager" };

export function history(spec: HistorySpec): History {
  const starts = [-(spec.uptime ?? 0), ...(spec.restarts ?? [])];
  const lives = starts.map((from, i): Span => ({ key: `${i + 1}@${time(from)}`, from, to: starts[i + 1] ?? null }));
  const process = { ...PROCESS, role: spec.role ?? PROCESS.role };
  return {
    from: time(0),
    to: time(spec.seconds),
    processes: [{ process, incarnations: lives.map((life, i) => incarnationOf(spec, life, i)) }],
    jobs: (spec.jobs ?? []).map((job, i) => jobOf(spec, job, i, lives)),
    changes: changesOf(spec, lives),
    patterns: (spec.logs ?? []).map((log, i) => patternOf(log, i, lives)),
    gaps: [],
    blind: [],
  };
}

/** A stack frame; the loader is a Flink job's unless the class is of Flink or the JDK, or another one is given. */
export function frame(where: string, line: number, loader?: string | null): StackFrame {
  const dot = where.lastIndexOf(".");
  const name = where.slice(0, dot).replace(/\.$/, "");
  const method = where.slice(dot + 1);
  const usual = /^java|^jdk|^sun/.test(name) ? null : name.startsWith("org.apache.flink.") ? APP_LOADER : JOB_LOADER;
  return { class: name, method, line, loader: loader === undefined ? usual : loader, hidden: false };
}
export const JOB_LOADER = "org.apache.flink.util.ChildFirstClassLoader";
export const APP_LOADER = "jdk.internal.loader.ClassLoaders$AppClassLoader";

interface Span {
  readonly key: string;
  readonly from: number;
  readonly to: number | null;
}

function incarnationOf(spec: HistorySpec, life: Span, index: number): IncarnationHistory {
  const limit = spec.heap?.limit === undefined ? 320 * 1024 * 1024 : spec.heap.limit;
  const end = life.to ?? spec.seconds;
  const begin = Math.max(0, life.from);
  const every = spec.every ?? 8;
  const at = every > 0 ? range(begin + every / 2, end, every) : [];
  const live = snapshots(spec, life, at);
  const series = new Map<Measure, ReturnType<typeof seriesOf>>();
  const takes = (kind: "threads" | "descriptors") => (spec.leaks ?? []).some((leak) => leak.takes?.[kind]);
  for (const kind of ["threads", "descriptors"] as const) {
    if (takes(kind))
      series.set(
        kind,
        sampled(begin, end, (s) => 60 + taken(spec, life, kind, s)),
      );
  }
  for (const [measure, value] of Object.entries(spec.measures ?? {})) series.set(measure as Measure, sampled(begin, end, value));
  return {
    incarnation: {
      key: life.key,
      process: PROCESS.key,
      pid: 1000 + index,
      startedAt: time(life.from),
      endedAt: life.to === null ? null : time(life.to),
      flinkId: null,
      command: spec.command ?? "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
      javaVersion: "17",
      collector: "G1",
      limits: { ...(limit === null ? {} : { heap: { value: limit, unit: "B" as const, source: "-Xmx" } }), ...spec.limits },
    },
    series,
    live,
    all: { at: new Float64Array(0), classes: [], instances: [], bytes: [] },
    allocations: recordingOf(spec, life, end),
    census: new Map(),
    costs: at.map((s) => ({ type: "cost" as const, at: time(s), incarnation: life.key, probe: "histogram", pause: 50 })),
  };
}

const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.max(0, Math.floor((to - from) / step) + 1) }, (_, i) => from + i * step);

const sampled = (from: number, to: number, value: (second: number) => number) =>
  seriesOf(range(from, to, 2).map((s) => [time(s), value(s)] as const));

/** What the JVM needs anyway, and what the leaks add. */
function snapshots(spec: HistorySpec, life: Span, at: readonly number[]): SnapshotColumns {
  const base = spec.heap?.base ?? 30 * 1024 * 1024;
  const columns = new Map<string, { instances: number[]; bytes: number[] }>();
  const set = (name: string, i: number, instances: number, bytes: number) => {
    if (!columns.has(name)) columns.set(name, { instances: at.map(() => 0), bytes: at.map(() => 0) });
    columns.get(name)!.instances[i]! += instances;
    columns.get(name)!.bytes[i]! += bytes;
  };
  at.forEach((s, i) => {
    set("java.util.BitSet", i, 1000, base + (spec.heap?.noise?.(s) ?? 0));
    for (const leak of spec.leaks ?? []) {
      const units = unitsAt(spec, leak, life, s);
      for (const [name, [instances, bytes]] of Object.entries(leak.classes)) set(name, i, units * instances, units * bytes);
    }
  });
  const values = [...columns.values()];
  return {
    at: Float64Array.from(at, time),
    classes: [...columns.keys()],
    instances: values.map((column) => Float64Array.from(column.instances)),
    bytes: values.map((column) => Float64Array.from(column.bytes)),
  };
}

/** Units a leak holds in a life at a second. */
function unitsAt(spec: HistorySpec, leak: LeakSpec, life: Span, second: number): number {
  const from = Math.max(leak.from ?? 0, life.from);
  if (second < from || second >= Math.min(leak.to ?? Infinity, life.to ?? Infinity)) return 0;
  const { per } = leak;
  const driven =
    "second" in per ? per.second * (second - from) : (per.ratio ?? 1) * (countAt(spec, per, second) - countAt(spec, per, from));
  return Math.floor(Math.min(driven, leak.bound ?? Infinity) + 1e-9);
}

function taken(spec: HistorySpec, life: Span, kind: "threads" | "descriptors", second: number): number {
  return (spec.leaks ?? []).reduce((sum, leak) => sum + (leak.takes?.[kind] ?? 0) * unitsAt(spec, leak, life, second), 0);
}

/** Records of all jobs of a name through an operator, since the start. */
function countAt(spec: HistorySpec, per: { job: string; operator: string }, second: number): number {
  return (spec.jobs ?? []).filter((job) => job.name === per.job).reduce((sum, job) => sum + recordsAt(job, per.operator, second), 0);
}

function recordsAt(job: JobSpec, operator: string, second: number): number {
  const rate = job.operators.find((one) => one.name === operator)?.perSecond ?? 0;
  const [from, to] = [job.from ?? 0, Math.min(second, job.to ?? Infinity)];
  if (typeof rate === "number") return Math.floor(Math.max(0, to - from) * rate);
  let records = 0;
  for (let s = from; s < to; s++) records += rate(s) * Math.min(1, to - s);
  return Math.floor(records);
}

function jobOf(spec: HistorySpec, job: JobSpec, index: number, lives: readonly Span[]): JobHistory {
  const [from, to] = [job.from ?? 0, job.to ?? null];
  const vertexName = job.operators.map((operator) => operator.name).join(" -> ");
  const end = to ?? spec.seconds;
  return {
    id: `job-${index + 1}`,
    name: job.name,
    state: to === null ? "RUNNING" : "CANCELED",
    startedAt: time(from),
    endedAt: to === null ? null : time(to),
    stateBytes: EMPTY_SERIES,
    stateBytesOf: new Map(),
    incarnations: lives.filter((life) => life.from < end && (life.to ?? Infinity) > from).map((life) => life.key),
    operators: job.operators.map(({ name }, position) => ({
      vertex: "vertex-1",
      vertexName,
      name,
      position,
      parallelism: 1,
      recordsIn: seriesOf(range(from, end, 2).map((s) => [time(s), recordsAt(job, name, s)] as const)),
      recordsOut: seriesOf([]),
    })),
  };
}

function changesOf(spec: HistorySpec, lives: readonly Span[]): ChangeSeen[] {
  const change = (kind: ChangeSeen["kind"], at: number, of: { job?: string; process?: string }, title: string): ChangeSeen => ({
    type: "change",
    at: time(at),
    id: `${kind}-${of.job ?? of.process}-${at}`,
    kind,
    job: of.job ?? null,
    process: of.process ?? null,
    title,
    attributes: {},
  });
  const jobs = (spec.jobs ?? []).flatMap((job, i) => [
    change("job-deployed", job.from ?? 0, { job: `job-${i + 1}` }, `${job.name} deployed`),
    ...(job.to === undefined ? [] : [change("job-ended", job.to, { job: `job-${i + 1}` }, `${job.name} ended`)]),
  ]);
  const starts = lives.map((life) => change("process-started", life.from, { process: PROCESS.key }, `${PROCESS.name} started`));
  return [...jobs, ...starts, ...(spec.changes ?? [])].sort((a, b) => a.at - b.at);
}

function patternOf(log: LogSpec, index: number, lives: readonly Span[]): LogPattern {
  const life = lives.findLast((own) => own.from <= log.at) ?? lives[0]!;
  const seen = Float64Array.from({ length: log.count ?? 1 }, (_, i) => time(log.at + i));
  return {
    id: `p${index}`,
    pattern: log.pattern,
    level: log.level ?? "error",
    logger: null,
    throwable: null,
    incarnation: life.key,
    seen,
    example: log.pattern,
  };
}

/** Old objects are spread evenly over the life of their leak. */
function recordingOf(spec: HistorySpec, life: Span, end: number): AllocationsSeen | null {
  const stacks: StackFrame[][] = [];
  const oldObjects: OldObject[] = [];
  const threadStarts: ThreadStarted[] = [];
  for (const leak of spec.leaks ?? []) {
    const { samples } = leak;
    const from = Math.max(leak.from ?? 0, life.from, 0);
    const to = Math.min(leak.to ?? Infinity, end);
    if (!samples || to <= from || (leak.to !== undefined && leak.to < end)) continue;
    stacks.push([...samples.stack]);
    for (let i = 0; i < samples.count; i++) {
      for (const name of samples.classes)
        oldObjects.push(oldObject(name, time(from + ((i + 0.5) * (to - from)) / samples.count), stacks.length - 1, samples));
    }
  }
  if (oldObjects.length === 0) return null;
  return {
    type: "allocations",
    at: time(end),
    incarnation: life.key,
    recordingFrom: time(Math.max(0, life.from)),
    stacks,
    oldObjects,
    threadStarts,
  };
}

function oldObject(name: string, allocatedAt: number, stack: number, samples: SampleSpec): OldObject {
  const chain = (samples.chain ?? []).map((step) => ({ ...PLAIN_STEP, ...step }));
  return {
    class: name,
    allocatedAt,
    thread: samples.thread,
    stack,
    arrayElements: null,
    description: null,
    chain,
    root: samples.root ?? null,
  };
}

const PLAIN_STEP: Reference = {
  class: "java.lang.Object",
  field: null,
  static: false,
  arraySize: null,
  arrayIndex: null,
  description: null,
  skipped: 0,
};
