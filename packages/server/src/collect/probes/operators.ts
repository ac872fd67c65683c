import type { Observation } from "@heaptide/model";
import { type FlinkClient, OPERATOR_COUNTER_INTERVAL, OperatorCounterProbe } from "@heaptide/flink";
import type { Probe } from "../probe.ts";

/** How many records each operator has taken in and given out. */
export class OperatorsProbe implements Probe {
  readonly name = "operators";
  readonly incarnation = null;
  readonly #counters: OperatorCounterProbe;

  constructor(client: FlinkClient) {
    this.#counters = new OperatorCounterProbe(client);
  }

  interval(): number {
    return OPERATOR_COUNTER_INTERVAL;
  }

  look(): Promise<readonly Observation[]> {
    return this.#counters.poll();
  }
}
