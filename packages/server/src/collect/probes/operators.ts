import type { Observation, OperatorCount } from "@heaptide/model";
import { type FlinkClient, OPERATOR_COUNTER_INTERVAL, OperatorCounterProbe } from "@heaptide/flink";
import type { Probe } from "../probe.ts";

/**
 * Where nothing grows. Times stay exact, because they are those of Flink's own reading, unless somebody else makes it read too: then they are late by this at most.
 */
const QUIET_INTERVAL = 5_000;

/** How many records each operator has taken in and given out. */
export class OperatorsProbe implements Probe {
  readonly name = "operators";
  readonly incarnation = null;
  readonly #counters: OperatorCounterProbe;
  readonly #onCounts: (counts: readonly OperatorCount[]) => void;
  readonly #isQuiet: () => boolean;

  /** @param isQuiet whether nothing grows in any process of the cluster */
  constructor(client: FlinkClient, onCounts: (counts: readonly OperatorCount[]) => void, isQuiet: () => boolean = () => false) {
    this.#counters = new OperatorCounterProbe(client);
    this.#onCounts = onCounts;
    this.#isQuiet = isQuiet;
  }

  interval(): number {
    return this.#isQuiet() ? QUIET_INTERVAL : OPERATOR_COUNTER_INTERVAL;
  }

  async look(): Promise<readonly Observation[]> {
    const counts = await this.#counters.poll();
    this.#onCounts(counts);
    return counts;
  }
}
