import type { Observation } from "@heaptide/model";
import type { Clock } from "../clock.ts";
import type { GapDetector } from "../gaps.ts";
import type { Probe } from "../probe.ts";

const INTERVAL = 2000;

/** Data that was expected and is not seen. It asks nobody: a silence goes on whether or not the probes that listen get an answer. */
export class GapsProbe implements Probe {
  readonly name = "gaps";
  readonly incarnation = null;
  readonly #gaps: GapDetector;
  readonly #clock: Clock;

  constructor(gaps: GapDetector, clock: Clock) {
    this.#gaps = gaps;
    this.#clock = clock;
  }

  interval(): number {
    return INTERVAL;
  }

  async look(): Promise<readonly Observation[]> {
    return this.#gaps.judge(this.#clock.now());
  }
}
