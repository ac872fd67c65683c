import type { FlinkClient, FlinkProcess } from "./client.ts";

export interface LogTailOptions {
  /** One of `FlinkClient.logFiles`; by default the JVM's own log. */
  readonly file?: string;
  /** Most bytes that one poll gives out. The first poll gives the end of the log, later ones go on where the last one stopped. */
  readonly limit?: number;
}

export interface LogText {
  /** Whole lines and the beginning of the last one, as they were written since the last poll. */
  readonly text: string;
  /** The text does not follow on what was given out before: first look in the middle of a log, or the log was rotated or truncated. */
  readonly gap: boolean;
}

/** By so much of its beginning a log is recognised. The first lines hold the time of the start. */
const HEAD = 256;

/**
 * The growing end of a log by REST, a poll at a time, for a reader of lines.
 *
 * Flink serves a log only from its first byte and knows no ranges, and a TaskManager's passes through the JobManager; so nothing is fetched while the
 * list of files says that no size changed, and beyond what is needed nothing is read. A large log that grows is costly: where the
 * log's file can be read, read that instead.
 *
 * A log shorter than before, or with another beginning, was rotated or truncated: reading starts anew at its beginning; what stood in the old
 * file beyond the last poll is in a rotated file and not read.
 */
export class LogTail {
  readonly #client: FlinkClient;
  readonly #process: FlinkProcess;
  readonly #file: string | null;
  readonly #limit: number;
  #decoder = new TextDecoder();
  #offset: number | undefined;
  #head: Buffer = Buffer.alloc(0);
  #listed = "";
  #behind = false;

  constructor(client: FlinkClient, process: FlinkProcess, options: LogTailOptions = {}) {
    this.#client = client;
    this.#process = process;
    this.#file = options.file ?? null;
    this.#limit = options.limit ?? 1024 * 1024;
  }

  /** @throws the errors of `FlinkClient`; RESOURCE_GONE when the TaskManager or the file is gone. The next poll goes on where this one began. */
  async poll(): Promise<LogText> {
    const files = await this.#client.logFiles(this.#process);
    const listed = files.map(({ name, size, mtime }) => `${name}:${size}:${mtime}`).join();
    if (listed === this.#listed && !this.#behind) return { text: "", gap: false };

    const first = this.#offset === undefined;
    let seen = await this.#fetch(this.#offset ?? null);
    const rotated = !first && (seen.length < this.#offset! || !seen.head.subarray(0, this.#head.length).equals(this.#head));
    if (rotated) seen = await this.#fetch(0);

    const gap = rotated || (first && seen.from > 0);
    if (gap) this.#decoder = new TextDecoder();
    this.#listed = listed;
    this.#head = seen.head;
    this.#offset = seen.from + seen.bytes.length;
    // The JobManager answers a TaskManager's log from a cache for some seconds: then it is not as long as the list says.
    const fresh = files.some(({ name, size }) => size === seen.length && (this.#file ?? name) === name);
    this.#behind = this.#offset < seen.length || !fresh;
    return { text: this.#decoder.decode(seen.bytes, { stream: true }), gap };
  }

  /** Reads `limit` bytes from an offset, or for null the last ones; always also the head. `length`: of the log, as far as it is known. */
  async #fetch(from: number | null): Promise<{ from: number; bytes: Buffer; head: Buffer; length: number }> {
    const kept: Buffer[] = [];
    let size = 0;
    let head: Buffer = Buffer.alloc(0);
    let position = 0;
    const announced = await this.#client.readLog(this.#process, this.#file, (chunk) => {
      if (head.length < HEAD) head = Buffer.concat([head, chunk]).subarray(0, HEAD);
      const wanted = from === null ? chunk : chunk.subarray(Math.max(0, from - position), Math.max(0, from + this.#limit - position));
      position += chunk.length;
      kept.push(wanted);
      size += wanted.length;
      // For the end of a log all but the last bytes can go as they come.
      while (from === null && size - kept[0]!.length >= this.#limit) size -= kept.shift()!.length;
      return from === null || position < from + this.#limit;
    });
    const bytes = Buffer.concat(kept);
    const tail = from === null ? bytes.subarray(Math.max(0, bytes.length - this.#limit)) : bytes;
    return { from: from ?? position - tail.length, bytes: tail, head, length: Math.max(announced ?? 0, position) };
  }
}
