import type { Incarnation, Limit, Measure, Operator } from "@heaptide/model";

/**
 * What Flink's Prometheus reporter publishes: `flink_<scope>_<name>` with the scope's variables as labels.
 * Source: flink-metrics-prometheus of Flink 1.20 and 2.x, docs/ops/metrics.md. Characters that Prometheus does not allow are underscores in names, and, unless
 * `filterLabelValueCharacters` is off, in label values: "enrich-venues" reads "enrich_venues".
 */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ReportedProcess {
  readonly role: "taskmanager" | "jobmanager";
  /** Flink's resource id; null for a JobManager. */
  readonly id: string | null;
  readonly host: string | null;
  readonly values: ReadonlyMap<Measure, number>;
  /** From Flink 2.4 on; null before. */
  readonly afterGc: number | null;
  readonly limits: Incarnation["limits"];
  readonly jobs: readonly ReportedJob[];
}

export interface ReportedJob {
  readonly id: string;
  readonly name: string;
  readonly operators: readonly ReportedOperator[];
}

/** One operator with the subtasks that run in this process. */
export interface ReportedOperator extends Omit<Operator, "parallelism"> {
  readonly subtasks: readonly string[];
  readonly recordsIn: number | null;
  readonly recordsOut: number | null;
}

const MEASURES: Readonly<Record<string, Measure>> = {
  Status_JVM_Memory_Heap_Used: "heap.used",
  Status_JVM_Memory_Heap_Committed: "heap.committed",
  Status_JVM_Memory_Metaspace_Used: "metaspace.used",
  Status_JVM_Memory_Direct_MemoryUsed: "direct.used",
  Status_JVM_Memory_Mapped_MemoryUsed: "mapped.used",
  Status_Flink_Memory_Managed_Used: "managed.used",
  Status_JVM_Threads_Count: "threads",
  Status_JVM_ClassLoader_ClassesLoaded: "classes.loaded",
  Status_JVM_ClassLoader_ClassesUnloaded: "classes.unloaded",
};
const LIMITS = {
  Status_JVM_Memory_Heap_Max: ["heap", "-Xmx, by Flink's reporter"],
  Status_JVM_Memory_Metaspace_Max: ["metaspace", "-XX:MaxMetaspaceSize, by Flink's reporter"],
  Status_Flink_Memory_Managed_Total: ["managed-memory", "Flink's managed memory, by its reporter"],
} as const;
const NANOSECONDS = 1e-6;

/** @returns null for a page that is not Flink's */
export function reportedProcess(samples: Iterable<Sample>): ReportedProcess | null {
  const own: Sample[] = [];
  for (const sample of samples) if (sample.name.startsWith("flink_")) own.push(sample);
  const isTaskManager = own.some(({ name }) => name.startsWith("flink_taskmanager_Status_"));
  const prefix = isTaskManager ? "flink_taskmanager_" : "flink_jobmanager_";
  const status = own
    .filter(({ name }) => name.startsWith(`${prefix}Status_`))
    .map((sample) => ({ ...sample, name: sample.name.slice(prefix.length) }));
  const first = status[0];
  if (first === undefined) return null;
  return {
    role: isTaskManager ? "taskmanager" : "jobmanager",
    id: first.labels["tm_id"] ?? null,
    host: first.labels["host"] ?? null,
    values: valuesOf(status),
    afterGc: sumOf(status, /^Status_JVM_Memory_Pool_(?!Metaspace|Code|Compressed).*_CollectionUsed$/),
    limits: limitsOf(status),
    jobs: jobsIn(own),
  };
}

function valuesOf(status: readonly Sample[]): Map<Measure, number> {
  const values = new Map<Measure, number>();
  const put = (measure: Measure, value: number | null) => value !== null && values.set(measure, value);
  for (const { name, value } of status) if (MEASURES[name] !== undefined) put(MEASURES[name], value);
  // `All` is there since 1.20; it would count the others twice.
  put("gc.count", sumOf(status, /^Status_JVM_GarbageCollector_(?!All_).*_Count$/));
  put("gc.time", sumOf(status, /^Status_JVM_GarbageCollector_(?!All_).*_Time$/));
  const cpu = sumOf(status, /^Status_JVM_CPU_Time$/);
  put("cpu.time", cpu === null ? null : cpu * NANOSECONDS);
  return values;
}

function sumOf(status: readonly Sample[], pattern: RegExp): number | null {
  const found = status.filter(({ name }) => pattern.test(name));
  return found.length === 0 ? null : found.reduce((sum, { value }) => sum + value, 0);
}

function limitsOf(status: readonly Sample[]): Incarnation["limits"] {
  const found = status.flatMap(({ name, value }): [string, Limit][] => {
    const known = LIMITS[name as keyof typeof LIMITS];
    return known !== undefined && value > 0 ? [[known[0], { value, unit: "B", source: known[1] }]] : [];
  });
  return Object.fromEntries(found);
}

const COUNTERS = { numRecordsIn: "recordsIn", numRecordsOut: "recordsOut" } as const;

/** Jobs as far as their operators run here; a JobManager names them without operators. */
function jobsIn(samples: readonly Sample[]): ReportedJob[] {
  const jobs = new Map<string, { name: string; operators: Map<string, Mutable> }>();
  for (const { name, labels, value } of samples) {
    const { job_id: id, job_name: job, task_id: vertex, task_name: vertexName, operator_name: operator, subtask_index: subtask } = labels;
    if (id === undefined || job === undefined) continue;
    const known = jobs.get(id) ?? { name: job, operators: new Map<string, Mutable>() };
    jobs.set(id, known);
    const counter = COUNTERS[name.replace("flink_taskmanager_job_task_operator_", "") as keyof typeof COUNTERS];
    if (counter === undefined || vertex === undefined || operator === undefined) continue;
    const key = `${vertex} ${operator}`;
    const one = known.operators.get(key) ?? {
      vertex,
      vertexName: vertexName ?? vertex,
      name: operator,
      subtasks: new Set<string>(),
      counts: {},
    };
    known.operators.set(key, one);
    one.subtasks.add(subtask ?? "0");
    one.counts[counter] = (one.counts[counter] ?? 0) + value;
  }
  return [...jobs].map(([id, { name, operators }]) => ({ id, name, operators: [...operators.values()].map(operatorOf) }));
}

interface Mutable {
  readonly vertex: string;
  readonly vertexName: string;
  readonly name: string;
  readonly subtasks: Set<string>;
  readonly counts: { recordsIn?: number; recordsOut?: number };
}

/** The order of a chain is not told. */
const operatorOf = ({ vertex, vertexName, name, subtasks, counts }: Mutable): ReportedOperator => ({
  ...{ vertex, vertexName, name, position: null, subtasks: [...subtasks] },
  recordsIn: counts.recordsIn ?? null,
  recordsOut: counts.recordsOut ?? null,
});
