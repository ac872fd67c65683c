import { createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { constants, createZstdCompress, type ZstdCompress } from "node:zlib";
import { HeaptideError } from "@heaptide/base";
import type { Observation, Sample } from "@heaptide/model";
import { firstLine, isDiskFull } from "../database.ts";
import { type About, type Batch, COMPRESSION, type End, type Entry, MAGIC, SESSION_VERSION } from "./format.ts";
import { DifferenceEncoder } from "./snapshot-differences.ts";

/** What a killed recording loses at most; shorter costs size. */
const FLUSH_EVERY = 10_000;

/**
 * Writes a session while it is observed. `append()` never waits; what waits for the disk is bounded by what a run observes in the time that the disk
 * needs, some kilobytes a second.
 */
export class SessionWriter {
  readonly path: string;
  readonly #packed: ZstdCompress;
  readonly #file: Writable;
  readonly #differences = new DifferenceEncoder();
  #batches = 0;
  #flushedAt: number;
  #failure: Error | null = null;

  private constructor(path: string, file: Writable, about: About) {
    this.path = path;
    this.#file = file;
    this.#packed = createZstdCompress({ params: COMPRESSION });
    this.#flushedAt = about.recordedFrom;
    for (const stream of [this.#file, this.#packed]) stream.on("error", (error) => (this.#failure ??= error));
    this.#file.write(`${MAGIC}${SESSION_VERSION}\n`);
    this.#packed.pipe(this.#file);
    this.#line(about);
  }

  /** @throws STORE_UNUSABLE if the file exists, for a session is never overwritten, or cannot be made */
  static async create(path: string, about: About): Promise<SessionWriter> {
    const file = resolve(path);
    try {
      const handle = await open(file, "wx");
      return new SessionWriter(file, createWriteStream(file, { fd: handle }), about);
    } catch (error) {
      const exists = (error as NodeJS.ErrnoException).code === "EEXIST";
      throw exists ? new HeaptideError("STORE_UNUSABLE", { path: file, cause: "the file exists already" }) : writeFailure(error, file);
    }
  }

  /** @param at when they arrived, milliseconds since the epoch */
  append(observations: readonly Observation[], at: number): void {
    if (observations.length === 0 || this.#failure) return;
    const batch: Batch = { at, seen: this.#entriesOf(observations) };
    this.#batches++;
    this.#line(batch);
    if (at - this.#flushedAt < FLUSH_EVERY) return;
    this.#flushedAt = at;
    this.#packed.flush(constants.ZSTD_e_flush);
  }

  /** @throws DISK_FULL, STORE_UNUSABLE: what was written until then can be read */
  async close(): Promise<void> {
    const end: End = { end: this.#batches };
    this.#line(end);
    if (!this.#failure) this.#packed.end();
    else this.#file.destroy();
    await finished(this.#file).catch((error: Error) => (this.#failure ??= error));
    if (this.#failure) throw writeFailure(this.#failure, this.path);
  }

  #line(value: About | Batch | End): void {
    if (!this.#failure) this.#packed.write(`${JSON.stringify(value)}\n`);
  }

  #entriesOf(observations: readonly Observation[]): Entry[] {
    const entries: Entry[] = [];
    for (const observation of observations) {
      if (observation.type === "snapshot") entries.push(this.#differences.encode(observation));
      else if (observation.type === "sample") addSample(entries, observation);
      else entries.push(observation);
    }
    return entries;
  }
}

/** A sample joins the entry before it if it is of the same incarnation and time, and no second value of its measure. */
function addSample(entries: Entry[], { at, incarnation, measure, value }: Sample): void {
  const last = entries.at(-1);
  if (last?.type === "samples" && last.at === at && last.incarnation === incarnation && !(measure in last.values)) {
    entries[entries.length - 1] = { ...last, values: { ...last.values, [measure]: value } };
  } else entries.push({ type: "samples", at, incarnation, values: { [measure]: value } });
}

function writeFailure(error: unknown, path: string): unknown {
  if (!(error instanceof Error)) return error;
  const cause = firstLine(error.message);
  return new HeaptideError(isDiskFull(cause) ? "DISK_FULL" : "STORE_UNUSABLE", { path, cause }, { cause: error });
}
