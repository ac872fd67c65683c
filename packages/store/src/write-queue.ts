import type { DuckDBConnection } from "@duckdb/node-api";
import { HeaptideError, isHeaptideError } from "@heaptide/base";
import type { Observation } from "@heaptide/model";
import { ObservationBuffer } from "./buffer.ts";
import { type Database, firstLine, IN_MEMORY, isDiskFull, openDatabase } from "./database.ts";
import { type RecordChange, writeRecords } from "./records.ts";
import { type Keep, retain } from "./retention.ts";
import { ObservationWriter } from "./writer.ts";

/** How the writing goes. */
export interface StoreStatus {
  readonly path: string;
  readonly bufferedRows: number;
  /** Observations lost since the store was opened, because the buffer was full or the database refused them. */
  readonly dropped: number;
  /** Why nothing can be written at present; null while all is well. */
  readonly failure: HeaptideError | null;
  /** What could not be read when the store was opened, and where it lies now. */
  readonly movedAside: HeaptideError<"STORE_MOVED_ASIDE"> | null;
}

export interface WriteQueueOptions {
  readonly clock: () => number;
  readonly bufferedRows: number;
  /** Hears of every batch that reached the tables. */
  readonly onWritten: (batch: readonly Observation[]) => void;
}

/** A batch this big is not left waiting for the next second. */
const FLUSH_AT_ROWS = 20_000;

/**
 * The one way into the database: tasks that write run one after the other, observations wait in a bounded buffer, and after a failure the file is opened anew.
 */
export class WriteQueue {
  readonly #options: WriteQueueOptions;
  readonly #buffer: ObservationBuffer;
  #database: Database;
  #writer: ObservationWriter;
  #movedAside: StoreStatus["movedAside"];
  #failure: HeaptideError | null = null;
  #refused = 0;
  /** After a failed write DuckDB may refuse everything until the file is opened anew. */
  #isStale = false;
  #isClosed = false;
  /** Resolves when the file has been opened anew, or could not be. */
  #opened: Promise<void> = Promise.resolve();
  /** The last of the tasks. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(database: Database, writer: ObservationWriter, options: WriteQueueOptions) {
    this.#database = database;
    this.#writer = writer;
    this.#movedAside = database.movedAside;
    this.#options = options;
    this.#buffer = new ObservationBuffer(options.bufferedRows);
  }

  /** @throws STORE_LOCKED, STORE_TOO_NEW, STORE_UNUSABLE, DISK_FULL */
  static async open(path: string, options: WriteQueueOptions): Promise<WriteQueue> {
    const database = await openDatabase(path, options);
    return new WriteQueue(database, await ObservationWriter.create(database.writer), options);
  }

  get status(): StoreStatus {
    return {
      path: this.#database.path,
      bufferedRows: this.#buffer.rows,
      dropped: this.#buffer.dropped + this.#refused,
      failure: this.#failure,
      movedAside: this.#movedAside,
    };
  }

  /**
   * Asks the database as it is now: nobody keeps the connection, for the file may be opened anew.
   * @throws STORE_CLOSED
   */
  async ask<T>(question: (reader: DuckDBConnection) => Promise<T>): Promise<T> {
    await this.#opened;
    if (this.#isClosed) throw new HeaptideError("STORE_CLOSED", { path: this.#database.path });
    return this.#database.ask(question);
  }

  append(observations: Iterable<Observation>): void {
    this.#buffer.add(observations);
    if (this.#buffer.rows >= FLUSH_AT_ROWS && this.#failure === null) void this.tryFlush();
  }

  /** @throws DISK_FULL, STORE_WRITE_FAILED: what could not be written waits and is tried again */
  async flush(): Promise<void> {
    await this.#alone(async () => {
      const batch = this.#buffer.take();
      if (batch.length === 0) return;
      try {
        await this.#write(batch);
      } catch (error) {
        this.#buffer.giveBack(batch);
        throw error;
      }
    });
  }

  /** For those that go on without: the failure stands in `status`, the observations wait. */
  async tryFlush(): Promise<void> {
    await this.flush().catch((error: unknown) => {
      if (!isHeaptideError(error)) throw error;
    });
  }

  /** @throws DISK_FULL, STORE_WRITE_FAILED: nothing of these observations waits here */
  async keep(observations: readonly Observation[]): Promise<void> {
    if (observations.length > 0) await this.#alone(() => this.#write(observations));
  }

  /** @throws DISK_FULL, STORE_WRITE_FAILED: none of the changes is on the disk then */
  async keepRecords(changes: readonly RecordChange[]): Promise<void> {
    if (changes.length === 0) return;
    await this.#alone(async () => {
      try {
        await this.#ready();
        await writeRecords(this.#database.writer, changes);
      } catch (error) {
        this.#isStale = true;
        throw writeFailure(error, this.#database.path);
      }
    });
  }

  async retain(keep: Keep): Promise<void> {
    await this.#alone(async () => {
      await retain(this.#database.writer, keep, this.#options.clock());
      this.#writer.noteDropped();
    });
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      this.#isClosed = true;
      await this.#alone(() => this.#database.close());
    }
  }

  /** The failure stands in `status` until a write succeeds. */
  async #write(batch: readonly Observation[]): Promise<void> {
    try {
      await this.#writeOrSplit(await this.#ready(), batch);
      this.#failure = null;
    } catch (error) {
      this.#failure = writeFailure(error, this.#database.path);
      throw this.#failure;
    }
  }

  /** One observation that the database refuses must not hold up the others: the batch is halved until that one stands alone. */
  async #writeOrSplit(writer: ObservationWriter, batch: readonly Observation[]): Promise<void> {
    try {
      await writer.write(batch);
      this.#options.onWritten(batch);
    } catch (error) {
      const message = error instanceof Error ? error.message : "";
      if (isDiskFull(message) || isInvalidated(message)) {
        this.#isStale = true;
        throw error;
      }
      if (batch.length === 1) {
        this.#refused++;
        return;
      }
      const half = batch.length >> 1;
      await this.#writeOrSplit(writer, batch.slice(0, half));
      await this.#writeOrSplit(writer, batch.slice(half));
    }
  }

  async #ready(): Promise<ObservationWriter> {
    if (this.#isStale && this.#database.path !== IN_MEMORY) {
      const opening = this.#openAnew();
      this.#opened = opening.catch(() => undefined);
      await opening;
    }
    return this.#writer;
  }

  async #openAnew(): Promise<void> {
    await this.#database.close();
    this.#database = await openDatabase(this.#database.path, this.#options);
    this.#movedAside = this.#database.movedAside ?? this.#movedAside;
    this.#writer = await ObservationWriter.create(this.#database.writer);
    this.#isStale = false;
  }

  #alone<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

const isInvalidated = (message: string): boolean => /invalidated|FATAL Error|TransactionContext Error/i.test(message);

function writeFailure(error: unknown, path: string): HeaptideError {
  if (isHeaptideError(error)) return error;
  if (!(error instanceof Error)) throw error;
  const code = isDiskFull(error.message) ? "DISK_FULL" : "STORE_WRITE_FAILED";
  return new HeaptideError(code, { path, cause: firstLine(error.message) }, { cause: error });
}
