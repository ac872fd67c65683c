import { HeaptideError } from "@heaptide/base";
import type { FlinkClient, FlinkProcess } from "@heaptide/flink";
import { type ClassHistogram, classHistogram, OomKills } from "@heaptide/jvm";
import type { Incarnation, ProcessIdentity } from "@heaptide/model";
import { type BudgetOptions, PauseBudget } from "./budget.ts";
import type { JarCode } from "./jar-code.ts";
import { type LoopOptions, runProbe, stateOf } from "./loop.ts";
import type { Probe } from "./probe.ts";
import { CensusProbe } from "./probes/census.ts";
import { CodeProbe } from "./probes/code.ts";
import { FlinkMetricsProbe } from "./probes/flink-metrics.ts";
import { HistogramProbe, type HistogramProbeOptions } from "./probes/histogram.ts";
import { configurationIn, fileSource, LogsProbe, restSource } from "./probes/logs.ts";
import { PerfDataProbe } from "./probes/perfdata.ts";
import { ProcProbe } from "./probes/proc.ts";
import { Recording } from "./probes/recording.ts";

/** What is watched: one life of a process, and the ways that lead to it. */
export interface Watched {
  readonly process: ProcessIdentity;
  readonly incarnation: Incarnation;
  /** Where it is one of Flink's. */
  readonly flink: { readonly client: FlinkClient; readonly process: FlinkProcess } | null;
  /** Why there is no pid; null where there is one. */
  readonly notLocal: string | null;
  /** How a class histogram is taken where there is no pid; absent: not at all. */
  readonly histogram?: (signal: AbortSignal) => Promise<ClassHistogram>;
}

export interface WatchOptions extends LoopOptions {
  readonly budget: BudgetOptions;
  /** Shortest interval of live histograms, milliseconds. */
  readonly histogramEvery: number;
  /** Shared by all that are watched. */
  readonly code: JarCode;
  /** Is something growing in this process, or is that not known yet? */
  readonly wantsAllocations: (process: string) => boolean;
}

const LOG_FILE_INTERVAL = 2000;
/** By REST the log passes through the JobManager. */
const LOG_REST_INTERVAL = 10_000;
const PERFDATA_INTERVAL = 2000;
/** A JobManager is looked at to see that it is well, not to find leaks in user code. */
const PERFDATA_INTERVAL_AT_LOW_COST = 10_000;
const HISTOGRAM_INTERVAL_AT_LOW_COST = 15_000;

/** All probes of one life of a process, from its discovery to its end. */
export class Watch {
  readonly watched: Watched;
  readonly budget: PauseBudget;
  #histogram: HistogramProbe | null = null;
  readonly #ending = new AbortController();
  readonly #done: Promise<unknown>;
  readonly #kills: Promise<OomKills | null>;

  constructor(watched: Watched, options: WatchOptions) {
    this.watched = watched;
    this.budget = new PauseBudget(options.budget);
    const probes = [...this.#localProbes(options), ...flinkProbes(watched, options), ...logProbes(watched, options)];
    const signal = AbortSignal.any([options.signal, this.#ending.signal]);
    const { pid } = watched.incarnation;
    this.#kills = pid === null ? Promise.resolve(null) : OomKills.of(pid);
    this.#done = Promise.all(probes.map((probe) => runProbe(probe, { ...options, signal })));
  }

  /** A job was deployed that runs in here. */
  noteDeployment(at: number): void {
    this.#histogram?.noteDeployment(at);
  }

  /** Told by whoever reads a remote process, to predict the first pause from. */
  noteAfterCollection(bytes: number): void {
    this.#histogram?.noteAfterCollection(bytes);
  }

  /** Of a process that is gone: did the kernel end it because the memory of its control group was used up? */
  async wasKilled(): Promise<boolean> {
    return (await (await this.#kills)?.haveRisen()) ?? false;
  }

  /** Ends all probes; resolves when nothing of them is left in the process. */
  async end(): Promise<void> {
    this.#ending.abort();
    await this.ended();
  }

  /** Resolves when the probes ended because the collector did. */
  async ended(): Promise<void> {
    await this.#done;
    await (await this.#kills)?.close();
  }

  #localProbes(options: WatchOptions): Probe[] {
    const { process, incarnation, notLocal } = this.watched;
    const { clock, sink } = options;
    const { key, pid } = incarnation;
    if (pid === null && this.watched.histogram !== undefined) return [this.#histogramProbe(options, this.watched.histogram, null)];
    if (pid === null) {
      const failure = new HeaptideError("NO_LOCAL_PROCESS", { process: process.name, why: notLocal ?? "its process is not known" });
      sink.append([stateOf({ name: "histogram", incarnation: key }, failure, clock.now())]);
      return [];
    }
    const take = (signal: AbortSignal) => classHistogram(pid, "live", { signal });
    const histogram = this.#histogramProbe(options, take, new Recording({ pid, incarnation: key, clock, budget: this.budget }));
    const interval = process.role === "jobmanager" ? PERFDATA_INTERVAL_AT_LOW_COST : PERFDATA_INTERVAL;
    const perfdata = new PerfDataProbe({ pid, incarnation: key }, clock, interval, (bytes) => histogram.noteAfterCollection(bytes));
    const { command } = incarnation;
    return [
      perfdata,
      new ProcProbe({ pid, incarnation: key }, clock),
      new CensusProbe({ pid, incarnation: key, command }, clock),
      ...(process.role === "jvm" ? [] : [new CodeProbe({ pid, incarnation: key }, clock, options.code)]),
      histogram,
    ];
  }

  #histogramProbe(options: WatchOptions, take: HistogramProbeOptions["take"], recording: Recording | null): HistogramProbe {
    const { process, incarnation } = this.watched;
    const deep = process.role !== "jobmanager";
    const histogram = new HistogramProbe({
      take,
      incarnation: incarnation.key,
      clock: options.clock,
      budget: this.budget,
      every: deep ? options.histogramEvery : Math.max(options.histogramEvery, HISTOGRAM_INTERVAL_AT_LOW_COST),
      heapLimit: incarnation.limits["heap"]?.value ?? null,
      recording,
      wantsAllocations: () => options.wantsAllocations(process.key),
    });
    if (deep) this.#histogram = histogram;
    return histogram;
  }
}

function flinkProbes({ incarnation, flink }: Watched, { clock }: WatchOptions): Probe[] {
  if (flink === null) return [];
  return [
    new FlinkMetricsProbe(flink.client, { process: flink.process, incarnation: incarnation.key, isLocal: incarnation.pid !== null }, clock),
  ];
}

/** A log file is read where the process's command line names it, else by REST; a process that has neither has no log that is known. */
function logProbes({ incarnation, flink }: Watched, { clock }: WatchOptions): Probe[] {
  const { key, pid, command } = incarnation;
  const file = /(?:^|\s)-Dlog\.file=(\S+)/.exec(command)?.[1];
  if (pid !== null && file?.startsWith("/")) {
    const configuration = configurationIn(command);
    const root = `/proc/${pid}/root`;
    const open = () => fileSource(`${root}${file}`, configuration && `${root}${configuration}`);
    return [new LogsProbe(key, open, LOG_FILE_INTERVAL, clock)];
  }
  if (flink === null) return [];
  return [new LogsProbe(key, async () => restSource(flink.client, flink.process), LOG_REST_INTERVAL, clock)];
}
