import { HeaptideError, isHeaptideError } from "@heaptide/base";
import { type BeanReading, type JolokiaClient, readPlatformBeans } from "@heaptide/jvm";
import type { Observation } from "@heaptide/model";
import type { Probe } from "../probe.ts";
import { RemoteLives } from "../remote-lives.ts";
import type { Watches } from "../watches.ts";
import { samplesOf } from "./remote-samples.ts";

/** One request each: cheap for the JVM, some milliseconds of the network. */
const INTERVAL = 5_000;

/** A JVM that is reachable by HTTP alone, through its Jolokia agent: what it measures of itself, and, by its watch, class histograms. */
export class JolokiaProbe implements Probe {
  readonly name: string;
  readonly incarnation = null;
  readonly #client: JolokiaClient;
  readonly #watches: Watches;
  readonly #lives: RemoteLives;

  constructor(client: JolokiaClient, watches: Watches) {
    const { host } = new URL(client.url);
    this.name = `jolokia ${host}`;
    this.#client = client;
    this.#watches = watches;
    this.#lives = new RemoteLives(watches, { histogram: (signal) => client.histogram("live", signal), notLocal: null });
  }

  interval(): number {
    return INTERVAL;
  }

  async look(signal: AbortSignal): Promise<readonly Observation[]> {
    const reading = await this.#read(signal);
    const { host } = new URL(this.#client.url);
    const { limits, javaVersion, collector, command } = reading;
    const { incarnation, collected } = await this.#lives.see({
      process: {
        key: `jolokia:${host}`,
        name: `JVM ${reading.host ?? host}${reading.pid === null ? "" : ` (${reading.pid})`}`,
        role: "jvm",
      },
      // Its pid is one of another host, or of another namespace.
      life: { pid: null, flinkId: null, command, javaVersion, collector, limits },
      startedAt: reading.startedAt,
      collections: reading.values.get("gc.count") ?? null,
    });
    if (reading.afterGc !== null) this.#watches.noteAfterCollection(incarnation, reading.values.get("heap.used") ?? reading.afterGc);
    return samplesOf(reading, { incarnation, at: this.#watches.clock.now(), collected });
  }

  async #read(signal: AbortSignal): Promise<BeanReading> {
    try {
      const reading = await readPlatformBeans(this.#client, signal);
      if (reading !== null) return reading;
      throw new HeaptideError("JOLOKIA_REFUSED", { url: this.#client.url, cause: "it hides what every JVM tells of itself" });
    } catch (error) {
      if (isHeaptideError(error)) await this.#lives.miss();
      throw error;
    }
  }
}
