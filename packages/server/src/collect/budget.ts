import { HeaptideError } from "@heaptide/base";

/** How much a process may be made to stand still by being looked at. */
export interface BudgetOptions {
  /**
   * Share of the time, 0 to 1, over any five minutes, and twice that in the five minutes after a deployment, when a leak is found most cheaply; 0: no probe
   * that pauses the process runs at all.
   */
  readonly share: number;
  /** No single pause may be predicted to be longer than this, milliseconds. */
  readonly longest: number;
}

export const DEFAULT_BUDGET: BudgetOptions = { share: 0.01, longest: 1000 };

/** `1%` of the time, or `off`. @returns the share, 0 to 1; `undefined` for anything else */
export function parseShare(text: string): number | undefined {
  if (text === "off") return 0;
  const share = Number(/^(\d+(?:\.\d+)?)%$/.exec(text)?.[1] ?? NaN) / 100;
  return share > 0 && share <= 1 ? share : undefined;
}

/** Long enough that what a quiet process did not cost can be spent where it tells most. */
const WINDOW = 300_000;
/** How much more the window after a deployment may cost. */
const AFTER_DEPLOYMENT = 2;
const MINUTE = 60_000;
/** What is left of the budget is spent as if it had to last for so long: generously after a quiet time, at three quarters of the share for ever. */
const HORIZON = WINDOW / 3;
/** Before a process has been looked at: a live histogram of 332 MB took up to 785 ms, one of 20 to 46 MB 43 to 66 ms. */
const FIRST_GUESS_PER_BYTE = 2.4 / 1e6;
const PREDICT_FROM = 3;
/** So long a run predicts the next. Without an end to it, one pause that was too long would keep a probe from ever looking again. */
const PREDICTS_FOR = 120_000;
/** A run may take longer than was predicted; nothing is begun that would then exceed its limit. */
const MARGIN = 1.25;

interface Run {
  readonly at: number;
  readonly probe: string;
  readonly pause: number;
  readonly liveSet: number | null;
}

/**
 * The pauses that probes cause in one process: what they have cost and what the next may.
 *
 * The first look of a probe needs no room in the window: without one there is nothing to predict from, and nothing to diagnose.
 */
export class PauseBudget {
  readonly #options: BudgetOptions;
  #runs: Run[] = [];
  #deployedAt = Number.NEGATIVE_INFINITY;
  #isOn = true;

  constructor(options: BudgetOptions) {
    this.#options = options;
  }

  /** A job was deployed into the process. */
  noteDeployment(at: number): void {
    this.#deployedAt = at;
  }

  /** Whether the process may be paused at all at present. */
  get isOn(): boolean {
    return this.#share > 0;
  }

  /** By hand: a person switches pauses off, and on again. Where the configuration has them off they stay off. */
  switch(on: boolean): void {
    this.#isOn = on;
  }

  spent(run: Run): void {
    this.#runs = [...this.#runs.filter((one) => one.at > run.at - WINDOW), run];
  }

  /**
   * Milliseconds that a look now would probably take: the median of the last runs, so that one that fell into a busy moment does not count for all. As
   * long as there are fewer, a first guess stands in for one. It grows with the live set.
   * @param liveSet bytes, where it is known
   */
  predict(probe: string, liveSet: number | null, now: number): number {
    const guess = (liveSet ?? 0) * FIRST_GUESS_PER_BYTE;
    const runs = this.#runs.filter((run) => run.probe === probe && run.at > now - PREDICTS_FOR).slice(-PREDICT_FROM);
    if (runs.length === 0) return guess;
    const pauses = runs.map((run) => run.pause * growth(run.liveSet, liveSet));
    return lowerMedian(runs.length < PREDICT_FROM && guess > 0 ? [guess, ...pauses] : pauses);
  }

  /** Is there room for a look of this length now? @throws PROBING_IS_OFF, PAUSE_TOO_LONG, where waiting would not help */
  hasRoom(probe: string, liveSet: number | null, now: number): boolean {
    const { longest } = this.#options;
    if (!this.isOn) throw new HeaptideError("PROBING_IS_OFF", { probe });
    const predicted = this.predict(probe, liveSet, now) * MARGIN;
    if (predicted > longest) throw new HeaptideError("PAUSE_TOO_LONG", { probe, predicted, longest });
    if (!this.#runs.some((run) => run.probe === probe)) return true;
    return predicted <= this.#room(now);
  }

  /** How long to wait from one look to the next for the sake of the budget, milliseconds; infinite when it is spent. */
  interval(probe: string, liveSet: number | null, now: number): number {
    if (!this.isOn) return MINUTE;
    const room = this.#room(now);
    return room <= 0 ? Number.POSITIVE_INFINITY : (this.predict(probe, liveSet, now) * HORIZON) / room;
  }

  /** Milliseconds of pauses. */
  spentInLastMinute(now: number): number {
    return this.#usedSince(now - MINUTE);
  }

  /** Milliseconds of pauses that are left. */
  #room(now: number): number {
    const share = this.#share * (now - this.#deployedAt < WINDOW ? AFTER_DEPLOYMENT : 1);
    return share * WINDOW - this.#usedSince(now - WINDOW);
  }

  get #share(): number {
    return this.#isOn ? this.#options.share : 0;
  }

  #usedSince(from: number): number {
    return this.#runs.reduce((sum, run) => (run.at > from ? sum + run.pause : sum), 0);
  }
}

const growth = (before: number | null, now: number | null): number => (before && now ? Math.max(1, now / before) : 1);

function lowerMedian(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1]!;
}
