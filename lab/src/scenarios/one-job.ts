import type { Benign, Culprit, DriverTruth, LabJob, Leak, Leaking, Scenario, Step } from "../scenario.ts";

/**
 * Short ways to write down what most scenarios have in common: one job that is submitted once and watched.
 */
const PACKAGE = "org.heaptide.lab";
/** The watch sees the cluster without the job first. */
const SUBMITTED_AT = 5;
const SUBMITTED_ONCE = [{ at: SUBMITTED_AT, does: "submit", job: "job" }] as const;

/** `StaticMapJob$RememberSessions` -> the class's full name. */
export const inLab = (name: string): string => `${PACKAGE}.${name}`;

/** The lines of a lab class that end in the comment. */
export function culpritIn(name: string, method: string, marker = "culprit"): Culprit {
  return { class: inLab(name), method, file: `${inLab(name).replace(/\$.*/, "").replaceAll(".", "/")}.java`, marker };
}

/** A job that is ended and submitted again so many times after its first submission. */
export function submittedAgain(times: number, every: number): Step[] {
  const again = Array.from(
    { length: times },
    (_, i) => ({ at: SUBMITTED_AT + every * (i + 1), does: "replace", job: "job", by: "job" }) as const,
  );
  return [...SUBMITTED_ONCE, ...again];
}

/** So many units of the root class for each element that goes through the operator. */
export const perElement = (ratio: number | null = 1): DriverTruth => ({ kind: "records-in", ratio });

type Play = Omit<Scenario, "jobs" | "steps" | "truth" | "cluster"> & {
  readonly job: Omit<LabJob, "name">;
  readonly cluster?: Partial<Scenario["cluster"]>;
};

/** A job of the scenario's own name leaks on the TaskManager, from its deployment on, through one operator. */
export function leakingJob(
  { job, ...play }: Play,
  leak: Omit<Leak, "process" | "job" | "startsAt" | "change" | "driver"> & { readonly driver?: DriverTruth },
): Scenario {
  const truth: Leaking = { kind: "leaking", leaks: [leakOfJob(play.name, leak)] };
  return { ...play, cluster: { heap: "320m", ...play.cluster }, jobs: { job: { ...job, name: play.name } }, steps: SUBMITTED_ONCE, truth };
}

/** A leak that the first step brought. */
export function leakOfJob(
  job: string,
  leak: Omit<Leak, "process" | "job" | "startsAt" | "change" | "driver"> & { driver?: DriverTruth },
): Leak {
  return {
    process: "taskmanager",
    job,
    driver: perElement(),
    startsAt: SUBMITTED_AT,
    change: { kind: "job-deployed", job, step: 0 },
    ...leak,
  };
}

export function benignJob({ job, ...play }: Play, truth: Omit<Benign, "kind">): Scenario {
  return {
    ...play,
    cluster: { heap: "320m", ...play.cluster },
    jobs: { job: { ...job, name: play.name } },
    steps: SUBMITTED_ONCE,
    truth: { kind: "benign", ...truth },
  };
}
