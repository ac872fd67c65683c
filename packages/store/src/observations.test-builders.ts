import type {
  AllocationsSeen,
  ChangeSeen,
  GapSeen,
  Incarnation,
  JobSeen,
  LogSeen,
  OperatorCount,
  ProcessSeen,
  Sample,
  SnapshotKind,
  SnapshotTaken,
} from "@heaptide/model";

/** Builders for tests: one TaskManager `tm` with the life `1@0`, one job with one operator. */
export const processSeen = (life: Partial<Incarnation> = {}, at = 0): ProcessSeen => ({
  type: "process",
  at,
  process: { key: "tm", name: "TaskManager", role: "taskmanager" },
  incarnation: {
    key: "1@0",
    process: "tm",
    pid: 1,
    startedAt: 0,
    endedAt: null,
    flinkId: "tm-1",
    command: "java TaskManagerRunner",
    javaVersion: "17.0.9",
    collector: "G1",
    limits: { heap: { value: 1e9, unit: "B", source: "-Xmx" } },
    ...life,
  },
});

export const sample = (at: number, value: number): Sample => ({ type: "sample", at, incarnation: "1@0", measure: "heap.live", value });

export const job = (incarnations = ["1@0"], at = 100): JobSeen => ({
  type: "job",
  at,
  job: {
    id: "j1",
    name: "enrichment",
    state: "RUNNING",
    startedAt: 50,
    endedAt: null,
    incarnations,
    operators: [{ vertex: "v1", vertexName: "chain", name: "enrich", position: 0, parallelism: 1 }],
  },
});

export const count = (at: number, value: number): OperatorCount => ({
  type: "count",
  at,
  job: "j1",
  vertex: "v1",
  operator: "enrich",
  counter: "records-in",
  value,
});

export const log = (at: number, ordinal = 0): LogSeen => ({
  type: "log",
  at,
  incarnation: "1@0",
  patternId: "p1",
  pattern: "too many <*>",
  level: "error",
  logger: "a.B",
  message: "too many things",
  throwable: null,
  ordinal,
});

export const change = (at: number): ChangeSeen => ({
  type: "change",
  at,
  id: `c${at}`,
  kind: "job-deployed",
  job: "j1",
  process: null,
  title: "enrichment deployed",
  attributes: { jar: "a.jar" },
});

/** A gap of the job since 1000. */
export const gap = (at: number, to: number | null): GapSeen => ({ type: "gap", at, id: "g1", from: 1000, to, job: "j1", title: "nothing" });

export const snapshot = (
  at: number,
  classes: Record<string, [instances: number, bytes: number]>,
  kind: SnapshotKind = "live",
): SnapshotTaken => ({
  type: "snapshot",
  at,
  incarnation: "1@0",
  kind,
  classes: {
    names: Object.keys(classes),
    instances: Object.values(classes).map(([instances]) => instances),
    bytes: Object.values(classes).map(([, bytes]) => bytes),
  },
});

/** A dump of a recording; its stacks are told apart by their line. */
export const dump = (at: number, line = at): AllocationsSeen => ({
  type: "allocations",
  at,
  incarnation: "1@0",
  recordingFrom: 0,
  stacks: [[{ class: "a.B", method: "keep", line, loader: null, hidden: false }]],
  oldObjects: [],
  threadStarts: [],
});
