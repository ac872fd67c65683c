import { HeaptideError, isHeaptideError } from "@heaptide/base";
import type { CostSeen, Observation, Sample } from "@heaptide/model";
import type { ClassHistogram } from "@heaptide/jvm";
import type { PauseBudget } from "../budget.ts";
import type { Clock } from "../clock.ts";
import { stateOf } from "../loop.ts";
import type { Probe } from "../probe.ts";
import type { Recording } from "./recording.ts";

export interface HistogramProbeOptions {
  /** Takes a live histogram: by attaching, or through an agent that answers by HTTP. */
  readonly take: (signal: AbortSignal) => Promise<ClassHistogram>;
  readonly incarnation: string;
  readonly clock: Clock;
  readonly budget: PauseBudget;
  /** Not more often than this, milliseconds, however cheap a look is. */
  readonly every: number;
  /** -Xmx, bytes, where it is known. */
  readonly heapLimit: number | null;
  /** null where there is no way to one. */
  readonly recording: Recording | null;
  /** Is something growing in this process, so that it is worth knowing who allocates it? */
  readonly wantsAllocations: () => boolean;
}

/** Where nothing grows, seldom is enough; and what is not spent is there when something changes. */
const QUIET_INTERVAL = 30_000;
/** The minutes after a deployment tell most, whatever the verdict says so far. */
const CURIOUS_FOR = 180_000;
/** How often it is asked whether a look is due: a deployment does not wait for the end of a quiet interval. */
const CHECK = 1000;
/** Flink gives each job a class loader of its own; the copies that live on tell of a job that was not let go. */
const USER_CLASS_LOADER = /\.(?:ChildFirst|ParentFirst)ClassLoader$/;
/**
 * A heap that is so full after a collection is collected again and again, and each look adds a full collection that frees nothing: one took 8 s where 0.1 s
 * was predicted. All that can be known has been seen by then.
 */
const FULL = 0.95;
/** No histogram is so dear that it is never taken again. */
const LONGEST_INTERVAL = 120_000;

/**
 * The live class histogram: the live set and what it is made of. It collects the whole heap, so a dump of the recording, which knows only objects that survived a
 * collection, is taken right after it when one is due.
 */
export class HistogramProbe implements Probe {
  readonly name = "histogram";
  readonly incarnation: string;
  readonly #options: HistogramProbeOptions;
  #liveSet: number | null = null;
  #afterCollection = 0;
  #lookedAt: number | null = null;
  #deployedAt = 0;
  #recordingFailure: string | null = null;

  constructor(options: HistogramProbeOptions) {
    this.incarnation = options.incarnation;
    this.#options = options;
  }

  /** Told by cheaper probes, to predict the first pause from. After a young collection it holds garbage too: a histogram knows better. */
  noteAfterCollection(bytes: number): void {
    this.#afterCollection = bytes;
    if (this.#lookedAt === null) this.#liveSet = bytes;
  }

  /** A job was deployed into this process. */
  noteDeployment(at: number): void {
    this.#deployedAt = at;
    this.#options.budget.noteDeployment(at);
    this.#options.recording?.noteDeployment(at);
  }

  interval(): number {
    return CHECK;
  }

  async look(signal: AbortSignal): Promise<readonly Observation[]> {
    const { budget, clock, take, recording } = this.#options;
    if (!this.#isDue(clock.now())) return [];
    this.#refuseFullHeap();
    const started = recording === null ? [] : await this.#tryRecording(() => recording.start(signal));
    if (!budget.hasRoom(this.name, this.#liveSet, clock.now())) return started;
    this.#lookedAt = clock.now();
    const histogram = await take(signal);
    const seen = [...started, ...this.#observe(histogram)];
    if (recording === null || !this.#dumpIsDue(recording)) return seen;
    return [...seen, ...(await this.#tryRecording(() => recording.dump(this.#liveSet, signal)))];
  }

  async end(): Promise<void> {
    await this.#options.recording?.stop();
  }

  #refuseFullHeap(): void {
    const { heapLimit: limit } = this.#options;
    if (limit !== null && this.#afterCollection > limit * FULL) {
      throw new HeaptideError("HEAP_IS_FULL", { probe: this.name, used: this.#afterCollection, limit });
    }
  }

  #isDue(now: number): boolean {
    if (this.#lookedAt === null) return true;
    const { budget, every } = this.#options;
    const pace = this.#isCurious(now) ? every : Math.max(every, QUIET_INTERVAL);
    const affordable = budget.interval(this.name, this.#liveSet, now);
    return now - this.#lookedAt >= Math.min(LONGEST_INTERVAL, Math.max(pace, affordable));
  }

  #isCurious(now: number): boolean {
    return this.#options.wantsAllocations() || now - this.#deployedAt < CURIOUS_FOR;
  }

  #observe({ at, pause, classes }: ClassHistogram): Observation[] {
    const { incarnation } = this;
    const liveSet = classes.bytes.reduce((sum, bytes) => sum + bytes, 0);
    const loaders = classes.names.reduce((sum, name, c) => (USER_CLASS_LOADER.test(name) ? sum + classes.instances[c]! : sum), 0);
    const sample = (measure: Sample["measure"], value: number): Sample => ({ type: "sample", at, incarnation, measure, value });
    const cost: CostSeen = { type: "cost", at, incarnation, probe: this.name, pause };
    this.#options.budget.spent({ at, probe: this.name, pause, liveSet });
    this.#liveSet = liveSet;
    return [
      { type: "snapshot", at, incarnation, kind: "live", classes },
      sample("heap.live", liveSet),
      sample("class-loaders.user", loaders),
      cost,
    ];
  }

  /** The budget refuses dumps quietly: the next histogram asks again. */
  #dumpIsDue(recording: Recording): boolean {
    const { budget, clock, wantsAllocations } = this.#options;
    if (!recording.isDue(clock.now(), wantsAllocations())) return false;
    try {
      return budget.hasRoom("recording", this.#liveSet, clock.now());
    } catch (error) {
      if (isHeaptideError(error, "PAUSE_TOO_LONG")) return false;
      throw error;
    }
  }

  /** A JVM without Flight Recorder still has its histogram: the recording fails for itself. */
  async #tryRecording(look: () => Promise<Observation[]>): Promise<Observation[]> {
    let seen: Observation[] = [];
    let failure: HeaptideError | null = null;
    try {
      seen = await look();
    } catch (error) {
      if (!isHeaptideError(error) || isHeaptideError(error, "NO_SUCH_PROCESS") || isHeaptideError(error, "JVM_VANISHED")) throw error;
      failure = error;
    }
    const report = failure?.message ?? null;
    if (report !== this.#recordingFailure) {
      seen = [...seen, stateOf({ name: "recording", incarnation: this.incarnation }, failure, this.#options.clock.now())];
    }
    this.#recordingFailure = report;
    return seen;
  }
}
