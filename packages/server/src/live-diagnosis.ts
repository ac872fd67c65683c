import type { Diagnosis, History } from "@heaptide/model";
import type { Incident, Store } from "@heaptide/store";
import type { Clock } from "./collect/clock.ts";

export interface LiveDiagnosisOptions {
  readonly store: Pick<Store, "history" | "incidents" | "keepIncidents">;
  readonly diagnose: (history: History) => Diagnosis;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** A failure that is no expected one, to be logged. The next evaluation may succeed. */
  readonly onBug: (error: unknown) => void;
  /** At most one evaluation in so many milliseconds. */
  readonly every?: number;
  /** How far back a diagnosis looks, milliseconds. */
  readonly window?: number;
}

/** A present finding, for incidents: what healed or was never sure is not written down. */
const PRESENT: ReadonlySet<string> = new Set(["growing", "leaking"]);

const HOUR = 3_600_000;
/** Evaluating may take this share of the server's time at most. */
const SHARE_OF_TIME = 0.03;
/** A trend needs no more points than this, whatever the window. */
const MOST_SNAPSHOTS = 300;

/**
 * Keeps the diagnosis of the present: evaluates again when something new was observed, and hands each new one to whoever listens. Findings become
 * incidents, which outlive the process that found them.
 */
export class LiveDiagnosis {
  readonly #options: LiveDiagnosisOptions;
  readonly #listeners = new Set<(diagnosis: Diagnosis) => void>();
  #latest: Diagnosis | null = null;
  #stale = true;

  constructor(options: LiveDiagnosisOptions) {
    this.#options = options;
  }

  /** null until the first evaluation is done. */
  get latest(): Diagnosis | null {
    return this.#latest;
  }

  /** Something was observed. */
  invalidate(): void {
    this.#stale = true;
  }

  /** @returns a function that ends the listening */
  onUpdate(listener: (diagnosis: Diagnosis) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Runs until the signal is aborted. */
  async run(): Promise<void> {
    const { clock, signal, onBug, every = 3000 } = this.#options;
    while (!signal.aborted) {
      const began = clock.now();
      if (this.#stale) await this.evaluate().catch(onBug);
      await clock.sleep(Math.max(every, (clock.now() - began) / SHARE_OF_TIME), signal);
    }
  }

  /** Evaluates now. */
  async evaluate(): Promise<Diagnosis> {
    const { store, diagnose, clock, window = 6 * HOUR } = this.#options;
    this.#stale = false;
    const diagnosis = diagnose(await store.history({ from: clock.now() - window, mostSnapshots: MOST_SNAPSHOTS }));
    await this.#keepIncidents(diagnosis);
    this.#latest = diagnosis;
    for (const listener of this.#listeners) listener(diagnosis);
    return diagnosis;
  }

  async #keepIncidents(diagnosis: Diagnosis): Promise<void> {
    const at = Date.parse(diagnosis.to);
    const present = diagnosis.findings.filter((finding) => PRESENT.has(finding.verdict) || finding.verification !== null);
    const incidents: Incident[] = present.map((finding) => ({ id: finding.id, firstSeen: at, lastSeen: at, finding }));
    await this.#options.store.keepIncidents(incidents);
  }
}
