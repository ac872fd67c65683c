import type { Resource } from "@heaptide/model";

/** A job of the lab, and the truth about it, against which a diagnosis is scored. The jobs are in `lab/jobs`. */
export interface Scenario {
  readonly name: string;
  readonly entryClass: string;
  /** Also of the job, unless `--name` says otherwise. */
  readonly jobName: string;
  readonly arguments: readonly string[];
  /** The operator that matters; every element goes through it once. */
  readonly operator: string;
  readonly truth: Truth;
}

export type Truth = Benign | Leak;

export interface Benign {
  readonly kind: "benign";
  /** Seconds of growth before it is over; a finding of `growing` is right in the meantime. Null: it never grows. */
  readonly growsFor: number | null;
}

export interface Leak {
  readonly kind: "leak";
  readonly resource: Resource;
  /** Any of them is right as the root of the group that grows. */
  readonly rootClasses: readonly string[];
  readonly line: SourceLine;
  /** What keeps the objects: the class whose field it is, or whose thread. */
  readonly holder: { readonly owner: string; readonly field: string | null };
  /** Units of the root class for each event of the driver: here always elements through `operator`. */
  readonly driver: { readonly kind: "records-in"; readonly ratio: number };
  /** Of the whole group, per element, as measured with compressed references. */
  readonly heapPerElement: number;
}

/** Where the leak is made. The number of the line is looked up in the source by `culpritLines`, so that an edit does not make it wrong. */
export interface SourceLine {
  readonly class: string;
  readonly method: string;
  /** Below `lab/jobs/src/main/java`. */
  readonly file: string;
  /** A line that contains any of these is right. */
  readonly code: readonly string[];
}
