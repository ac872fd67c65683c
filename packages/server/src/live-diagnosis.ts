import type { Diagnosis, HistoryInParts, HistoryOutline, Observation } from "@heaptide/model";
import type { Store } from "@heaptide/store";
import type { Clock } from "./collect/clock.ts";
import { stayLean } from "./lean.ts";

export interface LiveDiagnosisOptions {
  readonly store: Pick<Store, "historyInParts">;
  readonly diagnose: (history: HistoryInParts) => Promise<Diagnosis>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** What follows from an evaluation, before anybody else hears of it: incidents, alarms. */
  readonly follow?: (history: HistoryOutline, diagnosis: Diagnosis) => Promise<void>;
  /** A failure that is no expected one, to be logged. The next evaluation may succeed. */
  readonly onBug: (error: unknown) => void;
  /** At most one evaluation in so many milliseconds. */
  readonly every?: number;
  /** So often, milliseconds, where nothing was found and nothing came in but the samples that always come. */
  readonly quietEvery?: number;
  /** How far back a diagnosis looks, milliseconds. */
  readonly window?: number;
}

type News = "none" | "routine" | "telling";
/** What comes all the time, whether anything happens or not. */
const ROUTINE: ReadonlySet<Observation["type"]> = new Set(["sample", "count", "cost", "census"]);

const HOUR = 3_600_000;
/** Evaluating may take this share of the server's time at most ... */
const SHARE_OF_TIME = 0.03;
/** ... but on a machine so busy that it takes seconds, what came in still waits no longer than this, milliseconds. */
const LONGEST_REST = 30_000;
/** A trend needs no more points than this, whatever the window. */
const MOST_SNAPSHOTS = 300;

/**
 * Keeps the diagnosis of the present: evaluates again when something new was observed, and hands each new one to whoever listens.
 */
export class LiveDiagnosis {
  readonly #options: LiveDiagnosisOptions;
  readonly #listeners = new Set<(diagnosis: Diagnosis) => void>();
  #latest: Diagnosis | null = null;
  /** What came in since the last evaluation began. */
  #news: News = "telling";
  #evaluatedAt = Number.NEGATIVE_INFINITY;

  constructor(options: LiveDiagnosisOptions) {
    this.#options = options;
  }

  /** null until the first evaluation is done. */
  get latest(): Diagnosis | null {
    return this.#latest;
  }

  /** Something was observed. */
  noteObserved(observations: readonly Observation[]): void {
    const isRoutine = observations.every(({ type }) => ROUTINE.has(type));
    if (!isRoutine) this.invalidate();
    else if (this.#news === "none") this.#news = "routine";
  }

  /** Something came in that may change what is concluded. */
  invalidate(): void {
    this.#news = "telling";
  }

  /** @returns a function that ends the listening */
  onUpdate(listener: (diagnosis: Diagnosis) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Runs until the signal is aborted. */
  async run(): Promise<void> {
    const { clock, signal, onBug, every = 3000 } = this.#options;
    stayLean();
    while (!signal.aborted) {
      const began = clock.now();
      if (this.#isDue(began)) await this.evaluate().catch(onBug);
      const rest = Math.min((clock.now() - began) / SHARE_OF_TIME, LONGEST_REST);
      await clock.sleep(Math.max(every, rest), signal);
    }
  }

  #isDue(now: number): boolean {
    const { quietEvery = 15_000 } = this.#options;
    if (this.#news !== "routine") return this.#news === "telling";
    return this.#latest === null || this.#latest.findings.length > 0 || now - this.#evaluatedAt >= quietEvery;
  }

  /** Evaluates now. */
  async evaluate(): Promise<Diagnosis> {
    const { store, diagnose, clock, window = 6 * HOUR, follow } = this.#options;
    this.#news = "none";
    this.#evaluatedAt = clock.now();
    const history = await store.historyInParts({ from: clock.now() - window, mostSnapshots: MOST_SNAPSHOTS });
    const diagnosis = await diagnose(history);
    await follow?.(history.outline, diagnosis);
    this.#latest = diagnosis;
    for (const listener of this.#listeners) listener(diagnosis);
    return diagnosis;
  }
}
