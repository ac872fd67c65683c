import { FlinkClient } from "@heaptide/flink";
import { JolokiaClient } from "@heaptide/jvm";
import { type BudgetOptions, DEFAULT_BUDGET } from "./budget.ts";
import { type Clock, SYSTEM_CLOCK } from "./clock.ts";
import { GapDetector } from "./gaps.ts";
import { JarCode } from "./jar-code.ts";
import { type LoopOptions, runProbe } from "./loop.ts";
import type { Probe, Sink } from "./probe.ts";
import { FlinkDiscovery, PidDiscovery } from "./probes/flink-discovery.ts";
import { CheckpointsProbe } from "./probes/checkpoints.ts";
import { GapsProbe } from "./probes/gaps.ts";
import { JobsProbe } from "./probes/jobs.ts";
import { KubernetesClient, type KubernetesPlace } from "./kubernetes/client.ts";
import { KubernetesProbe } from "./probes/kubernetes.ts";
import { JolokiaProbe } from "./probes/jolokia.ts";
import { OperatorsProbe } from "./probes/operators.ts";
import { ScrapeProbe } from "./probes/scrape.ts";
import { ScrapedJobs } from "./scraped-jobs.ts";
import { type ProcessCost, Watches } from "./watches.ts";

export type { ProcessCost } from "./watches.ts";

/**
 * What to look at: a Flink cluster by the address of its REST API, one JVM of this host, one that a Jolokia agent answers for, or the metrics that a process publishes
 * for Prometheus.
 */
export type Target =
  | { readonly kind: "flink"; readonly url: string }
  | { readonly kind: "pid"; readonly pid: number }
  | { readonly kind: "jolokia"; readonly url: string }
  | { readonly kind: "scrape"; readonly url: string }
  | ({ readonly kind: "kubernetes" } & KubernetesPlace);

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
    code: new JarCode(),
    wantsAllocations: options.wantsAllocations ?? (() => true),
  });
  const watched: Target[] = [];
  const scraped = new ScrapedJobs();
  const running: Promise<unknown>[] = [];
  const watch = (target: Target): void => {
    watched.push(target);
    const probes = probesOf(target, watches, { known: [...(options.known ?? [])], isAlone: options.isAlone ?? true, scraped });
    for (const probe of probes) running.push(runProbe(probe, loop));
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

function wordsFor(target: Target): string {
  switch (target.kind) {
    case "flink":
      return `Flink at ${target.url}`;
    case "pid":
      return `process ${target.pid}`;
    case "jolokia":
      return `Jolokia at ${new URL(target.url).host}`;
    case "scrape":
      return `metrics at ${new URL(target.url).host}`;
    case "kubernetes":
      return `rollouts at ${new URL(target.url).host}`;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

interface Shared {
  readonly known: readonly (readonly [string, string])[];
  readonly isAlone: boolean;
  readonly scraped: ScrapedJobs;
}

function probesOf(target: Target, watches: Watches, { known, isAlone, scraped }: Shared): Probe[] {
  switch (target.kind) {
    case "pid":
      return [new PidDiscovery(target.pid, watches)];
    case "jolokia":
      return [new JolokiaProbe(new JolokiaClient(target.url), watches)];
    case "scrape":
      return [new ScrapeProbe(target.url, watches, scraped)];
    case "kubernetes":
      return [new KubernetesProbe(new KubernetesClient(target), watches.clock)];
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
