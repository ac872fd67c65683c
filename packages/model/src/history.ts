import type { Series } from "@heaptide/base";
import type { Incarnation, ProcessIdentity } from "./identity.ts";
import type { Measure } from "./measure.ts";
import type {
  AllocationsSeen,
  CensusSubject,
  ChangeSeen,
  CodeSeen,
  CostSeen,
  GapSeen,
  LogLevel,
  Operator,
  ProbeState,
} from "./observation.ts";

/**
 * Everything observed in a span of time, in columns: what the store gives and `diagnose()` reads. The same history gives the same findings.
 */
export interface History {
  readonly from: number;
  /** "Now" for whoever reads it: the time of the last observation or of the question. */
  readonly to: number;
  readonly processes: readonly ProcessHistory[];
  readonly jobs: readonly JobHistory[];
  /** Ascending by time. */
  readonly changes: readonly ChangeSeen[];
  readonly patterns: readonly LogPattern[];
  readonly gaps: readonly GapSeen[];
  /** The last state of each probe that is blind at the end. */
  readonly blind: readonly ProbeState[];
}

/** What stands in memory however long the span is: who lived, what ran, what happened. A whole history is one too. */
export interface HistoryOutline extends Pick<History, "from" | "to" | "changes" | "gaps" | "blind"> {
  readonly processes: readonly {
    readonly process: ProcessIdentity;
    readonly incarnations: readonly Pick<IncarnationHistory, "incarnation">[];
  }[];
  readonly jobs: readonly Pick<JobHistory, "id" | "name" | "incarnations">[];
}

/**
 * A history of which only some processes at a time stand in memory with what was measured of them. Each part has the span, the changes, gaps and blind probes of the
 * whole, and of the jobs at least those that its processes run. Every process is in one part; parts may be gone through once.
 */
export interface HistoryInParts {
  readonly outline: HistoryOutline;
  readonly parts: AsyncIterable<History> | Iterable<History>;
}

export interface ProcessHistory {
  readonly process: ProcessIdentity;
  /** Ascending by start. */
  readonly incarnations: readonly IncarnationHistory[];
}

export interface IncarnationHistory {
  readonly incarnation: Incarnation;
  readonly series: ReadonlyMap<Measure, Series>;
  readonly live: SnapshotColumns;
  readonly all: SnapshotColumns;
  /** The last dump of the recording; null where none was made. */
  readonly allocations: AllocationsSeen | null;
  /** Earlier dumps worth keeping, ascending: the last one before a change shows what a leak that it ended was made of. */
  readonly earlierAllocations?: readonly AllocationsSeen[];
  readonly costs: readonly CostSeen[];
  /** The user's code in the jars that it has run; none where nobody looked. */
  readonly code?: readonly CodeSeen[];
  /** By what is counted. */
  readonly census: ReadonlyMap<CensusSubject, CensusColumns>;
}

/** `values[g]` holds the count of group `names[g]` at the times `at`; a group that is not listed at a time was not worth telling then: 0. */
export interface CensusColumns {
  readonly at: Float64Array;
  readonly names: readonly string[];
  readonly values: readonly Float64Array[];
}

/**
 * Class histograms of one kind as columns: `instances[c]` and `bytes[c]` hold the values of class `classes[c]` at the times `at`.
 * A class that a snapshot does not list had no instances: 0.
 */
export interface SnapshotColumns {
  readonly at: Float64Array;
  readonly classes: readonly string[];
  readonly instances: readonly Float64Array[];
  readonly bytes: readonly Float64Array[];
}

export interface JobHistory {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** Keys of the incarnations that run or ran it. */
  readonly incarnations: readonly string[];
  /** How many subtasks of a vertex, by its id, each of them ran last; none where it ran in one process. */
  readonly spread?: Readonly<Record<string, Readonly<Record<string, number>>>> | undefined;
  readonly operators: readonly OperatorHistory[];
  /** Bytes of state at each completed checkpoint. */
  readonly stateBytes: Series;
  /** The same of each vertex, by its id. */
  readonly stateBytesOf: ReadonlyMap<string, Series>;
}

export interface OperatorHistory extends Operator {
  readonly recordsIn: Series;
  readonly recordsOut: Series;
}

/** Log lines that differ only in their variable parts. `seen` holds the times of all occurrences, ascending. */
export interface LogPattern {
  readonly id: string;
  readonly pattern: string;
  readonly level: LogLevel;
  readonly logger: string | null;
  readonly throwable: string | null;
  readonly incarnation: string;
  readonly seen: Float64Array;
  /** A real line of it, shortened. */
  readonly example: string;
}
