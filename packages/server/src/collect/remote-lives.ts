import type { Incarnation, ProcessIdentity } from "@heaptide/model";
import type { Watched } from "./watch.ts";
import type { Watches } from "./watches.ts";

/** Not reached for so long, milliseconds: the process is taken for gone. A restart of what stands in between is shorter. */
const GONE_AFTER = 30_000;
/** Clocks of two machines and the rounding of exporters: two starts less apart are one. */
const SAME_START = 2_000;

/** What identifies one life of a process that only answers by HTTP. */
export interface RemoteIdentity {
  readonly process: ProcessIdentity;
  readonly life: Omit<Incarnation, "key" | "process" | "endedAt" | "startedAt">;
  /** Milliseconds since the epoch; null where it does not tell. */
  readonly startedAt: number | null;
  /** Collections since its start: a number that falls is another life. */
  readonly collections: number | null;
}

/** One process behind an address: notices its restarts, begins and ends its watch. */
export class RemoteLives {
  readonly #watches: Watches;
  readonly #watchedAs: Pick<Watched, "histogram" | "notLocal">;
  #present: { readonly watched: Watched; readonly startedAt: number; collections: number; seenAt: number } | null = null;

  constructor(watches: Watches, watchedAs: Pick<Watched, "histogram" | "notLocal">) {
    this.#watches = watches;
    this.#watchedAs = watchedAs;
  }

  /** It was reached. @returns the key of its present life, and that a collection ran since the last look */
  async see(identity: RemoteIdentity): Promise<{ readonly incarnation: string; readonly collected: boolean }> {
    const now = this.#watches.clock.now();
    if (this.#present !== null && this.#isAnother(identity)) await this.#lose();
    const collections = identity.collections ?? 0;
    if (this.#present === null) {
      const startedAt = identity.startedAt ?? now;
      const key = `${identity.process.key}@${startedAt}`;
      const incarnation: Incarnation = { ...identity.life, key, process: identity.process.key, startedAt, endedAt: null };
      const watched: Watched = { process: identity.process, incarnation, flink: null, ...this.#watchedAs };
      this.#watches.begin(watched);
      this.#present = { watched, startedAt, collections, seenAt: now };
      return { incarnation: key, collected: collections > 0 };
    }
    const collected = collections !== this.#present.collections;
    Object.assign(this.#present, { collections, seenAt: now });
    return { incarnation: this.#present.watched.incarnation.key, collected };
  }

  /** It was not reached. */
  async miss(): Promise<void> {
    if (this.#present !== null && this.#watches.clock.now() - this.#present.seenAt > GONE_AFTER) await this.#lose();
  }

  #isAnother({ process, life, startedAt, collections }: RemoteIdentity): boolean {
    const { watched, startedAt: before, collections: counted } = this.#present!;
    if (process.key !== watched.process.key || life.flinkId !== watched.incarnation.flinkId) return true;
    if (startedAt !== null) return Math.abs(startedAt - before) > SAME_START;
    return collections !== null && collections < counted;
  }

  async #lose(): Promise<void> {
    const { watched } = this.#present!;
    this.#present = null;
    await this.#watches.lose(watched);
  }
}
