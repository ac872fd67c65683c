import { type CensusGroup, descriptorCensus, nativeMemory, residentCensus, threadCensus } from "@heaptide/jvm";
import type { CensusSubject, Observation } from "@heaptide/model";
import type { Clock } from "../clock.ts";
import type { Probe } from "../probe.ts";

const INTERVAL = 10_000;
/** Resident memory takes the kernel longer, and what leaks there leaks slowly. */
const EVERY_NATIVE = 15_000;
/** A process with ten thousand threads is counted less often: so that counting takes a hundredth of the time at most. */
const SHARE_OF_TIME = 0.01;

/**
 * Threads, descriptors and native memory by kind. All from `/proc`, which costs the process nothing; native memory also by the JVM's own account where
 * it keeps one.
 */
export class CensusProbe implements Probe {
  readonly name = "census";
  readonly incarnation: string;
  readonly #pid: number;
  readonly #clock: Clock;
  readonly #isTracked: boolean;
  #nativeAt = Number.NEGATIVE_INFINITY;
  #took = 0;

  constructor({ pid, incarnation, command }: { pid: number; incarnation: string; command: string }, clock: Clock) {
    this.incarnation = incarnation;
    this.#pid = pid;
    this.#clock = clock;
    this.#isTracked = /-XX:NativeMemoryTracking=(summary|detail)/.test(command);
  }

  interval(): number {
    return Math.max(INTERVAL, this.#took / SHARE_OF_TIME);
  }

  async look(signal: AbortSignal): Promise<readonly Observation[]> {
    const began = this.#clock.now();
    const seen = [this.#census("threads", threadCensus(this.#pid)), this.#census("descriptors", await descriptorCensus(this.#pid))];
    if (began - this.#nativeAt >= EVERY_NATIVE) {
      this.#nativeAt = began;
      seen.push(this.#census("native-memory", await this.#native(signal)));
    }
    this.#took = this.#clock.now() - began;
    return seen.flat();
  }

  /** The two accounts side by side: what the JVM knows of, and what is resident. */
  async #native(signal: AbortSignal): Promise<CensusGroup[]> {
    const resident = await residentCensus(this.#pid);
    const tracked = this.#isTracked ? await nativeMemory(this.#pid, { signal }) : [];
    return [
      ...resident.map(({ name, value }) => ({ name: `resident: ${name}`, value })),
      ...tracked.map(({ name, value }) => ({ name: `jvm: ${name}`, value })),
    ];
  }

  #census(of: CensusSubject, groups: readonly CensusGroup[]): Observation[] {
    return groups.length === 0 ? [] : [{ type: "census", at: this.#clock.now(), incarnation: this.incarnation, of, groups: [...groups] }];
  }
}
