import type { ChangeSeen, Law, Resource, Role } from "@heaptide/model";

/** How much goes through the jobs of a scenario. Every scenario is recorded at both. */
export const LOADS = ["low", "high"] as const;
export type Load = (typeof LOADS)[number];

/** A play on a real cluster, and the truth about it, against which a diagnosis is scored. The jobs are in `lab/jobs`. */
export interface Scenario {
  /** Part of the names of its sessions. */
  readonly name: string;
  /** What goes on, in a sentence, for whoever reads a score. */
  readonly about: string;
  readonly cluster: ClusterSetup;
  /** By the key that steps name them by. */
  readonly jobs: Readonly<Record<string, LabJob>>;
  /** Ascending by time. */
  readonly steps: readonly Step[];
  /** How long it is watched; less if the TaskManager dies before. */
  readonly seconds: number;
  readonly truth: Truth;
}

export type Collector = "G1" | "Parallel" | "Serial" | "Z";

export interface ClusterSetup {
  /** -Xmx of the TaskManager. */
  readonly heap: string;
  /** One, unless told otherwise; of several each has one slot. */
  readonly taskManagers?: number;
  readonly collector?: Collector;
  /** Further JVM options of the TaskManager. */
  readonly jvmOptions?: readonly string[];
  /** Flink's own settings. `{folder}` stands for a folder that lasts as long as the cluster. */
  readonly configuration?: Readonly<Record<string, string>>;
  /** Jars on the class path of the cluster itself, as in Flink's `lib` folder; see `jars.ts`. */
  readonly lib?: readonly ("library" | "rocksdb")[];
}

export interface LabJob {
  /** As Flink shows it. Two versions of a job have the same name. */
  readonly name: string;
  /** Its full name. */
  readonly entryClass: string;
  /** Elements a second. */
  readonly rate: Readonly<Record<Load, number>>;
  /** How the rate moves; "drift", as real traffic does, unless told otherwise. */
  readonly shape?: "steady" | "drift" | "doubles" | "waves" | "bursts";
  readonly parallelism?: number;
  readonly arguments?: readonly string[];
}

/** Something is done to the cluster, `at` so many seconds after the watch began. */
export type Step =
  | { readonly at: number; readonly does: "submit"; readonly job: string }
  | { readonly at: number; readonly does: "cancel"; readonly job: string }
  /** Ends the job and submits it, or another version of it, as a deployment does. */
  | { readonly at: number; readonly does: "replace"; readonly job: string; readonly by: string }
  /** Kills the TaskManager and starts another. */
  | { readonly at: number; readonly does: "restart-task-manager" };

export type Truth = Benign | Leaking;

/** Nothing grows without bound. */
export interface Benign {
  readonly kind: "benign";
  /** Why it may look like a leak, and is none. */
  readonly because: string;
  /** Seconds after the beginning when growth is over; a finding of `growing` is right until then. Null: it never grows. */
  readonly growsUntil: number | null;
  /** A leak that a step has ended: right to be found before it, and to be verified as fixed after it. */
  readonly fixed?: { readonly leak: Leak; readonly step: number };
}

export interface Leaking {
  readonly kind: "leaking";
  /** Each of them is to be found, and nothing else. */
  readonly leaks: readonly [Leak, ...Leak[]];
  /** What these leaks make grow elsewhere: neither wrong to find, nor missed if not. */
  readonly besides?: readonly Pick<Leak, "process" | "resources">[];
}

/** What a person would want to be told of a leak. Null: there is no such thing to be told. */
export interface Leak {
  readonly process: Extract<Role, "taskmanager" | "jobmanager">;
  /** Any of them is right, for one leak may run into several limits; the first is what gives out first. */
  readonly resources: readonly [Resource, ...Resource[]];
  /** Any of them is right as the root of the group that grows. Empty where no class of the heap tells. */
  readonly rootClasses: readonly string[];
  readonly holder: HolderTruth | null;
  readonly culprit: Culprit | null;
  /** As Flink shows it. */
  readonly job: string | null;
  readonly operator: string | null;
  readonly driver: DriverTruth | null;
  /** Seconds after the beginning of the watch. */
  readonly startsAt: number;
  /** The step that brought it. */
  readonly change: ChangeTruth | null;
}

export interface DriverTruth {
  readonly kind: Law["kind"];
  /** Units of the root class for each event. Null: no constant one. */
  readonly ratio: number | null;
}

/** What keeps the objects alive. Any of the owners is right: the class whose field it is, or whose thread. */
export interface HolderTruth {
  readonly owners: readonly [string, ...string[]];
  readonly field: string | null;
}

export interface ChangeTruth {
  readonly kind: ChangeSeen["kind"];
  /** Name of the job. */
  readonly job: string | null;
  /** Index in `steps`. */
  readonly step: number;
}

/** Where the leak is made. The numbers of the lines are looked up in the source by `culpritLines`, so that an edit does not make them wrong. */
export interface Culprit {
  readonly class: string;
  readonly method: string;
  /** Below `lab/jobs/src/main/java`. */
  readonly file: string;
  /** Lines that end in this comment are right. */
  readonly marker: string;
}
