import { HeaptideError } from "@heaptide/base";
import { type BudgetOptions, PauseBudget } from "@heaptide/server";

/** What one look cost, and what is left for the next. Milliseconds. */
export interface Cost {
  readonly pause: number;
  readonly spentInLastMinute: number;
}

/** The pauses that all calls of this session cause, by process. A model that asks in a loop must not stop a process for longer than a person would be allowed to. */
export class PauseBudgets {
  readonly #options: BudgetOptions;
  readonly #budgets = new Map<number, PauseBudget>();

  constructor(options: BudgetOptions) {
    this.#options = options;
  }

  /**
   * Runs a look that pauses the process, if there is room for it.
   * @param liveSet bytes, the best guess; the pause is predicted from it
   * @throws PAUSE_TOO_LONG, PROBING_IS_OFF, BUDGET_SPENT, and what `look` throws
   */
  async spend<Seen extends { readonly pause: number }>(
    { pid, probe, liveSet }: { readonly pid: number; readonly probe: string; readonly liveSet: number | null },
    look: () => Promise<Seen>,
  ): Promise<{ readonly seen: Seen; readonly cost: Cost }> {
    const budget = this.#budgets.get(pid) ?? new PauseBudget(this.#options);
    this.#budgets.set(pid, budget);
    const now = Date.now();
    if (!budget.hasRoom(probe, liveSet, now)) {
      const wait = Math.min(300_000, budget.interval(probe, liveSet, now));
      throw new HeaptideError("BUDGET_SPENT", { pid, spent: budget.spentInLastMinute(now), wait });
    }
    const seen = await look();
    budget.spent({ at: Date.now(), probe, pause: seen.pause, liveSet });
    return { seen, cost: { pause: seen.pause, spentInLastMinute: budget.spentInLastMinute(Date.now()) } };
  }
}
