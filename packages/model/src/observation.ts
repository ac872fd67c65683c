import { z } from "zod";
import { Incarnation, ProcessIdentity } from "./identity.ts";
import { Measure } from "./measure.ts";

/**
 * What probes say, and all that diagnosis ever learns. Each observation is one fact, seen at one time, about one incarnation or one job;
 * facts may arrive late, twice or in any order. `at` is milliseconds since the epoch, UTC.
 */
const at = z.number();
/** Key of an incarnation. */
const incarnation = z.string().min(1);

/** A process was seen alive: its identity and everything constant about its present life. */
export const ProcessSeen = z.object({ type: z.literal("process"), at, process: ProcessIdentity, incarnation: Incarnation });
export type ProcessSeen = z.infer<typeof ProcessSeen>;

/** An incarnation is over. */
export const ProcessEnded = z.object({ type: z.literal("ended"), at, incarnation, reason: z.string() });
export type ProcessEnded = z.infer<typeof ProcessEnded>;

export const Sample = z.object({ type: z.literal("sample"), at, incarnation, measure: Measure, value: z.number() });
export type Sample = z.infer<typeof Sample>;

/** One operator of a job's vertex. `position` is its place in the chain, 0 the head; null where the chain's order is not known. */
export const Operator = z.object({
  vertex: z.string(),
  vertexName: z.string(),
  name: z.string().min(1),
  position: z.number().int().nonnegative().nullable(),
  parallelism: z.number().int().positive(),
});
export type Operator = z.infer<typeof Operator>;

/** A job as Flink's REST API shows it. `incarnations` are those that run its subtasks; `spread`: where several do, how many of each vertex, by its id, each one runs. */
export const JobSeen = z.object({
  type: z.literal("job"),
  at,
  job: z.object({
    id: z.string().min(1),
    name: z.string(),
    state: z.string(),
    startedAt: z.number(),
    endedAt: z.number().nullable(),
    operators: z.array(Operator),
    incarnations: z.array(incarnation),
    spread: z.record(z.string(), z.record(incarnation, z.number().int().nonnegative())).optional(),
  }),
});
export type JobSeen = z.infer<typeof JobSeen>;

/** A counter of one operator, summed over its subtasks, stamped with the time of its last change, not of the request. */
export const OperatorCount = z.object({
  type: z.literal("count"),
  at,
  job: z.string(),
  vertex: z.string(),
  operator: z.string(),
  counter: z.enum(["records-in", "records-out"]),
  value: z.number(),
});
export type OperatorCount = z.infer<typeof OperatorCount>;

/**
 * What a process holds many of, counted by kind: `threads` by the pattern of their name as the kernel has it (15 characters), `descriptors` by kind and
 * target, `native-memory` in bytes by what it is mapped for, or by the JVM's own account of it. Only groups worth telling are listed.
 */
export const CENSUS_SUBJECTS = ["threads", "descriptors", "native-memory"] as const;
export const CensusSubject = z.enum(CENSUS_SUBJECTS);
export type CensusSubject = z.infer<typeof CensusSubject>;
export const CensusTaken = z.object({
  type: z.literal("census"),
  at,
  incarnation,
  of: CensusSubject,
  groups: z.array(z.object({ name: z.string(), value: z.number() })),
});
export type CensusTaken = z.infer<typeof CensusTaken>;

/** A checkpoint was completed (`at`): the whole state of the job in bytes, and that of each vertex, by its id. */
export const CheckpointSeen = z.object({
  type: z.literal("checkpoint"),
  at,
  job: z.string(),
  id: z.number(),
  bytes: z.number(),
  vertices: z.array(z.object({ vertex: z.string(), bytes: z.number() })),
});
export type CheckpointSeen = z.infer<typeof CheckpointSeen>;

/** Class names as Java source writes them (`byte[]`, `java.util.HashMap$Node[]`); the three columns have the same length. */
export const ClassColumns = z.object({
  names: z.array(z.string()),
  instances: z.array(z.number()),
  bytes: z.array(z.number()),
});
export type ClassColumns = z.infer<typeof ClassColumns>;

/** A class histogram. `live`: a full collection came first. The two kinds are never compared with each other. */
export const SnapshotKind = z.enum(["live", "all"]);
export type SnapshotKind = z.infer<typeof SnapshotKind>;
export const SnapshotTaken = z.object({ type: z.literal("snapshot"), at, incarnation, kind: SnapshotKind, classes: ClassColumns });
export type SnapshotTaken = z.infer<typeof SnapshotTaken>;

/** One frame, innermost first in a stack. `loader` is the class name of the class loader, null for the bootstrap loader or where unknown. */
export const StackFrame = z.object({
  class: z.string(),
  method: z.string(),
  /** -1 where the recording has none. */
  line: z.number().int(),
  loader: z.string().nullable(),
  hidden: z.boolean(),
});
export type StackFrame = z.infer<typeof StackFrame>;

/** One step of a reference chain, from the object outwards to its root. `class` holds `field`, or is an array with that index. */
export const Reference = z.object({
  class: z.string(),
  field: z.string().nullable(),
  static: z.boolean(),
  arraySize: z.number().int().nullable(),
  arrayIndex: z.number().int().nullable(),
  /** What the recording says of the holder itself, e.g. "Size: 120" or "Class Name: X". */
  description: z.string().nullable(),
  /** Steps left out between this one and the next. */
  skipped: z.number().int().nonnegative(),
});
export type Reference = z.infer<typeof Reference>;

/** A sampled allocation that was still reachable when the recording was dumped. `stack` indexes `stacks`; -1 for none. */
export const OldObject = z.object({
  class: z.string(),
  allocatedAt: z.number(),
  thread: z.string().nullable(),
  stack: z.number().int(),
  arrayElements: z.number().int().nullable(),
  description: z.string().nullable(),
  chain: z.array(Reference),
  root: z.object({ system: z.string(), type: z.string(), description: z.string().nullable() }).nullable(),
});
export type OldObject = z.infer<typeof OldObject>;

export const ThreadStarted = z.object({
  at,
  thread: z.string(),
  parent: z.string().nullable(),
  stack: z.number().int(),
});
export type ThreadStarted = z.infer<typeof ThreadStarted>;

/** What a flight recording tells about who allocated what is still there. Each dump repeats the earlier ones: the last one counts. */
export const AllocationsSeen = z.object({
  type: z.literal("allocations"),
  at,
  incarnation,
  recordingFrom: z.number(),
  stacks: z.array(z.array(StackFrame)),
  oldObjects: z.array(OldObject),
  threadStarts: z.array(ThreadStarted),
});
export type AllocationsSeen = z.infer<typeof AllocationsSeen>;

/**
 * A place in the user's code that makes an object, or calls another class. `makes`: the class made, or the type that the call returns; `owner`, `call`: the class and
 * the method called, null for `new`.
 */
export const CodeSite = z.object({
  class: z.string(),
  method: z.string(),
  line: z.number().int(),
  makes: z.string().nullable(),
  owner: z.string().nullable(),
  call: z.string().nullable(),
});
export type CodeSite = z.infer<typeof CodeSite>;

/** What the jar of a job makes and calls, read from its byte code: where no allocation was sampled, it tells which lines come into question. */
export const CodeSeen = z.object({
  type: z.literal("code"),
  at,
  incarnation,
  /** Of the jar's content. */
  jar: z.string().min(1),
  sites: z.array(CodeSite),
});
export type CodeSeen = z.infer<typeof CodeSeen>;

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export const LogLevel = z.enum(LOG_LEVELS);
export type LogLevel = z.infer<typeof LogLevel>;

/** One occurrence of a log pattern. `pattern` is the template with `<*>` for its variable parts, `patternId` its stable id. */
export const LogSeen = z.object({
  type: z.literal("log"),
  at,
  incarnation,
  patternId: z.string(),
  pattern: z.string(),
  level: LogLevel,
  logger: z.string().nullable(),
  message: z.string(),
  /** Class of the root cause where a stack trace came along. */
  throwable: z.string().nullable(),
  /** Where the root cause was thrown: its first frame outside of the JDK, as `class.method`. */
  frame: z.string().optional(),
  /** So many lines of this pattern stand before it in its log with the same time: a line read twice has the same number, the next line another. None is 0. */
  ordinal: z.number().int().nonnegative().optional(),
});
export type LogSeen = z.infer<typeof LogSeen>;

/**
 * Lines of one pattern in a stretch of time, where there are too many to tell each. `at` is the beginning of the stretch, `message` one of them. `batch` is unique: the same one
 * told twice counts once. A line is told either by this or by `LogSeen`, never by both.
 */
export const LogCounted = LogSeen.omit({ ordinal: true }).extend({
  type: z.literal("log-count"),
  batch: z.string().min(1),
  lines: z.number().int().positive(),
});
export type LogCounted = z.infer<typeof LogCounted>;

export const CHANGE_KINDS = [
  "job-deployed",
  "job-ended",
  "job-restarted",
  "job-rescaled",
  "process-started",
  "process-lost",
  "configuration",
  "external",
] as const;
export const ChangeKind = z.enum(CHANGE_KINDS);
export type ChangeKind = z.infer<typeof ChangeKind>;

/** Something that was changed, by whoever. `id` is stable: the same change reported twice is one change. */
export const ChangeSeen = z.object({
  type: z.literal("change"),
  at,
  id: z.string().min(1),
  kind: ChangeKind,
  /** Flink job id, for changes to a job. */
  job: z.string().nullable(),
  /** Key of the process, for changes to a process. */
  process: z.string().nullable(),
  /** For people: "venue-enrichment deployed". */
  title: z.string(),
  attributes: z.record(z.string(), z.string()),
});
export type ChangeSeen = z.infer<typeof ChangeSeen>;

/** Data was expected and not seen. The same `id` told again, later, is the same gap: that it lasts, or that it is over. */
export const GapSeen = z.object({
  type: z.literal("gap"),
  at,
  id: z.string().min(1),
  from: z.number(),
  /** null while it lasts. */
  to: z.number().nullable(),
  job: z.string().nullable(),
  title: z.string(),
  /** Whoever told it knows that nothing that is watched here is to blame: a website is down, say. Such a gap is nobody's evidence. */
  elsewhere: z.boolean().optional(),
});
export type GapSeen = z.infer<typeof GapSeen>;

/** What one look cost the process: `pause` is how long it stood still, milliseconds. */
export const CostSeen = z.object({ type: z.literal("cost"), at, incarnation, probe: z.string(), pause: z.number() });
export type CostSeen = z.infer<typeof CostSeen>;

/** A probe could not look, or can again (`cause` null). The collector goes on with the rest. */
export const ProbeState = z.object({
  type: z.literal("probe"),
  at,
  /** Key of the incarnation, or null for probes of the cluster as a whole. */
  incarnation: incarnation.nullable(),
  probe: z.string(),
  code: z.string().nullable(),
  cause: z.string().nullable(),
  next: z.string().nullable(),
});
export type ProbeState = z.infer<typeof ProbeState>;

export const Observation = z.discriminatedUnion("type", [
  ProcessSeen,
  ProcessEnded,
  Sample,
  JobSeen,
  OperatorCount,
  SnapshotTaken,
  AllocationsSeen,
  LogSeen,
  LogCounted,
  ChangeSeen,
  GapSeen,
  CostSeen,
  ProbeState,
  CensusTaken,
  CheckpointSeen,
  CodeSeen,
]);
export type Observation = z.infer<typeof Observation>;
