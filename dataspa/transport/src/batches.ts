import { type Message, TransportBusyError } from "./transport.ts";

/** Bytes that may wait while a commit is under way. */
const MOST_WAITING = 32 * 1024 * 1024;
/** Of one commit, so that none becomes endless. */
const LARGEST_BATCH = 4 * 1024 * 1024;

interface Waiting {
  readonly messages: readonly Message[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: while one batch is made durable, what comes in meanwhile gathers to the next. A commit costs the same for one message or a
 * thousand, so the busier it gets, the less each one pays.
 */
export class Batches {
  readonly #commit: (messages: readonly Message[]) => Promise<void>;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #running: Promise<void> | undefined;

  constructor(commit: (messages: readonly Message[]) => Promise<void>) {
    this.#commit = commit;
  }

  /** Resolves when the messages' batch is committed; rejects as that commit does. */
  add(messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return Promise.resolve();
    const bytes = messages.reduce((sum, { value }) => sum + value.length + 1, 0);
    if (this.#waitingBytes + bytes > MOST_WAITING && this.#waiting.length > 0) throw new TransportBusyError(this.#waitingBytes);
    this.#waitingBytes += bytes;
    const added = new Promise<void>((resolve, reject) => this.#waiting.push({ messages, bytes, resolve, reject }));
    this.#running ??= this.#run();
    return added;
  }

  /** Resolves when nothing waits and no commit is under way. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    // What is added in the same turn of the event loop belongs into the first batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#take();
      try {
        await this.#commit(batch.flatMap(({ messages }) => messages));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#running = undefined;
  }

  #take(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const waiting of this.#waiting) {
      if (count > 0 && bytes + waiting.bytes > LARGEST_BATCH) break;
      bytes += waiting.bytes;
      count++;
    }
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, count);
  }
}
