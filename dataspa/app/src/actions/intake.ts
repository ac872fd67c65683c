import type { TopicWriter } from "@dataspa/transport";
import { Remembered } from "../remembered.ts";

export interface Action {
  /** Chosen by the client: the same action sent again has the same. */
  readonly id: string;
  readonly type: "view" | "save" | "hide" | "went";
  readonly event: string;
  readonly user: string;
}

/** Ids that are remembered as taken, at least; an app repeats within seconds. What is older is still told apart by the job, for a day. */
const REMEMBERED = 200_000;
/** How long after the last action time is told on, and how often; milliseconds. Longer than the longest session and its lateness. */
const TICK_FOR = 40 * 60_000;
const TICK_EVERY = 10_000;

/**
 * Takes actions into the transport: each id once, durable before it resolves. While there were actions not long ago it writes ticks, by which the job's event time goes on
 * when nobody does anything; without them the last window would stay open until the next visitor.
 */
export class ActionIntake implements AsyncDisposable {
  readonly #writer: TopicWriter;
  readonly #clock: () => number;
  readonly #taken = new Remembered<string, Promise<void>>(REMEMBERED);
  readonly #ticker: NodeJS.Timeout;
  #lastAction = 0;
  #lastWrite = 0;
  accepted = 0;
  repeated = 0;

  constructor(writer: TopicWriter, clock: () => number = Date.now) {
    this.#writer = writer;
    this.#clock = clock;
    this.#ticker = setInterval(() => void this.#tick().catch(() => {}), TICK_EVERY);
    this.#ticker.unref();
  }

  /** Resolves when all of them are durable. @returns how many were new. @throws what the writer throws: then they may be sent again */
  async take(actions: readonly Action[]): Promise<{ accepted: number; repeated: number }> {
    const at = this.#clock();
    const earlier = new Set<Promise<void>>();
    const fresh = new Map<string, Action>();
    for (const action of actions) {
      const taken = this.#taken.get(action.id);
      if (taken) earlier.add(taken);
      else fresh.set(action.id, action);
    }
    const written = this.#writer.append(
      [...fresh.values()].map((action) => ({ key: action.user, value: JSON.stringify({ ...action, at }) })),
    );
    for (const id of fresh.keys()) this.#taken.set(id, written);
    this.#lastAction = this.#lastWrite = at;
    try {
      // One that is repeated while the first is under way must not be confirmed before it.
      await Promise.all([written, ...earlier]);
    } catch (error) {
      for (const id of fresh.keys()) this.#taken.delete(id);
      throw error;
    }
    const counts = { accepted: fresh.size, repeated: actions.length - fresh.size };
    this.accepted += counts.accepted;
    this.repeated += counts.repeated;
    return counts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#ticker);
    await this.#writer.close();
  }

  async #tick(): Promise<void> {
    const at = this.#clock();
    if (at - this.#lastAction > TICK_FOR || at - this.#lastWrite < TICK_EVERY / 2) return;
    await this.#writer.append([{ key: "tick", value: JSON.stringify({ type: "tick", at }) }]);
  }
}
