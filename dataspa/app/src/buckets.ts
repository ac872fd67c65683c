import { Remembered } from "./remembered.ts";

/** Clients that are remembered at least; who was idle for longest is forgotten first, and begins with a full bucket again. */
const MOST_CLIENTS = 20_000;

/** Token buckets by client: `burst` at once, `perSecond` in the long run. Bounded in number, no timer. */
export class Buckets {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #buckets = new Remembered<string, { tokens: number; at: number }>(MOST_CLIENTS);

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** Takes `count` tokens. @returns 0, or the milliseconds after which to try again. @param now milliseconds */
  take(client: string, count: number, now: number): number {
    const known = this.#buckets.get(client) ?? { tokens: this.#burst, at: now };
    const tokens = Math.min(this.#burst, known.tokens + ((now - known.at) / 1000) * this.#perSecond);
    const missing = count - tokens;
    this.#buckets.set(client, { tokens: missing > 0 ? tokens : tokens - count, at: now });
    return missing > 0 ? Math.ceil((missing / this.#perSecond) * 1000) : 0;
  }
}
