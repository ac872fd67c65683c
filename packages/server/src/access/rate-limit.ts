/** Keys beyond this many push the oldest out. */
const MOST_KEYS = 10_000;

/** A bucket of tries for each key, refilled with time. */
export class RateLimit {
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, { left: number; at: number }>();

  constructor(burst: number, perSecond: number, now: () => number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#now = now;
  }

  /** @returns whether there was one left */
  take(key: string): boolean {
    const now = this.#now();
    const before = this.#buckets.get(key);
    const left = before ? Math.min(this.#burst, before.left + ((now - before.at) / 1000) * this.#perSecond) : this.#burst;
    this.#buckets.delete(key);
    if (this.#buckets.size >= MOST_KEYS) this.#buckets.delete(this.#buckets.keys().next().value!);
    this.#buckets.set(key, { left: left >= 1 ? left - 1 : left, at: now });
    return left >= 1;
  }
}
