import { FlinkClient } from "@heaptide/flink";
import { type BudgetOptions, DEFAULT_BUDGET } from "./budget.ts";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import { GapDetector } from "./gaps.ts";
import { type LoopOptions, runProbe } from "./loop.ts";
import type { Probe, Sink } from "./probe.ts";
import { FlinkDiscovery, PidDiscovery } from "./probes/flink-discovery.ts";
import { CheckpointsProbe } from "./probes/checkpoints.ts";
import { GapsProbe } from "./probes/gaps.ts";
import { JobsProbe } from "./probes/jobs.ts";
import { OperatorsProbe } from "./probes/operators.ts";
import { type ProcessCost, Watches } from "./watches.ts";

export type { ProcessCost } from "./watches.ts";

/** What to look at: a Flink cluster by the address of its REST API, or one JVM. */
export type Target = { readonly kind: "flink"; readonly url: string } | { readonly kind: "pid"; readonly pid: number };

export interface CollectorOptions {
  readonly targets: readonly Target[];
  readonly sink: Sink;
  /** Ends everything. */
  readonly signal: AbortSignal;
  readonly budget?: BudgetOptions;
  /** Shortest interval of live histograms, milliseconds. */
  readonly histogramEvery?: number;
  /** Names that processes bore before, by Flink id: a restart of the collector must not rename them. */
  readonly known?: Iterable<readonly [flinkId: string, key: string]>;
  /** Is something growing in this life, so that a dump of its recording is worth a pause? */
  readonly wantsAllocations?: (incarnation: string) => boolean;
  readonly onBug?: (probe: Probe, error: unknown) => void;
  readonly clock?: Clock;
  /** false: others look at other hosts. Only what runs here is watched, and the cluster as a whole by whoever has the first of its TaskManagers. By default true. */
  readonly isAlone?: boolean;
}

/** What may be changed while it runs. */
export interface Control {
  /** Begins to look at one more. */
  watch(target: Target): void;
  /** People's words for what is looked at. */
  targets(): readonly string[];
  watchedPids(): ReadonlySet<number>;
  isCounting(incarnation: string): boolean;
  /** @returns whether such a life is watched */
  switchCounting(incarnation: string, on: boolean): boolean;
}

export interface Collector extends Control {
  costs(): ProcessCost[];
  /** Resolves after the signal was aborted, when no probe runs any more and nothing is left behind in a process. */
  readonly ended: Promise<void>;
}

const HISTOGRAM_EVERY = 8000;

/** Begins to look at the targets, each probe at its own interval, until the signal is aborted. */
export function startCollector(options: CollectorOptions): Collector {
  const { targets, sink, signal, clock = SYSTEM_CLOCK, onBug = () => undefined } = options;
  const loop: LoopOptions = { clock, sink, signal, onBug };
  const watches = new Watches({
    ...loop,
    budget: options.budget ?? DEFAULT_BUDGET,
    histogramEvery: options.histogramEvery ?? HISTOGRAM_EVERY,
    wantsAllocations: options.wantsAllocations ?? (() => true),
  });
  const watched: Target[] = [];
  const running: Promise<unknown>[] = [];
  const watch = (target: Target): void => {
    watched.push(target);
    for (const probe of probesOf(target, watches, [...(options.known ?? [])], options.isAlone ?? true)) running.push(runProbe(probe, loop));
  };
  for (const target of targets) watch(target);
  return {
    watch,
    targets: () => watched.map(wordsFor),
    watchedPids: () => new Set(watches.all.flatMap(({ incarnation }) => incarnation.pid ?? [])),
    isCounting: (incarnation) => watches.isCounting(incarnation),
    switchCounting: (incarnation, on) => watches.switchCounting(incarnation, on),
    costs: () => watches.costs(),
    ended: aborted(signal).then(async () => {
      await Promise.all(running);
      await watches.ended();
    }),
  };
}

const wordsFor = (target: Target): string => (target.kind === "flink" ? `Flink at ${target.url}` : `process ${target.pid}`);

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function probesOf(target: Target, watches: Watches, known: readonly (readonly [string, string])[], isAlone: boolean): Probe[] {
  switch (target.kind) {
    case "pid":
      return [new PidDiscovery(target.pid, watches)];
    case "flink": {
      const client = new FlinkClient(target.url);
      const discovery = new FlinkDiscovery(client, watches, known, { isAlone });
      const gaps = new GapDetector();
      const jobs = new JobsProbe(
        client,
        (id) => discovery.incarnationOf(id),
        (deployment) => watches.noteDeployment(deployment),
        (at, seen) => gaps.noteJobs(at, seen),
      );
      const operators = new OperatorsProbe(
        client,
        (counts) => gaps.noteCounts(counts),
        () => watches.isQuiet,
      );
      const ofCluster = [operators, new CheckpointsProbe(client), new GapsProbe(gaps, watches.clock)];
      return [discovery, jobs, ...(isAlone ? ofCluster : ofCluster.map((probe) => onlyWhile(probe, () => discovery.isFirst)))];
    }
  }
}

/** A probe that looks only as long as that is this host's task. */
function onlyWhile(probe: Probe, isOurs: () => boolean): Probe {
  return {
    name: probe.name,
    incarnation: probe.incarnation,
    interval: () => probe.interval(),
    look: async (signal) => (isOurs() ? probe.look(signal) : []),
  };
}
