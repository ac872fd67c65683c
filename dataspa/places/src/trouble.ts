/**
 * Trouble on demand: what an API does on a bad day. `status` answers that error; `latency` delays the answer by that many milliseconds;
 * `stall` never answers. It befalls the next `count` requests, or that `share` of them, evenly spread: 0.25 is each fourth.
 */
export type Trouble = ({ readonly status: number } | { readonly latency: number } | { readonly stall: true }) &
  ({ readonly count: number } | { readonly share: number });

/** The troubles that were asked for, the eldest first: a request meets the first one whose turn it is. */
export class Troubles {
  #pending: { readonly trouble: Trouble; isNext: () => boolean }[] = [];

  add(trouble: Trouble): void {
    this.#pending.push({ trouble, isNext: "count" in trouble ? countDown(trouble.count) : evenly(trouble.share) });
  }

  clear(): void {
    this.#pending = [];
  }

  /** What the next request meets; `undefined` if all goes well. */
  next(): Trouble | undefined {
    return this.#pending.find(({ isNext }) => isNext())?.trouble;
  }
}

function countDown(count: number): () => boolean {
  let left = count;
  return () => left-- > 0;
}

/** True for that share of the calls, as evenly spread as whole calls allow. */
function evenly(share: number): () => boolean {
  let owed = 0;
  return () => {
    owed += share;
    if (owed < 1) return false;
    owed -= 1;
    return true;
  };
}
