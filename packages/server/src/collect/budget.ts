import { HeaptideError } from "@heaptide/base";

/** How much a process may be made to stand still by being looked at. */
export interface BudgetOptions {
  /** Share of every minute, 0 to 1; 0: no probe that pauses the process runs at all. */
  readonly share: number;
  /** No single pause may be predicted to be longer than this, milliseconds. */
  readonly longest: number;
}

export const DEFAULT_BUDGET: BudgetOptions = { share: 0.01, longest: 1000 };

/** `1%` of every minute, or `off`. @returns `undefined` for anything else. */
export function parseBudget(text: string, longest = DEFAULT_BUDGET.longest): BudgetOptions | undefined {
  if (text === "off") return { share: 0, longest };
  const share = Number(/^(\d+(?:\.\d+)?)%$/.exec(text)?.[1] ?? NaN) / 100;
  return share > 0 && share <= 1 ? { share, longest } : undefined;
}

const WINDOW = 60_000;
/** Before a process has been looked at: a live histogram of 332 MB took up to 785 ms, one of 20 to 46 MB 43 to 66 ms. */
const FIRST_GUESS_PER_BYTE = 2.4 / 1e6;
/** A run may take longer than the last one did. */
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

  constructor(options: BudgetOptions) {
    this.#options = options;
  }

  spent(run: Run): void {
    const last = new Map([...this.#runs, run].map((one) => [one.probe, one]));
    // Of what is older than the window only the last run of each probe is needed, to predict from.
    this.#runs = [...this.#runs, run].filter((one) => one.at > run.at - WINDOW || last.get(one.probe) === one);
  }

  /** Milliseconds that a look now would probably take; the live set in bytes where it is known. */
  predict(probe: string, liveSet: number | null): number {
    const last = this.#runs.findLast((run) => run.probe === probe);
    if (last === undefined) return (liveSet ?? 0) * FIRST_GUESS_PER_BYTE;
    const grown = liveSet !== null && last.liveSet ? Math.max(1, liveSet / last.liveSet) : 1;
    return last.pause * grown * MARGIN;
  }

  /** Is there room for a look of this length now? @throws PROBING_IS_OFF, PAUSE_TOO_LONG, where waiting would not help */
  hasRoom(probe: string, liveSet: number | null, now: number): boolean {
    const { share, longest } = this.#options;
    if (share === 0) throw new HeaptideError("PROBING_IS_OFF", { probe });
    const predicted = this.predict(probe, liveSet);
    if (predicted > longest) throw new HeaptideError("PAUSE_TOO_LONG", { probe, predicted, longest });
    if (!this.#runs.some((run) => run.probe === probe)) return true;
    return this.#usedSince(now - WINDOW) + predicted <= share * WINDOW;
  }

  /**
   * The shortest interval at which a probe may look and leave a share of the budget to the others.
   * @param portion of the budget that this probe may use, 0 to 1
   */
  interval(probe: string, liveSet: number | null, portion: number): number {
    const { share } = this.#options;
    return share === 0 ? WINDOW : this.predict(probe, liveSet) / (share * portion);
  }

  /** Milliseconds of pauses. */
  spentInLastMinute(now: number): number {
    return this.#usedSince(now - WINDOW);
  }

  #usedSince(from: number): number {
    return this.#runs.reduce((sum, run) => (run.at > from ? sum + run.pause : sum), 0);
  }
}
