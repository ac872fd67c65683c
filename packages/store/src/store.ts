import type { DuckDBConnection } from "@duckdb/node-api";
import type {
  AllocationsSeen,
  ChangeSeen,
  CostSeen,
  GapSeen,
  History,
  HistoryInParts,
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
import { type LogText, readTexts } from "./log-texts.ts";
import { readChanges, readGaps, readPatterns, readProbeStates } from "./read/events.ts";
import {
  readCosts,
  readDumps,
  readIdentities,
  readIncarnations,
  readOutline,
  readPart,
  type ReadOutline,
  type Span,
} from "./read/history.ts";
import { readJobList } from "./read/jobs.ts";
import { type Line, LineKeeper } from "./read/lines.ts";
import { type LastLooks, LookKeeper } from "./read/looks.ts";
import { type PatternCount, readPatternCounts, readPatternFrames } from "./read/pattern-counts.ts";
import { type LifeSeries, readThinned, readThinnedCounters, type ThinnedCounter, type ThinnedSeries } from "./read/series.ts";
import { readSnapshots } from "./read/snapshots.ts";
import { readObservedSpan } from "./read/span.ts";
import { readRecords, type RecordChange, type RecordKind, type StoredRecord } from "./records.ts";
import type { Keep } from "./retention.ts";
import { type StoreStatus, WriteQueue } from "./write-queue.ts";

export interface StoreOptions {
  /** Now, milliseconds since the epoch. */
  readonly clock?: () => number;
  /** Rows that may wait in memory. 200,000 are some 30 MB, or an hour of one TaskManager with the disk full. */
  readonly bufferedRows?: number;
  /** Write at the latest after so many milliseconds; 0: only when `flush()` is called. */
  readonly flushEvery?: number;
}

export interface HistoryQuery extends Partial<Span> {
  readonly mostSnapshots?: number;
}

export interface ProcessWithLives {
  readonly process: ProcessIdentity;
  /** Ascending by start. */
  readonly incarnations: Incarnation[];
}

/** A day of so many at 10 s is some 16 MB. */
const PROCESSES_AT_A_TIME = 8;

const NOTHING = new Float64Array(0);

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
  const kept = { lines: new LineKeeper(), looks: new LookKeeper() };
  const onWritten = (batch: readonly Observation[]) => Object.values(kept).forEach((keeper) => keeper.noteWritten(batch));
  const written = await WriteQueue.open(path, { clock, bufferedRows, onWritten });
  return new Store(written, kept, { clock, flushEvery });
}

/** What is kept of earlier answers. */
interface Kept {
  readonly lines: LineKeeper;
  readonly looks: LookKeeper;
}

export class Store {
  readonly #clock: () => number;
  readonly #written: WriteQueue;
  readonly #kept: Kept;
  readonly #timer: NodeJS.Timeout | null;

  constructor(written: WriteQueue, kept: Kept, { clock, flushEvery }: { clock: () => number; flushEvery: number }) {
    this.#written = written;
    this.#kept = kept;
    this.#clock = clock;
    this.#timer = flushEvery > 0 ? setInterval(() => void written.tryFlush(), flushEvery).unref() : null;
  }

  get status(): StoreStatus {
    return this.#written.status;
  }

  append(observations: Iterable<Observation>): void {
    this.#written.append(observations);
  }

  /**
   * Resolves when everything appended before is on the disk.
   * @throws DISK_FULL, STORE_WRITE_FAILED: what could not be written waits and is tried again
   */
  flush(): Promise<void> {
    return this.#written.flush();
  }

  /**
   * Writes these observations by themselves and resolves when they are on the disk. If it rejects, whoever sent them has to send them again: nothing of them waits here, so
   * that memory does not grow with what others send.
   * @throws DISK_FULL, STORE_WRITE_FAILED
   */
  keep(observations: readonly Observation[]): Promise<void> {
    return this.#written.keep(observations);
  }

  /**
   * Resolves when all changes are on the disk; none of them is if it rejects.
   * @throws DISK_FULL, STORE_WRITE_FAILED
   */
  keepRecords(changes: readonly RecordChange[]): Promise<void> {
    return this.#written.keepRecords(changes);
  }

  /** Drops what is older or more than is to be kept. */
  retain(keep: Keep): Promise<void> {
    return this.#written.retain(keep);
  }

  /** Writes what waits, answers what was asked, and closes the file: questions that come later throw STORE_CLOSED. A failure of the last write is thrown after the file is closed. */
  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#written.close();
  }

  /**
   * Everything observed in the span; by default, from the first to the last observation.
   * @param query `mostSnapshots`: of each incarnation and kind; of more, so many are chosen evenly, the last one always
   */
  history(query: HistoryQuery = {}): Promise<History> {
    return this.#ask(async (reader) => {
      const outline = await this.#outline(reader, query);
      return readPart(reader, outline, outline.processes, query.mostSnapshots ?? Infinity);
    });
  }

  /**
   * The same, of which only so many processes stand in memory at a time: each part is read when it is asked for. Its span is that of the outline, whatever was observed since.
   * @param query `processes`: of each part, 8 unless told otherwise
   */
  async historyInParts(query: HistoryQuery & { readonly processes?: number } = {}): Promise<HistoryInParts> {
    const { processes = PROCESSES_AT_A_TIME, mostSnapshots = Infinity } = query;
    const outline = await this.#ask((reader) => this.#outline(reader, query));
    const ask = (some: ReadOutline["processes"]) => this.#ask((reader) => readPart(reader, outline, some, mostSnapshots));
    async function* parts(): AsyncGenerator<History> {
      for (let first = 0; first < outline.processes.length; first += processes) {
        yield await ask(outline.processes.slice(first, first + processes));
      }
    }
    return { outline, parts: parts() };
  }

  async #outline(reader: DuckDBConnection, query: HistoryQuery): Promise<ReadOutline> {
    const observed = (await readObservedSpan(reader)) ?? { from: this.#clock(), to: this.#clock() };
    return readOutline(reader, { from: Math.max(query.from ?? observed.from, observed.from), to: query.to ?? observed.to });
  }

  /** From the first to the last observation; null where nothing was observed yet. */
  observedSpan(): Promise<Span | null> {
    return this.#ask(readObservedSpan);
  }

  processes(): Promise<ProcessWithLives[]> {
    return this.#processes(null);
  }

  /** By its key; null where there is none of it. */
  async process(key: string): Promise<ProcessWithLives | null> {
    return (await this.#processes(key))[0] ?? null;
  }

  #processes(key: string | null): Promise<ProcessWithLives[]> {
    return this.#ask(async (reader) => {
      const incarnations = Map.groupBy(await readIncarnations(reader, ALL_TIME, key), ({ process }) => process);
      const identities = await readIdentities(reader, key);
      return identities.map((process) => ({ process, incarnations: incarnations.get(process.key) ?? [] }));
    });
  }

  /** One measure of one life; empty where it was not sampled. */
  async series(incarnation: string, measure: Measure, span: Span, points: number): Promise<ThinnedSeries> {
    const [found] = await this.seriesOf([incarnation], [measure], span, points);
    return found ?? { at: NOTHING, min: NOTHING, max: NOTHING, last: NOTHING };
  }

  /** Several measures of several lives at once: those that were sampled; none of no lives. */
  async seriesOf(incarnations: readonly string[], measures: readonly Measure[], span: Span, points: number): Promise<LifeSeries[]> {
    // A list of names without a name has no type.
    if (incarnations.length === 0 || measures.length === 0) return [];
    return this.#ask((reader) => readThinned(reader, incarnations, measures, span, points));
  }

  /** One measure of every life that has it, by incarnation, at a glance. */
  linesOfAll(measure: Measure, span: Span, points: number): Promise<ReadonlyMap<string, Line>> {
    return this.#ask((reader) => this.#kept.lines.read(reader, measure, span, points));
  }

  /** What went through the operators of every job. */
  counters(span: Span, points: number): Promise<ThinnedCounter[]> {
    return this.#ask((reader) => readThinnedCounters(reader, span, points));
  }

  /** Class histograms of one incarnation; `null` where there are none in the span. */
  snapshots(incarnation: string, kind: SnapshotKind, span: Span): Promise<SnapshotColumns | null> {
    return this.#ask(async (reader) => (await readSnapshots(reader, kind, span, { incarnations: [incarnation] })).get(incarnation) ?? null);
  }

  jobs(span: Span = ALL_TIME): Promise<JobSeen["job"][]> {
    return this.#ask((reader) => readJobList(reader, span));
  }

  /** Log patterns with the times of their lines in the span. */
  patterns(span: Span): Promise<LogPattern[]> {
    return this.#ask((reader) => readPatterns(reader, span));
  }

  /** Some lines of a pattern as they were written, the latest first. */
  logTexts(incarnation: string, pattern: string, span: Span): Promise<LogText[]> {
    return this.#ask((reader) => readTexts(reader, incarnation, pattern, span));
  }

  /** Gaps that overlap the span. */
  gaps(span: Span): Promise<GapSeen[]> {
    return this.#ask((reader) => readGaps(reader, span));
  }

  /** What each look cost, by incarnation, ascending by time. */
  costs(span: Span): Promise<ReadonlyMap<string, CostSeen[]>> {
    return this.#ask((reader) => readCosts(reader, span));
  }

  /** The dumps of its recordings that are kept, by incarnation, ascending by time. */
  allocations(span: Span): Promise<ReadonlyMap<string, AllocationsSeen[]>> {
    return this.#ask((reader) => readDumps(reader, span));
  }

  changes(span: Span = ALL_TIME): Promise<ChangeSeen[]> {
    return this.#ask((reader) => readChanges(reader, span));
  }

  /** When each life that is not over was last sampled, counted and recorded. */
  lastLooks(): Promise<LastLooks[]> {
    return this.#ask((reader) => this.#kept.looks.read(reader));
  }

  /** The present state of each probe that has ever reported one. */
  probeStates(): Promise<ProbeState[]> {
    return this.#ask((reader) => readProbeStates(reader, ALL_TIME));
  }

  /** Lines that were counted, not told one by one, by pattern; the most frequent first. */
  patternCounts(span: Span): Promise<PatternCount[]> {
    return this.#ask((reader) => readPatternCounts(reader, span));
  }

  /** Where the exceptions of patterns were thrown, by incarnation and id with a blank between. */
  patternFrames(): Promise<ReadonlyMap<string, string>> {
    return this.#ask(readPatternFrames);
  }

  /** The latest first. */
  records(kind: RecordKind): Promise<StoredRecord[]> {
    return this.#written.ask((reader) => readRecords(reader, kind));
  }

  /** Questions are answered with everything appended before them, as far as it can be written. */
  async #ask<T>(question: (reader: DuckDBConnection) => Promise<T>): Promise<T> {
    await this.#written.tryFlush();
    return this.#written.ask(question);
  }
}
