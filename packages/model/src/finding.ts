import { z } from "zod";
import { Incarnation, Limit, ProcessIdentity, Resource } from "./identity.ts";
import { ChangeKind, LogLevel } from "./observation.ts";

/**
 * The contract of a diagnosis: what the API answers, `--json` prints and scripts rely on. Times are UTC ISO 8601, sizes bytes.
 */
const time = z.iso.datetime();

/** `growing`: one kind of evidence; `leaking`: two or more independent kinds; `unknown`: and what is missing. */
export const VERDICTS = ["healthy", "warming-up", "growing", "leaking", "unknown"] as const;
export const Verdict = z.enum(VERDICTS);
export type Verdict = z.infer<typeof Verdict>;

/** A value with its 95 % interval. */
export const Estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });
export type Estimate = z.infer<typeof Estimate>;

/** One class of a growth group. `ratio`: its instances for each instance of the root class; `instances`, `bytes`: growth since the onset. */
export const GroupMember = z.object({ class: z.string(), ratio: z.number(), instances: z.number(), bytes: z.number() });
export type GroupMember = z.infer<typeof GroupMember>;

/** Units of the group for each event of a driver. `operator` and `job` are null where the driver is not an operator. */
export const Driver = z.object({
  kind: z.enum(["records-in", "submissions", "restarts", "checkpoints", "log-lines", "wall-time"]),
  job: z.string().nullable(),
  jobId: z.string().nullable(),
  operator: z.string().nullable(),
  ratio: Estimate,
});
export type Driver = z.infer<typeof Driver>;
/** The law of growth: the best driver, and every rival that fits as well. */
export const Law = Driver.extend({ rivals: z.array(Driver) });
export type Law = z.infer<typeof Law>;

/** `file` follows from the class's name, as the compiler of Java requires it; null where the class's name does not tell. */
export const Line = z.object({ class: z.string(), method: z.string(), file: z.string().nullable(), line: z.number().int().positive() });
export type Line = z.infer<typeof Line>;

/** What keeps the objects alive. `owner`: the class whose field or thread it is. */
export const Holder = z.object({
  kind: z.enum(["static", "field", "thread", "thread-local", "class-loader", "other"]),
  owner: z.string().nullable(),
  field: z.string().nullable(),
  /** The collection in between, if any, with the size a recording gave. */
  collection: z.string().nullable(),
  size: z.number().nullable(),
  description: z.string(),
});
export type Holder = z.infer<typeof Holder>;

export const ChangeReference = z.object({
  id: z.string(),
  at: time,
  kind: ChangeKind,
  title: z.string(),
  job: z.string().nullable(),
  jobId: z.string().nullable(),
  attributes: z.record(z.string(), z.string()),
});
export type ChangeReference = z.infer<typeof ChangeReference>;

export const LogEvidence = z.object({
  pattern: z.string(),
  level: LogLevel,
  logger: z.string().nullable(),
  count: z.number().int(),
  first: time,
  example: z.string(),
});
export type LogEvidence = z.infer<typeof LogEvidence>;

/** The independent kinds of evidence. */
export const EVIDENCE_KINDS = ["trend", "class-growth", "law", "allocation", "holder", "log", "change", "gap", "limit"] as const;
export const EvidenceKind = z.enum(EVIDENCE_KINDS);
export type EvidenceKind = z.infer<typeof EvidenceKind>;

/** One typed, sourced observation: a sentence, the numbers behind it, and whether it speaks for (`true`) or against the finding. */
export const Evidence = z.object({
  kind: EvidenceKind,
  for: z.boolean(),
  statement: z.string(),
  source: z.string(),
  numbers: z.record(z.string(), z.number()),
});
export type Evidence = z.infer<typeof Evidence>;

/** One test of the diagnosis: what was asked, whether it was passed, and the numbers on both sides. */
export const Test = z.object({
  what: z.string(),
  passed: z.boolean(),
  statement: z.string(),
  numbers: z.record(z.string(), z.number()),
});
export type Test = z.infer<typeof Test>;

/** Why a verdict is what it is: the tests behind it, in the order in which they are asked, and what would change it. */
export const Why = z.object({ tests: z.array(Test), wouldChange: z.array(z.string()) });
export type Why = z.infer<typeof Why>;

/** What could not be seen or is not known yet, why, and the next step. */
export const Missing = z.object({ what: z.string(), why: z.string(), next: z.string() });
export type Missing = z.infer<typeof Missing>;

/** Whether a later change fixed it: growth before against after, at equal uptime and equal input. */
export const Verification = z.object({
  verdict: z.enum(["verified", "not-fixed", "too-early"]),
  change: ChangeReference,
  before: Estimate.nullable(),
  after: Estimate.nullable(),
  /** Of before and after: "per element", "B/s". */
  unit: z.string(),
  /** Elements seen since the change, where the law has a driver that counts them. */
  elements: z.number().nullable(),
  /** The live set fell after a collection, or stays level: memory is released again. */
  released: z.boolean().nullable(),
  /** Still needed for `too-early`: "another 400 elements or 4 min". */
  needed: z.string().nullable(),
  statement: z.string(),
});
export type Verification = z.infer<typeof Verification>;

export const Finding = z.object({
  /** Stable over re-evaluation: process, resource and what grows. */
  id: z.string(),
  verdict: Verdict,
  /** The finding as one sentence. */
  headline: z.string(),
  resource: Resource,
  process: ProcessIdentity,
  incarnation: Incarnation.pick({ key: true, pid: true, javaVersion: true, collector: true }).extend({ startedAt: time }),
  slope: Estimate.extend({ unit: z.enum(["B/s", "1/s"]) }),
  limit: Limit.nullable(),
  /** Time left until the limit is reached, counted from the end of the history; null: not known yet, `missing` says why. */
  exhaustion: z.object({ low: z.number(), high: z.number(), unit: z.literal("s") }).nullable(),
  rootClass: z.string().nullable(),
  group: z.array(GroupMember),
  law: Law.nullable(),
  line: Line.nullable(),
  holder: Holder.nullable(),
  onset: z.object({ from: time, to: time }),
  change: ChangeReference.nullable(),
  /** Other changes that the onset does not exclude. */
  otherChanges: z.array(ChangeReference),
  logs: z.array(LogEvidence),
  evidence: z.array(Evidence),
  verification: Verification.nullable(),
  missing: z.array(Missing),
  /** Not in findings that were written down before it was told. */
  why: Why.optional(),
});
export type Finding = z.infer<typeof Finding>;

/** How one process fares: the worst of its findings, or why there is none. */
export const ProcessVerdict = z.object({ process: ProcessIdentity, verdict: Verdict, why: z.string(), reasons: Why.optional() });
export type ProcessVerdict = z.infer<typeof ProcessVerdict>;

/** What `diagnose()` returns. `findings` hold the present ones, the worst first, then those that a change ended, with their verification. */
export const Diagnosis = z.object({
  verdict: Verdict,
  from: time,
  to: time,
  /** The leading finding, for scripts: the first of `findings`. */
  finding: Finding.nullable(),
  findings: z.array(Finding),
  processes: z.array(ProcessVerdict),
  missing: z.array(Missing),
  /** What looking cost, per process: total and longest pause in milliseconds over the span. */
  cost: z.array(z.object({ process: z.string(), total: z.number(), longest: z.number(), span: z.number() })),
});
export type Diagnosis = z.infer<typeof Diagnosis>;
