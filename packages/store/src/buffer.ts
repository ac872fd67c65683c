import type { Observation } from "@heaptide/model";

/**
 * Observations on their way to the disk, bounded: when it is full the oldest go first, and are counted.
 *
 * The bound is in rows, since one snapshot holds thousands of classes and a sample is one row. While a batch is being written it still counts, so that
 * a batch given back after a failure finds its room.
 */
export class ObservationBuffer {
  readonly #limit: number;
  #waiting: Observation[] = [];
  #rows = 0;
  #dropped = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Observations dropped since the store was opened. */
  get dropped(): number {
    return this.#dropped;
  }

  add(observations: Iterable<Observation>): void {
    for (const observation of observations) {
      this.#waiting.push(observation);
      this.#rows += rowsOf(observation);
    }
    this.#dropOldest();
  }

  /** Takes everything out. The caller writes it, or gives it back. */
  take(): Observation[] {
    const batch = this.#waiting;
    this.#waiting = [];
    this.#rows = 0;
    return batch;
  }

  /** What could not be written: it goes back to the front, being the oldest. */
  giveBack(batch: readonly Observation[]): void {
    this.#waiting = [...batch, ...this.#waiting];
    this.#rows = this.#waiting.reduce((rows, observation) => rows + rowsOf(observation), 0);
    this.#dropOldest();
  }

  #dropOldest(): void {
    let gone = 0;
    while (this.#rows > this.#limit && gone < this.#waiting.length) this.#rows -= rowsOf(this.#waiting[gone++]!);
    if (gone > 0) this.#waiting = this.#waiting.slice(gone);
    this.#dropped += gone;
  }
}

function rowsOf(observation: Observation): number {
  if (observation.type === "snapshot") return Math.max(1, observation.classes.names.length);
  if (observation.type === "allocations") return Math.max(1, observation.oldObjects.length + observation.stacks.length);
  return 1;
}
