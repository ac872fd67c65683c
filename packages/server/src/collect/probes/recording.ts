import { isHeaptideError } from "@heaptide/base";
import { readAllocations } from "@heaptide/jfr";
import { dumpRecording, startRecording, stopRecording } from "@heaptide/jvm";
import type { Observation } from "@heaptide/model";
import type { PauseBudget } from "../budget.ts";
import type { Clock } from "../clock.ts";
import { DumpSchedule } from "./dump-schedule.ts";

export interface RecordingOptions {
  readonly pid: number;
  readonly incarnation: string;
  readonly clock: Clock;
  readonly budget: PauseBudget;
}

const NAME = "heaptide";
/**
 * A recording holds 256 objects, chosen over its whole time. One that is older than this when a job is deployed is begun anew, so that what it holds is
 * the new deployment's.
 */
const OLD = 600_000;

/**
 * The flight recording of one process: started at the first look, since it sees only what is allocated afterwards, and dumped with paths to roots when it is worth
 * a pause. Not a probe of its own: a dump must follow a full collection, which the histogram makes.
 */
export class Recording {
  readonly #options: RecordingOptions;
  #startedAt: number | null = null;
  #rollAt: number | null = null;
  readonly #schedule = new DumpSchedule();

  constructor(options: RecordingOptions) {
    this.#options = options;
  }

  /** Starts it, or begins anew if that is due. One that runs already is left as it is. */
  async start(signal: AbortSignal): Promise<Observation[]> {
    const { pid, clock } = this.#options;
    if (this.#startedAt !== null && this.#rollAt === null) return [];
    if (this.#rollAt !== null) await stopRecording(pid, { name: NAME, signal });
    await startRecording(pid, { name: NAME, signal });
    this.#startedAt = clock.now();
    this.#rollAt = null;
    this.#schedule.noteStart(this.#startedAt);
    return [];
  }

  /** A job was deployed into this process. */
  noteDeployment(at: number): void {
    if (this.#startedAt !== null && at - this.#startedAt > OLD) this.#rollAt = at;
    this.#schedule.noteDeployment(at);
  }

  isDue(now: number, growing: boolean): boolean {
    return this.#startedAt !== null && this.#schedule.isDue(now, growing);
  }

  /** What is still there, and who allocated it. @throws what a command throws; the recording is then started anew at the next look */
  async dump(liveSet: number | null, signal: AbortSignal): Promise<Observation[]> {
    const { pid, incarnation, clock, budget } = this.#options;
    this.#schedule.noteDump(clock.now());
    const dump = await dumpRecording(pid, { name: NAME, roots: true, signal }).catch((error: unknown) => {
      this.#startedAt = null;
      throw error;
    });
    const at = clock.now();
    budget.spent({ at, probe: "recording", pause: dump.pause, liveSet });
    const cost: Observation = { type: "cost", at, incarnation, probe: "recording", pause: dump.pause };
    try {
      const { recordingFrom, stacks, oldObjects, threadStarts } = await readAllocations(dump.file);
      return [cost, { type: "allocations", at, incarnation, recordingFrom, stacks, oldObjects, threadStarts }];
    } finally {
      await dump.remove();
    }
  }

  /** A process that is gone has taken its recording along. */
  async stop(): Promise<void> {
    if (this.#startedAt === null) return;
    await stopRecording(this.#options.pid, { name: NAME }).catch((error: unknown) => {
      if (!isHeaptideError(error)) throw error;
    });
  }
}
