import { HeaptideError, isHeaptideError } from "@heaptide/base";
import type {
  AllocationsSeen,
  ChangeSeen,
  CostSeen,
  GapSeen,
  History,
  Incarnation,
  JobSeen,
  LogPattern,
  Measure,
  Observation,
  ProbeState,
  ProcessIdentity,
  SnapshotColumns,
  SnapshotKind,
} from "@heaptide/model";
import { ObservationBuffer } from "./buffer.ts";
import { type LogText, readTexts } from "./log-texts.ts";
import { type Database, firstLine, IN_MEMORY, isDiskFull, openDatabase } from "./database.ts";
import { readRecords, type RecordChange, type RecordKind, type StoredRecord, writeRecords } from "./records.ts";
import { readChanges, readGaps, readPatterns, readProbeStates } from "./read/events.ts";
import { type PatternCount, readPatternCounts, readPatternFrames } from "./read/pattern-counts.ts";
import { readCosts, readDumps, readHistory, readIdentities, readIncarnations, readJobList, type Span } from "./read/history.ts";
import { readThinned, readThinnedCounters, type ThinnedCounter, type ThinnedSeries } from "./read/series.ts";
import { readSnapshots } from "./read/snapshots.ts";
import { type Line, LineKeeper } from "./read/lines.ts";
import { type LastLooks, readLastLooks } from "./read/looks.ts";
import { readObservedSpan } from "./read/span.ts";
import { type Keep, retain } from "./retention.ts";
import { ObservationWriter } from "./writer.ts";

export interface StoreOptions {
  /** Now, milliseconds since the epoch. */
  readonly clock?: () => number;
  /** Rows that may wait in memory. 200,000 are some 30 MB, or an hour of one TaskManager with the disk full. */
  readonly bufferedRows?: number;
  /** Write at the latest after so many milliseconds; 0: only when `flush()` is called. */
  readonly flushEvery?: number;
}

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

/** A batch this big is not left waiting for the next second. */
const FLUSH_AT_ROWS = 20_000;
const ALL_TIME: Span = { from: 0, to: Number.MAX_SAFE_INTEGER };

/**
 * The memory of what was observed: one DuckDB file with one writer, or nothing but memory.
 *
 * `append()` never waits and never fails; observations reach the disk within a second. Whoever must know that they did awaits `flush()`: what it has
 * acknowledged survives a killed process. Questions are answered with everything appended before them.
 * @throws STORE_LOCKED, STORE_TOO_NEW, STORE_UNUSABLE, DISK_FULL
 */
export async function openStore(path: string, options: StoreOptions = {}): Promise<Store> {
  const { clock = Date.now, bufferedRows = 200_000, flushEvery = 1000 } = options;
  const database = await openDatabase(path, { clock });
  const writer = await ObservationWriter.create(database.writer);
  return new Store(database, writer, { clock, bufferedRows, flushEvery });
}

export class Store {
  readonly #clock: () => number;
  readonly #buffer: ObservationBuffer;
  #movedAside: StoreStatus["movedAside"];
  readonly #timer: NodeJS.Timeout | null;
  #database: Database;
  #writer: ObservationWriter;
  readonly #lines = new LineKeeper();
  #failure: HeaptideError | null = null;
  #refused = 0;
  /** The last of the writing tasks: they run one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(database: Database, writer: ObservationWriter, options: Required<StoreOptions>) {
    this.#database = database;
    this.#writer = writer;
    this.#movedAside = database.movedAside;
    this.#clock = options.clock;
    this.#buffer = new ObservationBuffer(options.bufferedRows);
    this.#timer = options.flushEvery > 0 ? setInterval(() => void this.#tryFlush(), options.flushEvery).unref() : null;
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

  append(observations: Iterable<Observation>): void {
    this.#buffer.add(observations);
    if (this.#buffer.rows >= FLUSH_AT_ROWS && this.#failure === null) void this.#tryFlush();
  }

  /**
   * Resolves when everything appended before is on the disk.
   * @throws DISK_FULL, STORE_WRITE_FAILED: what could not be written waits and is tried again
   */
  async flush(): Promise<void> {
    await this.#alone(async () => {
      const batch = this.#buffer.take();
      if (batch.length > 0) await this.#write(batch);
    });
  }

  /**
   * Writes these observations by themselves and resolves when they are on the disk. If it rejects, whoever sent them has to send them again: nothing of them waits here, so
   * that memory does not grow with what others send.
   * @throws DISK_FULL, STORE_WRITE_FAILED
   */
  async keep(observations: readonly Observation[]): Promise<void> {
    if (observations.length === 0) return;
    await this.#alone(async () => {
      try {
        await this.#writeOrSplit(await this.#ready(), observations);
        this.#failure = null;
      } catch (error) {
        this.#failure = writeFailure(error, this.#database.path);
        throw this.#failure;
      }
    });
  }

  /**
   * Everything observed in the span; by default, from the first to the last observation.
   * @param query `mostSnapshots`: of each incarnation and kind; of more, so many are chosen evenly, the last one always
   */
  async history(query: Partial<Span> & { readonly mostSnapshots?: number } = {}): Promise<History> {
    await this.#tryFlush();
    const observed = (await readObservedSpan(this.#database.reader)) ?? { from: this.#clock(), to: this.#clock() };
    return readHistory(
      this.#database.reader,
      { from: Math.max(query.from ?? observed.from, observed.from), to: query.to ?? observed.to },
      query.mostSnapshots ?? Infinity,
    );
  }

  /** From the first to the last observation; null where nothing was observed yet. */
  async observedSpan(): Promise<Span | null> {
    await this.#tryFlush();
    return readObservedSpan(this.#database.reader);
  }

  async processes(): Promise<{ process: ProcessIdentity; incarnations: Incarnation[] }[]> {
    await this.#tryFlush();
    const incarnations = await readIncarnations(this.#database.reader, ALL_TIME);
    const identities = await readIdentities(this.#database.reader);
    return identities.map((process) => ({ process, incarnations: incarnations.filter((one) => one.process === process.key) }));
  }

  async series(incarnation: string, measure: Measure, span: Span, points: number): Promise<ThinnedSeries> {
    await this.#tryFlush();
    return readThinned(this.#database.reader, incarnation, measure, span, points);
  }

  /** One measure of every life that has it, by incarnation, at a glance. */
  async linesOfAll(measure: Measure, span: Span, points: number): Promise<ReadonlyMap<string, Line>> {
    await this.#tryFlush();
    return this.#lines.read(this.#database.reader, measure, span, points);
  }

  /** What went through the operators of every job. */
  async counters(span: Span, points: number): Promise<ThinnedCounter[]> {
    await this.#tryFlush();
    return readThinnedCounters(this.#database.reader, span, points);
  }

  /** Class histograms of one incarnation; `null` where there are none in the span. */
  async snapshots(incarnation: string, kind: SnapshotKind, span: Span): Promise<SnapshotColumns | null> {
    await this.#tryFlush();
    return (await readSnapshots(this.#database.reader, kind, span, { incarnation })).get(incarnation) ?? null;
  }

  async jobs(span: Span = ALL_TIME): Promise<JobSeen["job"][]> {
    await this.#tryFlush();
    return readJobList(this.#database.reader, span);
  }

  /** Log patterns with the times of their lines in the span. */
  async patterns(span: Span): Promise<LogPattern[]> {
    await this.#tryFlush();
    return readPatterns(this.#database.reader, span);
  }

  /** Some lines of a pattern as they were written, the latest first. */
  async logTexts(incarnation: string, pattern: string, span: Span): Promise<LogText[]> {
    await this.#tryFlush();
    return readTexts(this.#database.reader, incarnation, pattern, span);
  }

  /** Gaps that overlap the span. */
  async gaps(span: Span): Promise<GapSeen[]> {
    await this.#tryFlush();
    return readGaps(this.#database.reader, span);
  }

  /** What each look cost, by incarnation, ascending by time. */
  async costs(span: Span): Promise<ReadonlyMap<string, CostSeen[]>> {
    await this.#tryFlush();
    return readCosts(this.#database.reader, span);
  }

  /** The dumps of its recordings that are kept, by incarnation, ascending by time. */
  async allocations(span: Span): Promise<ReadonlyMap<string, AllocationsSeen[]>> {
    await this.#tryFlush();
    return readDumps(this.#database.reader, span);
  }

  async changes(span: Span = ALL_TIME): Promise<ChangeSeen[]> {
    await this.#tryFlush();
    return readChanges(this.#database.reader, span);
  }

  /** When each life that is not over was last sampled, counted and recorded. */
  async lastLooks(): Promise<LastLooks[]> {
    await this.#tryFlush();
    return readLastLooks(this.#database.reader);
  }

  /** The present state of each probe that has ever reported one. */
  async probeStates(): Promise<ProbeState[]> {
    await this.#tryFlush();
    return readProbeStates(this.#database.reader, ALL_TIME);
  }

  /** Lines that were counted, not told one by one, by pattern; the most frequent first. */
  async patternCounts(span: Span): Promise<PatternCount[]> {
    await this.#tryFlush();
    return readPatternCounts(this.#database.reader, span);
  }

  /** Where the exceptions of patterns were thrown, by incarnation and id with a blank between. */
  async patternFrames(): Promise<ReadonlyMap<string, string>> {
    await this.#tryFlush();
    return readPatternFrames(this.#database.reader);
  }

  /** The latest first. */
  records(kind: RecordKind): Promise<StoredRecord[]> {
    return readRecords(this.#database.reader, kind);
  }

  /**
   * Resolves when all changes are on the disk; none of them is if it rejects.
   * @throws DISK_FULL, STORE_WRITE_FAILED
   */
  async keepRecords(changes: readonly RecordChange[]): Promise<void> {
    if (changes.length === 0) return;
    await this.#alone(async () => {
      try {
        await this.#ready();
        await writeRecords(this.#database.writer, changes);
      } catch (error) {
        this.#writerIsStale = true;
        throw writeFailure(error, this.#database.path);
      }
    });
  }

  /** Drops what is older or more than is to be kept. */
  async retain(keep: Keep): Promise<void> {
    await this.#alone(async () => {
      await retain(this.#database.writer, keep, this.#clock());
      this.#writer.noteDropped();
    });
  }

  /** Writes what waits, and closes the file. A failure of the last write is thrown after the file is closed. */
  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    try {
      await this.flush();
    } finally {
      await this.#alone(async () => this.#database.close());
    }
  }

  /** For those that go on without: the failure stands in `status`, the observations wait. */
  async #tryFlush(): Promise<void> {
    await this.flush().catch((error: unknown) => {
      if (!isHeaptideError(error)) throw error;
    });
  }

  async #write(batch: readonly Observation[]): Promise<void> {
    try {
      await this.#ready().then((writer) => this.#writeOrSplit(writer, batch));
      this.#failure = null;
    } catch (error) {
      this.#buffer.giveBack(batch);
      this.#failure = writeFailure(error, this.#database.path);
      throw this.#failure;
    }
  }

  /** One observation that the database refuses must not hold up the others: the batch is halved until that one stands alone. */
  async #writeOrSplit(writer: ObservationWriter, batch: readonly Observation[]): Promise<void> {
    try {
      await writer.write(batch);
      this.#lines.noteWritten(batch.reduce((oldest, { type, at }) => (type === "sample" ? Math.min(oldest, at) : oldest), Infinity));
    } catch (error) {
      const message = error instanceof Error ? error.message : "";
      if (isDiskFull(message) || isInvalidated(message)) {
        this.#writerIsStale = true;
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

  /** After a failed write DuckDB may refuse everything until the file is opened anew. */
  #writerIsStale = false;

  async #ready(): Promise<ObservationWriter> {
    if (this.#writerIsStale && this.#database.path !== IN_MEMORY) {
      this.#database.close();
      this.#database = await openDatabase(this.#database.path, { clock: this.#clock });
      this.#movedAside = this.#database.movedAside ?? this.#movedAside;
      this.#writer = await ObservationWriter.create(this.#database.writer);
      this.#writerIsStale = false;
    }
    return this.#writer;
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
