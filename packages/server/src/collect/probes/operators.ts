import type { Observation, OperatorCount } from "@heaptide/model";
import { type FlinkClient, OPERATOR_COUNTER_INTERVAL, OperatorCounterProbe } from "@heaptide/flink";
import type { Probe } from "../probe.ts";

/** How many records each operator has taken in and given out. */
export class OperatorsProbe implements Probe {
  readonly name = "operators";
  readonly incarnation = null;
  readonly #counters: OperatorCounterProbe;
  readonly #onCounts: (counts: readonly OperatorCount[]) => void;

  constructor(client: FlinkClient, onCounts: (counts: readonly OperatorCount[]) => void) {
    this.#counters = new OperatorCounterProbe(client);
    this.#onCounts = onCounts;
  }

  interval(): number {
    return OPERATOR_COUNTER_INTERVAL;
  }

  async look(): Promise<readonly Observation[]> {
    const counts = await this.#counters.poll();
    this.#onCounts(counts);
    return counts;
  }
}
