import type { DuckDBConnection } from "@duckdb/node-api";
import { EMPTY_SERIES, type Series } from "@heaptide/base";
import {
  type AllocationsSeen,
  type CodeSeen,
  type CostSeen,
  type History,
  type Incarnation,
  type IncarnationHistory,
  type JobHistory,
  type JobSeen,
  type Measure,
  Measure as MeasureSchema,
  type Operator,
  type ProcessHistory,
  type ProcessIdentity,
  type SnapshotColumns,
} from "@heaptide/model";
import { parsedCell, readColumns, runs } from "./columns.ts";
import { readBlind, readChanges, readGaps, readPatterns } from "./events.ts";
import { readCensus, readStateSizes } from "./sizes.ts";
import { readSnapshots } from "./snapshots.ts";

/** Both ends included; milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const EMPTY_SNAPSHOTS: SnapshotColumns = { at: new Float64Array(0), classes: [], instances: [], bytes: [] };

/**
 * Everything observed in the span, as `diagnose()` reads it.
 * @param mostSnapshots of each incarnation and kind; of more, so many are chosen evenly
 */
export async function readHistory(connection: DuckDBConnection, span: Span, mostSnapshots: number): Promise<History> {
  const patterns = await readPatterns(connection, span);
  const [changes, gaps, blind] = [await readChanges(connection, span), await readGaps(connection, span), await readBlind(connection, span)];
  return {
    ...span,
    processes: await readProcesses(connection, span, mostSnapshots),
    jobs: await readJobs(connection, span),
    changes,
    patterns,
    gaps,
    blind,
  };
}

async function readProcesses(connection: DuckDBConnection, span: Span, mostSnapshots: number): Promise<ProcessHistory[]> {
  const processes = await readIdentities(connection);
  const incarnations = await readIncarnations(connection, span);
  const series = await readSamples(connection, span);
  const live = await readSnapshots(connection, "live", span, { most: mostSnapshots });
  const all = await readSnapshots(connection, "all", span, { most: mostSnapshots });
  const dumps = await readDumps(connection, span);
  const costs = await readCosts(connection, span);
  const census = await readCensus(connection, span);
  const code = await readCode(connection, span);
  const historyOf = (incarnation: Incarnation): IncarnationHistory => ({
    incarnation,
    series: series.get(incarnation.key) ?? new Map(),
    live: live.get(incarnation.key) ?? EMPTY_SNAPSHOTS,
    all: all.get(incarnation.key) ?? EMPTY_SNAPSHOTS,
    allocations: dumps.get(incarnation.key)?.at(-1) ?? null,
    earlierAllocations: dumps.get(incarnation.key)?.slice(0, -1) ?? [],
    costs: costs.get(incarnation.key) ?? [],
    code: code.get(incarnation.key) ?? [],
    census: census.get(incarnation.key) ?? new Map(),
  });
  return processes
    .map((process) => ({ process, incarnations: incarnations.filter((one) => one.process === process.key).map(historyOf) }))
    .filter((process) => process.incarnations.length > 0);
}

export async function readIdentities(connection: DuckDBConnection): Promise<ProcessIdentity[]> {
  const rows = await connection.runAndReadAll("SELECT key, name, role FROM process ORDER BY key");
  return rows.getRowObjectsJS() as unknown as ProcessIdentity[];
}

/**
 * Lives that overlap the span, ascending by start. A life whose end nobody saw, because nobody was watching, ended at the latest when the next one
 * of its process began.
 */
export async function readIncarnations(connection: DuckDBConnection, span: Span): Promise<Incarnation[]> {
  const rows = await connection.runAndReadAll(
    `SELECT * FROM (
       SELECT key, process, pid, started AS "startedAt",
         coalesce(ended, lead(started) OVER (PARTITION BY process ORDER BY started)) AS "endedAt",
         flink_id AS "flinkId", command, java_version AS "javaVersion", collector, limits
       FROM incarnation)
     WHERE "startedAt" <= $2 AND coalesce("endedAt", $2) >= $1 ORDER BY "startedAt", key`,
    [span.from, span.to],
  );
  return rows.getRowObjectsJS().map((row) => ({ ...row, limits: parsedCell(row["limits"]) }) as unknown as Incarnation);
}

async function readSamples(connection: DuckDBConnection, span: Span): Promise<Map<string, Map<Measure, Series>>> {
  const columns = await readColumns(
    connection,
    "SELECT incarnation, measure, seen, value FROM sample WHERE seen BETWEEN $1 AND $2 AND isfinite(value) ORDER BY incarnation, measure, seen",
    [span.from, span.to],
  );
  const [incarnation, measure] = [columns.texts(0), columns.texts(1)];
  const [at, value] = [columns.numbers(2), columns.numbers(3)];
  const result = new Map<string, Map<Measure, Series>>();
  for (const [start, end] of runs(columns.rows, (a, b) => measure[a] === measure[b] && incarnation[a] === incarnation[b])) {
    const known = MeasureSchema.safeParse(measure[start]);
    if (!known.success) continue;
    const of = result.get(incarnation[start]!) ?? new Map<Measure, Series>();
    of.set(known.data, { at: at.subarray(start, end), value: value.subarray(start, end) });
    result.set(incarnation[start]!, of);
  }
  return result;
}

/** Of each incarnation, ascending. */
export async function readDumps(connection: DuckDBConnection, span: Span): Promise<Map<string, AllocationsSeen[]>> {
  const rows = await connection.runAndReadAll("SELECT content FROM allocation_dump WHERE seen BETWEEN $1 AND $2 ORDER BY seen", [
    span.from,
    span.to,
  ]);
  const dumps = rows.getRows().map(([content]) => parsedCell(content) as AllocationsSeen);
  return Map.groupBy(dumps, (dump) => dump.incarnation);
}

/** Told once for each jar, so whatever the beginning of the span. */
async function readCode(connection: DuckDBConnection, { to }: Span): Promise<Map<string, CodeSeen[]>> {
  const rows = await connection.runAndReadAll("SELECT content FROM code WHERE seen <= $1 ORDER BY seen", [to]);
  return Map.groupBy(
    rows.getRows().map(([content]) => parsedCell(content) as CodeSeen),
    (code) => code.incarnation,
  );
}

export async function readCosts(connection: DuckDBConnection, span: Span): Promise<Map<string, CostSeen[]>> {
  const rows = await connection.runAndReadAll(
    `SELECT 'cost' AS type, seen AS "at", incarnation, probe, pause FROM cost WHERE seen BETWEEN $1 AND $2 ORDER BY seen`,
    [span.from, span.to],
  );
  return Map.groupBy(rows.getRowObjectsJS() as unknown as CostSeen[], (cost) => cost.incarnation);
}

async function readJobs(connection: DuckDBConnection, span: Span): Promise<JobHistory[]> {
  const counters = await readCounters(connection, span);
  const sizes = await readStateSizes(connection, span);
  return (await readJobList(connection, span)).map((job) => {
    const counterOf = ({ vertex, name }: Operator, counter: string): Series =>
      counters.get(counterKey(job.id, vertex, name, counter)) ?? EMPTY_SERIES;
    const operators = job.operators.map((one) => ({
      ...one,
      recordsIn: counterOf(one, "records-in"),
      recordsOut: counterOf(one, "records-out"),
    }));
    const stateBytesOf = new Map(sizes.get(job.id));
    const stateBytes = stateBytesOf.get("") ?? EMPTY_SERIES;
    stateBytesOf.delete("");
    return { ...job, operators, stateBytes, stateBytesOf };
  });
}

/** Two jobs of one jar have the same vertex ids and operator names: the job is part of the key. */
const counterKey = (...parts: string[]): string => JSON.stringify(parts);

/** Jobs that ran in the span, as they were seen last. */
export async function readJobList(connection: DuckDBConnection, span: Span): Promise<JobSeen["job"][]> {
  const rows = await connection.runAndReadAll(
    `SELECT id, name, state, started AS "startedAt", ended AS "endedAt", operators, incarnations FROM job
     WHERE started <= $2 AND coalesce(ended, $2) >= $1 ORDER BY started, id`,
    [span.from, span.to],
  );
  return rows.getRowObjectsJS().map(
    (row) =>
      ({
        ...row,
        operators: parsedCell(row["operators"]),
        incarnations: parsedCell(row["incarnations"]),
      }) as unknown as JobSeen["job"],
  );
}

async function readCounters(connection: DuckDBConnection, span: Span): Promise<Map<string, Series>> {
  const columns = await readColumns(
    connection,
    `SELECT job, vertex, operator, counter, seen, value FROM operator_count
     WHERE seen BETWEEN $1 AND $2 AND isfinite(value) ORDER BY job, vertex, operator, counter, seen`,
    [span.from, span.to],
  );
  const keys = [0, 1, 2, 3].map((column) => columns.texts(column));
  const [at, value] = [columns.numbers(4), columns.numbers(5)];
  const result = new Map<string, Series>();
  for (const [start, end] of runs(columns.rows, (a, b) => keys.every((key) => key[a] === key[b]))) {
    result.set(counterKey(...keys.map((key) => key[start]!)), { at: at.subarray(start, end), value: value.subarray(start, end) });
  }
  return result;
}
