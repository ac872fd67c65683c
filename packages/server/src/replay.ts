import type { Session, Store } from "@heaptide/store";
import type { Clock } from "./collect/clock.ts";
import type { Sink } from "./collect/probe.ts";
import type { LiveDiagnosis } from "./live-diagnosis.ts";

/** How often a replayed session is judged, in its own time: what was said when is part of an incident's story. */
const JUDGE_EVERY = 15_000;

/** The time of a session that is replayed: as late as what was played last. Waiting takes real time. */
export class SessionClock implements Clock {
  readonly #real: Clock;
  #at: number;

  constructor(real: Clock, from: number) {
    this.#real = real;
    this.#at = from;
  }

  now(): number {
    return this.#at;
  }

  set(at: number): void {
    this.#at = Math.max(this.#at, at);
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return this.#real.sleep(ms, signal);
  }
}

export interface ReplayOptions {
  readonly session: Session;
  readonly store: Store;
  readonly diagnosis: LiveDiagnosis;
  readonly clock: SessionClock;
  readonly signal: AbortSignal;
  /** So many times as fast as it was recorded; Infinity: at once. */
  readonly speed: number;
  /** Gets everything that is played besides the store. */
  readonly record?: Sink;
  /** The share that was played, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** Plays what a session holds into a store, in the order and with the judgements of a server that had been there. */
export async function replaySession(options: ReplayOptions): Promise<void> {
  const { session, store, diagnosis, clock, signal, speed, record, onProgress } = options;
  const [first, last] = [session.batches[0]?.at ?? 0, session.batches.at(-1)?.at ?? 0];
  let judgedAt = first;
  for (const { at, observations } of session.batches) {
    if (signal.aborted) return;
    if (Number.isFinite(speed) && at > clock.now()) await clock.sleep((at - clock.now()) / speed, signal);
    clock.set(at);
    store.append(observations);
    record?.append(observations);
    if (at - judgedAt < JUDGE_EVERY) continue;
    judgedAt = at;
    await diagnosis.evaluate();
    onProgress?.((at - first) / Math.max(1, last - first));
  }
  await diagnosis.evaluate();
}
