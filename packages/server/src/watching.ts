import { diagnoseInParts } from "@heaptide/diagnosis";
import type { Diagnosis, HistoryInParts, HistoryOutline, Observation } from "@heaptide/model";
import { type Store } from "@heaptide/store";
import { pino } from "pino";
import type { BudgetOptions } from "./collect/budget.ts";
import { type Clock, SYSTEM_CLOCK } from "./collect/clock.ts";
import { type Collector, startCollector, type Target } from "./collect/collector.ts";
import type { Sink } from "./collect/probe.ts";
import { LiveDiagnosis } from "./live-diagnosis.ts";
import { type ReplayOptions, replaySession } from "./replay.ts";

export interface WatchHeaptideOptions {
  readonly store: Store;
  readonly targets: readonly Target[];
  /** Ends the watching. */
  readonly signal: AbortSignal;
  readonly budget?: BudgetOptions;
  /** Shortest interval of live histograms, milliseconds. */
  readonly histogramEvery?: number;
  readonly clock?: Clock;
  /** Gets everything that is observed besides the store. */
  readonly record?: Sink;
  /** Also say of quiet processes why nothing is found in them: see `DiagnoseOptions`. */
  readonly reasons?: boolean;
  /** What follows from each evaluation. */
  readonly follow?: (history: HistoryOutline, diagnosis: Diagnosis) => Promise<void>;
}

/** Collecting into a store, with a diagnosis that follows. */
export interface Watching {
  readonly diagnosis: LiveDiagnosis;
  /** null where a session is shown: nothing is looked at. */
  readonly collector: Collector | null;
  /** Resolves after the signal was aborted, when nothing runs any more. The store stays open. */
  readonly ended: Promise<void>;
}

/** Standard error: standard output belongs to results. Only bugs are logged; what is expected to fail is an observation. */
const logger = pino({ name: "heaptide", level: "warn" }, pino.destination({ fd: 2, sync: true }));
export const logBug = (error: unknown): void => logger.error({ err: error }, "a bug, please report it");

/** Wires probes, store and diagnosis together. */
export async function watchHeaptide(options: WatchHeaptideOptions): Promise<Watching> {
  const { store, targets, signal, clock = SYSTEM_CLOCK } = options;
  const conclude = (history: HistoryInParts) => diagnoseInParts(history, { reasons: options.reasons ?? false });
  const diagnosis = new LiveDiagnosis({
    store,
    diagnose: conclude,
    clock,
    signal,
    onBug: logBug,
    ...(options.follow && { follow: options.follow }),
  });
  const sink: Sink = {
    append(observations: Iterable<Observation>) {
      const news = [...observations];
      if (news.length === 0) return;
      store.append(news);
      options.record?.append(news);
      diagnosis.noteObserved(news);
    },
  };
  const collector = startCollector({
    targets,
    sink,
    signal,
    clock,
    known: await knownNames(store),
    wantsAllocations: (process) => isSuspect(diagnosis.latest, process),
    onBug: (_, error) => logBug(error),
    ...(options.budget && { budget: options.budget }),
    ...(options.histogramEvery && { histogramEvery: options.histogramEvery }),
  });
  const ended = Promise.all([diagnosis.run(), collector.ended]).then(() => undefined);
  return { diagnosis, collector, ended };
}

/** Replays a session into a store as if it were being watched. */
export async function watchSession(options: Omit<ReplayOptions, "diagnosis"> & Pick<WatchHeaptideOptions, "follow">): Promise<Watching> {
  const { store, clock, signal } = options;
  const { follow } = options;
  const diagnosis = new LiveDiagnosis({ store, diagnose: diagnoseInParts, clock, signal, onBug: logBug, ...(follow && { follow }) });
  const replayed = replaySession({ ...options, diagnosis });
  if (!Number.isFinite(options.speed)) await replayed;
  return { diagnosis, collector: null, ended: replayed.catch(logBug) };
}

async function knownNames(store: Store): Promise<(readonly [string, string])[]> {
  const processes = await store.processes();
  return processes.flatMap(({ process, incarnations }) =>
    incarnations.flatMap(({ flinkId }) => (flinkId === null ? [] : [[flinkId, process.key] as const])),
  );
}

/** While nothing is known yet, everything is: the first minutes after a deployment are those that tell most. */
function isSuspect(diagnosis: Diagnosis | null, process: string): boolean {
  return diagnosis?.processes.find((judged) => judged.process.key === process)?.verdict !== "healthy";
}
