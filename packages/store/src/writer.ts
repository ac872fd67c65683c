import type { DuckDBConnection } from "@duckdb/node-api";
import type { LogCounted, LogSeen, Observation, SnapshotTaken } from "@heaptide/model";
import { BulkWriter } from "./bulk.ts";
import { dropOldTexts, LogTexts } from "./log-texts.ts";
import { dropRepeatedDumps, insertDump } from "./dumps.ts";
import { BULK_TABLES } from "./schema.ts";
import { ClassDictionary, SnapshotEncoder } from "./snapshots.ts";
import { endIncarnation, insertChange, insertCode, upsertGap, upsertJob, upsertPattern, upsertProcess } from "./upserts.ts";

type Rows = Record<keyof typeof BULK_TABLES, (string | number | null)[][]>;
type Writers = Record<keyof typeof BULK_TABLES, BulkWriter>;

type PatternMention = LogSeen | LogCounted;
const GATHERED = ["sample", "count", "cost", "probe", "census", "checkpoint", "log", "log-count"] as const;
type RareObservation = Exclude<Observation, { readonly type: (typeof GATHERED)[number] }>;

const isRare = (observation: Observation): observation is RareObservation => !GATHERED.some((type) => type === observation.type);

const MOST_PATTERNS = 50_000;

/** A busy pattern is written once a batch: its latest template, and the first of its lines. */
function notePattern(patterns: Map<string, PatternMention>, mention: PatternMention): void {
  const key = `${mention.incarnation}\n${mention.patternId}`;
  const first = patterns.get(key);
  patterns.set(key, first ? { ...mention, message: first.message } : mention);
}

/** Gathers what grows with time, as rows of its tables. @returns what is rare, and has to be written by itself; null where nothing is left to do */
function gather(observation: Observation, rows: Rows, patterns: Map<string, PatternMention>): RareObservation | null {
  if (isRare(observation)) return observation;
  switch (observation.type) {
    case "sample":
      rows.sample.push([observation.incarnation, observation.measure, observation.at, observation.value]);
      return null;
    case "count": {
      const { job, vertex, operator, counter, at, value } = observation;
      rows.operatorCount.push([job, vertex, operator, counter, at, value]);
      return null;
    }
    case "cost":
      rows.cost.push([observation.incarnation, observation.probe, observation.at, observation.pause]);
      return null;
    case "probe":
      rows.probeState.push([
        observation.incarnation ?? "",
        observation.probe,
        observation.at,
        observation.code,
        observation.cause,
        observation.next,
      ]);
      return null;
    case "census": {
      const { incarnation, of, at } = observation;
      for (const { name, value } of observation.groups) rows.census.push([incarnation, of, name, at, value]);
      return null;
    }
    case "checkpoint": {
      const { job, id, at } = observation;
      const sizes = [{ vertex: "", bytes: observation.bytes }, ...observation.vertices];
      for (const { vertex, bytes } of sizes) rows.checkpointSize.push([job, vertex, id, at, bytes]);
      return null;
    }
    case "log":
      rows.logLine.push([observation.incarnation, observation.patternId, observation.at, observation.ordinal ?? 0]);
      notePattern(patterns, observation);
      return null;
    case "log-count": {
      const { incarnation, patternId, at, batch, lines } = observation;
      rows.logCount.push([incarnation, patternId, at, batch, lines]);
      notePattern(patterns, observation);
      return null;
    }
  }
}

/**
 * Puts batches of observations into the tables, each batch in one transaction: all of it is stored, or nothing. Every statement is idempotent, so that a
 * fact that arrives twice, or a batch that is written again after a failure, leaves one fact.
 */
export class ObservationWriter {
  readonly #connection: DuckDBConnection;
  readonly #bulk: Writers;
  readonly #dictionary: ClassDictionary;
  readonly #snapshots: SnapshotEncoder;
  #nextSnapshot: number;
  /** Templates as they stand on the disk: a busy pattern is told of in every batch, and hardly ever changes. */
  readonly #patterns = new Map<string, string>();

  private constructor(connection: DuckDBConnection, bulk: Writers, dictionary: ClassDictionary, nextSnapshot: number) {
    this.#connection = connection;
    this.#bulk = bulk;
    this.#dictionary = dictionary;
    this.#snapshots = new SnapshotEncoder(dictionary);
    this.#nextSnapshot = nextSnapshot;
  }

  static async create(connection: DuckDBConnection): Promise<ObservationWriter> {
    const names = await connection.runAndReadAll("SELECT id, name FROM class_name ORDER BY id");
    const dictionary = new ClassDictionary(names.getRows().map(([id, name]) => [Number(id), String(name)] as const));
    const last = await connection.runAndReadAll("SELECT coalesce(max(id), -1) FROM snapshot");
    const bulk: Writers = {
      sample: await BulkWriter.create(connection, BULK_TABLES.sample),
      operatorCount: await BulkWriter.create(connection, BULK_TABLES.operatorCount),
      logLine: await BulkWriter.create(connection, BULK_TABLES.logLine),
      logText: await BulkWriter.create(connection, BULK_TABLES.logText),
      logCount: await BulkWriter.create(connection, BULK_TABLES.logCount),
      cost: await BulkWriter.create(connection, BULK_TABLES.cost),
      probeState: await BulkWriter.create(connection, BULK_TABLES.probeState),
      census: await BulkWriter.create(connection, BULK_TABLES.census),
      checkpointSize: await BulkWriter.create(connection, BULK_TABLES.checkpointSize),
    };
    return new ObservationWriter(connection, bulk, dictionary, Number(last.getRows()[0]![0]) + 1);
  }

  /** Call when something was dropped from the tables. */
  noteDropped(): void {
    this.#patterns.clear();
  }

  async write(batch: readonly Observation[]): Promise<void> {
    const nextSnapshot = this.#nextSnapshot;
    await this.#connection.run("BEGIN");
    try {
      await this.#writeAll(batch);
      await this.#connection.run("COMMIT");
      this.#dictionary.settle();
    } catch (error) {
      this.#snapshots.forget();
      this.#patterns.clear();
      this.#nextSnapshot = nextSnapshot;
      // The first error is the one that tells; a connection that cannot even roll back is replaced by the store.
      await this.#connection.run("ROLLBACK").catch(() => undefined);
      throw error;
    }
  }

  async #writeAll(batch: readonly Observation[]): Promise<void> {
    const rows: Rows = {
      sample: [],
      operatorCount: [],
      logLine: [],
      logText: [],
      logCount: [],
      cost: [],
      probeState: [],
      census: [],
      checkpointSize: [],
    };
    const patterns = new Map<string, PatternMention>();
    const texts = new LogTexts();
    for (const observation of batch) {
      const rare = gather(observation, rows, patterns);
      if (rare !== null) await this.#writeRare(rare);
      if (observation.type === "log") texts.note(observation);
    }
    rows.logText = texts.rows();
    await this.#writePatterns(patterns);
    for (const table of Object.keys(rows) as (keyof Rows)[]) await this.#bulk[table].write(rows[table]);
    if (rows.logText.length > 0) await dropOldTexts(this.#connection);
    await this.#writeDictionary();
    const dumped = new Set(batch.flatMap((one) => (one.type === "allocations" ? [one.incarnation] : [])));
    for (const incarnation of dumped) await dropRepeatedDumps(this.#connection, incarnation);
  }

  async #writePatterns(mentions: ReadonlyMap<string, PatternMention>): Promise<void> {
    for (const [key, mention] of mentions) {
      if (this.#patterns.get(key) === mention.pattern) continue;
      await upsertPattern(this.#connection, mention);
      // Only a hint, so that a bound may forget everything. After a failure the same batch comes again.
      if (this.#patterns.size >= MOST_PATTERNS) this.#patterns.clear();
      this.#patterns.set(key, mention.pattern);
    }
  }

  async #writeRare(observation: RareObservation): Promise<void> {
    switch (observation.type) {
      case "snapshot":
        return this.#writeSnapshot(observation);
      case "process":
        return upsertProcess(this.#connection, observation);
      case "ended":
        this.#snapshots.forgetIncarnation(observation.incarnation);
        return endIncarnation(this.#connection, observation);
      case "job":
        return upsertJob(this.#connection, observation);
      case "change":
        return insertChange(this.#connection, observation);
      case "gap":
        return upsertGap(this.#connection, observation);
      case "allocations":
        return insertDump(this.#connection, observation);
      case "code":
        return insertCode(this.#connection, observation);
    }
  }

  async #writeSnapshot(snapshot: SnapshotTaken): Promise<void> {
    const same = await this.#connection.runAndReadAll("SELECT 1 FROM snapshot WHERE incarnation = $1 AND kind = $2 AND seen = $3", [
      snapshot.incarnation,
      snapshot.kind,
      snapshot.at,
    ]);
    if (same.currentRowCount > 0) return;
    const { complete, classes, instances, bytes } = this.#snapshots.encode(snapshot);
    const id = this.#nextSnapshot++;
    await this.#connection.run("INSERT INTO snapshot VALUES ($1, $2, $3, $4, $5)", [
      id,
      snapshot.incarnation,
      snapshot.kind,
      snapshot.at,
      complete,
    ]);
    const appender = await this.#connection.createAppender("snapshot_class");
    for (let row = 0; row < classes.length; row++) {
      appender.appendDouble(id);
      appender.appendDouble(classes[row]!);
      appender.appendDouble(instances[row]!);
      appender.appendDouble(bytes[row]!);
      appender.endRow();
    }
    appender.closeSync();
  }

  async #writeDictionary(): Promise<void> {
    const fresh = this.#dictionary.fresh();
    if (fresh.length === 0) return;
    const appender = await this.#connection.createAppender("class_name");
    for (const [id, name] of fresh) {
      appender.appendDouble(id);
      appender.appendVarchar(name);
      appender.endRow();
    }
    appender.closeSync();
  }
}
