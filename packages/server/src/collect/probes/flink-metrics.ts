import type { Measure, Observation } from "@heaptide/model";
import { type FlinkClient, type FlinkProcess, processSamples } from "@heaptide/flink";
import type { Clock } from "../clock.ts";
import type { Probe } from "../probe.ts";

/** Flink itself refreshes them no more often. */
const INTERVAL = 10_000;
/** What only Flink tells, or tells as well as anybody. The rest is read from the process itself where that is possible, fresher. */
const ONLY_FLINKS: ReadonlySet<Measure> = new Set(["direct.used", "mapped.used", "managed.used"]);

/** A JVM's metrics by REST: all there is of a process on another host. */
export class FlinkMetricsProbe implements Probe {
  readonly name = "flink-metrics";
  readonly incarnation: string;
  readonly #client: FlinkClient;
  readonly #process: FlinkProcess;
  readonly #clock: Clock;
  readonly #isLocal: boolean;

  constructor(client: FlinkClient, watched: { process: FlinkProcess; incarnation: string; isLocal: boolean }, clock: Clock) {
    this.incarnation = watched.incarnation;
    this.#client = client;
    this.#process = watched.process;
    this.#isLocal = watched.isLocal;
    this.#clock = clock;
  }

  interval(): number {
    return INTERVAL;
  }

  async look(): Promise<readonly Observation[]> {
    const samples = await processSamples(this.#client, this.#process, { incarnation: this.incarnation, at: this.#clock.now() });
    return this.#isLocal ? samples.filter(({ measure }) => ONLY_FLINKS.has(measure)) : samples;
  }
}
