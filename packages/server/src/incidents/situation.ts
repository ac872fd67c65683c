import type { ChangeSeen, Diagnosis, GapSeen, HistoryOutline, ProcessIdentity } from "@heaptide/model";

/** What is the case at a time, as far as incidents and alarms need to know it. */
export interface Situation {
  readonly at: number;
  /** Since when this server has been watching: what nobody looked for is not absent. */
  readonly watchingSince: number;
  readonly diagnosis: Diagnosis;
  readonly gaps: readonly GapSeen[];
  /** Ascending by time. */
  readonly changes: readonly ChangeSeen[];
  readonly processes: ReadonlyMap<string, ProcessIdentity>;
  readonly jobs: ReadonlyMap<string, JobPlace>;
  /** Probes that cannot look, by "incarnation probe", with the process they belong to. */
  readonly blind: readonly Blindness[];
}

interface JobPlace {
  readonly name: string;
  /** Keys of the processes that run it, or ran it last. */
  readonly processes: ReadonlySet<string>;
}

interface Blindness {
  readonly probe: string;
  readonly process: ProcessIdentity | null;
  readonly code: string;
  readonly cause: string;
  readonly next: string | null;
  readonly since: number;
}

export function situationOf(history: HistoryOutline, diagnosis: Diagnosis, now: { at: number; watchingSince: number }): Situation {
  const processOf = new Map<string, ProcessIdentity>();
  for (const { process, incarnations } of history.processes) {
    for (const { incarnation } of incarnations) processOf.set(incarnation.key, process);
  }
  const jobs = history.jobs.map(({ id, name, incarnations }): [string, JobPlace] => {
    const processes = incarnations.flatMap((key) => processOf.get(key)?.key ?? []);
    return [id, { name, processes: new Set(processes) }];
  });
  return {
    ...now,
    diagnosis,
    gaps: history.gaps,
    changes: history.changes,
    processes: new Map(history.processes.map(({ process }) => [process.key, process])),
    jobs: new Map(jobs),
    blind: history.blind.flatMap(({ probe, incarnation, code, cause, next, at }) =>
      code === null
        ? []
        : [
            {
              probe,
              process: incarnation === null ? null : (processOf.get(incarnation) ?? null),
              code,
              cause: cause ?? code,
              next,
              since: at,
            },
          ],
    ),
  };
}
