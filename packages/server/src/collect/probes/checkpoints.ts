import { CheckpointReader, type FlinkClient } from "@heaptide/flink";
import type { Observation } from "@heaptide/model";
import type { Probe } from "../probe.ts";

const INTERVAL = 5000;

/** How much state each job keeps, checkpoint by checkpoint. */
export class CheckpointsProbe implements Probe {
  readonly name = "checkpoints";
  readonly incarnation = null;
  readonly #reader: CheckpointReader;

  constructor(client: FlinkClient) {
    this.#reader = new CheckpointReader(client);
  }

  interval(): number {
    return INTERVAL;
  }

  async look(): Promise<readonly Observation[]> {
    return this.#reader.poll();
  }
}
