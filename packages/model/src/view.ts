import { z } from "zod";
import { Verdict } from "./finding.ts";
import { Incarnation, Limit, ProcessIdentity } from "./identity.ts";
import { Measure } from "./measure.ts";
import { AllocationsSeen, ChangeSeen, CostSeen, GapSeen, LogLevel, SnapshotKind, StackFrame } from "./observation.ts";

/**
 * What the API answers besides findings: observations arranged for a reader. Times are milliseconds since the epoch, sizes bytes, columns of one
 * object have the same length.
 */
const column = z.array(z.number());

/** What the server looks at. `session`: a recording is shown, and `now` is where it stands. */
export const About = z.object({
  version: z.string(),
  mode: z.enum(["live", "session"]),
  /** The recording that is shown was not written to its end. */
  cutOff: z.boolean(),
  now: z.number(),
  /** The first and the last observation; null where there is none yet. */
  observed: z.object({ from: z.number(), to: z.number() }).nullable(),
  /** People's words for what is watched: "Flink at http://127.0.0.1:8081". */
  targets: z.array(z.string()),
  /** Name of the token that asks; null where none is asked for, and nobody has to log in. */
  reader: z.string().nullable(),
});
export type About = z.infer<typeof About>;

/** The live set, or the nearest measure of it that is known. */
const LiveSetLine = z.object({ measure: Measure, at: column, value: column });

export const OverviewRow = z.object({
  process: ProcessIdentity,
  /** The present life, or the last. */
  incarnation: Incarnation,
  verdict: Verdict,
  why: z.string(),
  /** Id of its leading finding. */
  finding: z.string().nullable(),
  liveSet: LiveSetLine.nullable(),
  limit: Limit.nullable(),
  /** Seconds from `now` until the limit is reached. */
  exhaustion: z.object({ low: z.number(), high: z.number() }).nullable(),
  jobs: z.array(z.string()),
  lastChange: ChangeSeen.nullable(),
});
export type OverviewRow = z.infer<typeof OverviewRow>;

export const Overview = z.object({ from: z.number(), to: z.number(), processes: z.array(OverviewRow) });
export type Overview = z.infer<typeof Overview>;

/** One measure of one life, thinned: each point stands for a stretch with its extremes and its last value. */
export const ThinnedLife = z.object({ incarnation: z.string(), at: column, min: column, max: column, last: column });
export type ThinnedLife = z.infer<typeof ThinnedLife>;
export const MeasureSeries = z.object({ measure: Measure, lives: z.array(ThinnedLife) });
export type MeasureSeries = z.infer<typeof MeasureSeries>;

/** Two snapshots of one life and kind, class by class. */
export const SnapshotComparison = z.object({
  kind: SnapshotKind,
  incarnation: z.string(),
  /** Times of all snapshots of this kind in the life, ascending: what may be compared. */
  at: column,
  before: z.number(),
  after: z.number(),
  classes: z.object({
    name: z.array(z.string()),
    instancesBefore: column,
    instances: column,
    bytesBefore: column,
    bytes: column,
    /** Its count over the snapshots from the first to the last compared, thinned; null for a class that did not change. */
    trend: z.array(column.nullable()),
  }),
});
export type SnapshotComparison = z.infer<typeof SnapshotComparison>;

const SeenFrame = StackFrame.extend({ user: z.boolean() });
/** A dump of the recording, its frames told apart: user code, or a library, Flink, the JDK. */
export const AllocationsView = AllocationsSeen.omit({ type: true, stacks: true }).extend({
  /** Times of all dumps that are kept, ascending. */
  dumps: column,
  stacks: z.array(z.array(SeenFrame)),
});
export type AllocationsView = z.infer<typeof AllocationsView>;

export const PatternView = z.object({
  id: z.string(),
  pattern: z.string(),
  level: LogLevel,
  logger: z.string().nullable(),
  throwable: z.string().nullable(),
  /** Where the root cause was thrown; null where no stack trace came along. */
  frame: z.string().nullable(),
  process: z.string(),
  incarnation: z.string(),
  count: z.number(),
  first: z.number(),
  last: z.number(),
  /** Nothing of it was seen before the last change. */
  isNew: z.boolean(),
  /** Lines per second in the last quarter of the span, against the rest of it; null where it was not seen before. */
  rise: z.number().nullable(),
  /** Lines in equal stretches of the span. */
  histogram: column,
  example: z.string(),
  /** What is known of such messages, whoever writes them. */
  known: z.object({ meaning: z.string(), weight: z.enum(["decisive", "hint"]), next: z.string().nullable() }).nullable(),
});
export type PatternView = z.infer<typeof PatternView>;

export const OperatorFlow = z.object({ vertex: z.string(), operator: z.string(), at: column, perSecond: column, total: z.number() });
export const JobFlow = z.object({
  job: z.string(),
  name: z.string(),
  state: z.string(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  operators: z.array(OperatorFlow),
});
export type JobFlow = z.infer<typeof JobFlow>;
export const FlowView = z.object({ from: z.number(), to: z.number(), jobs: z.array(JobFlow), gaps: z.array(GapSeen) });
export type FlowView = z.infer<typeof FlowView>;

const count = z.number().int().nonnegative();

/**
 * What came of one source on one day, as the pipeline that captures it counted. `captured` = `processed` + `duplicates` + `rejected`, once everything is through; what is missing
 * of it is on its way, or lost.
 */
export const FlowDay = z.strictObject({
  source: z.string().min(1).max(200),
  day: z.iso.date(),
  /** What the source offered, also what had not changed and was not taken again. */
  listed: count,
  captured: count,
  processed: count,
  duplicates: count,
  rejected: count,
  /** Share of the incomplete ones that were completed, 0 to 1; null where none was incomplete. */
  enriched: z.number().min(0).max(1).nullable().default(null),
  /** From capture to being processed, and to being served: median, milliseconds; null where nothing was. */
  lateness: z.number().nonnegative().nullable().default(null),
  delay: z.number().nonnegative().nullable().default(null),
  /** What the source's earlier days let expect of `listed`; null while too little is known of it. */
  expected: count.nullable().default(null),
  /** Id of the gap that this day belongs to; null where nothing is missing. */
  gap: z.string().max(300).nullable().default(null),
});
export type FlowDay = z.infer<typeof FlowDay>;

/** Days ascending by day, then source; the gaps that overlap them. */
export const FlowCalendar = z.object({ from: z.iso.date(), to: z.iso.date(), days: z.array(FlowDay), gaps: z.array(GapSeen) });
export type FlowCalendar = z.infer<typeof FlowCalendar>;

/** What looking cost one process: each pause, and whether pauses are allowed at present. */
export const LookingView = z.object({ counting: z.boolean(), pauses: z.array(CostSeen) });
export type LookingView = z.infer<typeof LookingView>;

/** A JVM of this host that could be watched. */
export const LocalJvm = z.object({
  pid: z.number(),
  user: z.string(),
  name: z.string(),
  startedAt: z.number(),
  heapUsed: z.number().nullable(),
  heapMax: z.number().nullable(),
  attachable: z.boolean(),
  why: z.string().nullable(),
  watched: z.boolean(),
});
export type LocalJvm = z.infer<typeof LocalJvm>;
