import type { Clock } from "./clock.ts";
import { lost, seen } from "./lives.ts";
import type { Sink } from "./probe.ts";
import { Environments } from "./environments.ts";
import { Watch, type Watched, type WatchOptions } from "./watch.ts";

/** What looking at one life costs, against its budget. Pauses in milliseconds. */
export interface ProcessCost {
  readonly incarnation: string;
  readonly process: string;
  readonly share: number;
  readonly longest: number;
  readonly lastMinute: number;
}

/** Everything that is being watched, by incarnation. */
export class Watches {
  readonly #options: WatchOptions;
  readonly #watches = new Map<string, Watch>();
  readonly #environments = new Environments();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  get sink(): Sink {
    return this.#options.sink;
  }

  get signal(): AbortSignal {
    return this.#options.signal;
  }

  get all(): Watched[] {
    return [...this.#watches.values()].map(({ watched }) => watched);
  }

  has(incarnation: string): boolean {
    return this.#watches.has(incarnation);
  }

  begin(watched: Watched): void {
    this.sink.append(seen(watched.process, watched.incarnation, this.clock));
    this.#watches.set(watched.incarnation.key, new Watch(watched, this.#options));
    void this.#tellConfiguration(watched);
  }

  /** A restart may have brought another environment or other options: what grows after it may be their doing. */
  async #tellConfiguration({ process, incarnation }: Watched): Promise<void> {
    const change = await this.#environments.differenceOf(process, incarnation);
    if (change !== null) this.sink.append([change]);
  }

  /** The process is gone. */
  async lose({ process, incarnation }: Watched): Promise<void> {
    const watch = this.#watches.get(incarnation.key);
    this.#watches.delete(incarnation.key);
    this.sink.append(lost(process, incarnation, this.clock, (await watch?.wasKilled()) ?? false));
    await watch?.end();
  }

  /** A job was deployed into these lives; an empty list: nobody knows into which. */
  noteDeployment({ at, incarnations }: { at: number; incarnations: readonly string[] }): void {
    for (const [key, watch] of this.#watches) if (incarnations.length === 0 || incarnations.includes(key)) watch.noteDeployment(at);
  }

  /** Nothing is known to grow, and nothing is still unknown. */
  get isQuiet(): boolean {
    return this.all.every(({ process }) => process.role === "jobmanager" || !this.#options.wantsAllocations(process.key));
  }

  /** Heap used by a life, to predict the first pause from. */
  noteAfterCollection(incarnation: string, bytes: number): void {
    this.#watches.get(incarnation)?.noteAfterCollection(bytes);
  }

  costs(): ProcessCost[] {
    const { share, longest } = this.#options.budget;
    return [...this.#watches.values()].map(({ watched, budget }) => ({
      incarnation: watched.incarnation.key,
      process: watched.process.key,
      share,
      longest,
      lastMinute: budget.spentInLastMinute(this.clock.now()),
    }));
  }

  /** May this life be paused at present? */
  isCounting(incarnation: string): boolean {
    return this.#watches.get(incarnation)?.budget.isOn ?? false;
  }

  /** @returns whether such a life is watched */
  switchCounting(incarnation: string, on: boolean): boolean {
    const watch = this.#watches.get(incarnation);
    watch?.budget.switch(on);
    return watch !== undefined;
  }

  /** Resolves when all probes have ended and left nothing behind. */
  async ended(): Promise<void> {
    await Promise.all([...this.#watches.values()].map((watch) => watch.ended()));
  }
}
