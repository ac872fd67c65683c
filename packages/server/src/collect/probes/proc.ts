import type { Measure, Observation, Sample } from "@heaptide/model";
import { readProc } from "@heaptide/jvm";
import type { Clock } from "../clock.ts";
import type { Probe } from "../probe.ts";

const INTERVAL = 5000;

/** What the kernel knows of a process. `threads` counts those of the JVM itself too, which hsperfdata does not, so it is taken from there. */
export class ProcProbe implements Probe {
  readonly name = "proc";
  readonly incarnation: string;
  readonly #pid: number;
  readonly #clock: Clock;

  constructor(watched: { pid: number; incarnation: string }, clock: Clock) {
    this.incarnation = watched.incarnation;
    this.#pid = watched.pid;
    this.#clock = clock;
  }

  interval(): number {
    return INTERVAL;
  }

  async look(): Promise<Observation[]> {
    const { rss, descriptors, cpuTime } = await readProc(this.#pid);
    const sample = (measure: Measure, value: number): Sample => ({
      type: "sample",
      at: this.#clock.now(),
      incarnation: this.incarnation,
      measure,
      value,
    });
    const samples = [sample("rss", rss), sample("cpu.time", cpuTime)];
    // Another user's descriptors cannot be counted.
    if (descriptors !== null) samples.push(sample("descriptors", descriptors));
    return samples;
  }
}
