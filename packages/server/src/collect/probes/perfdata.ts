import type { Measure, Observation, Sample } from "@heaptide/model";
import { memoryView, readPerfData } from "@heaptide/jvm";
import type { Clock } from "../clock.ts";
import type { Probe } from "../probe.ts";

/** The JVM's own counters, out of shared memory: costs the process nothing. `heap.after-gc` is given once for each collection. */
export class PerfDataProbe implements Probe {
  readonly name = "perfdata";
  readonly incarnation: string;
  readonly #pid: number;
  readonly #clock: Clock;
  readonly #interval: number;
  readonly #onCollection: (bytes: number) => void;
  #collections: number | null = null;

  /** @param onCollection hears of heap used right after a collection: the best guess at the live set that costs nothing */
  constructor(watched: { pid: number; incarnation: string }, clock: Clock, interval: number, onCollection: (bytes: number) => void) {
    this.incarnation = watched.incarnation;
    this.#pid = watched.pid;
    this.#clock = clock;
    this.#interval = interval;
    this.#onCollection = onCollection;
  }

  interval(): number {
    return this.#interval;
  }

  async look(): Promise<Observation[]> {
    const view = memoryView(await readPerfData(this.#pid));
    const now = this.#clock.now();
    const sample = (measure: Measure, value: number, at = now): Sample => ({
      type: "sample",
      at,
      incarnation: this.incarnation,
      measure,
      value,
    });
    const samples = [
      sample("heap.committed", view.heapCommitted),
      sample("metaspace.used", view.metaspaceUsed),
      sample("threads", view.threads),
      sample("classes.loaded", view.classesLoaded),
      sample("classes.unloaded", view.classesUnloaded),
      sample("gc.count", view.collections),
      sample("gc.time", view.gcTime),
    ];
    // Where the JVM writes it only when it collects, it would be told between two collections what is long over.
    if (view.heapUsedAt === "now") samples.push(sample("heap.used", view.heapUsed));
    if (view.afterGc !== null && view.collections !== this.#collections) {
      samples.push(sample("heap.after-gc", view.afterGc, view.afterGcAt ?? now));
      this.#onCollection(view.afterGc);
    }
    this.#collections = view.collections;
    return samples;
  }
}
