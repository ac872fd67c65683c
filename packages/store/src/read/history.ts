import type { DuckDBConnection } from "@duckdb/node-api";
import type { Series } from "@heaptide/base";
import {
  type AllocationsSeen,
  type CodeSeen,
  type CostSeen,
  type History,
  type HistoryOutline,
  type Incarnation,
  type IncarnationHistory,
  type JobSeen,
  type Measure,
  Measure as MeasureSchema,
  type ProcessHistory,
  type ProcessIdentity,
  type SnapshotColumns,
} from "@heaptide/model";
import { parsedCell, readColumns, runs } from "./columns.ts";
import { readBlind, readChanges, readGaps, readPatterns } from "./events.ts";
import { readJobList, readJobs } from "./jobs.ts";
import { livesValue, namesValue, ofLives } from "./lives.ts";
import { readCensus } from "./sizes.ts";
import { readSnapshots } from "./snapshots.ts";

/** Both ends included; milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const EMPTY_SNAPSHOTS: SnapshotColumns = { at: new Float64Array(0), classes: [], instances: [], bytes: [] };

/** All of an outline that a part is made from. */
export interface ReadOutline extends HistoryOutline {
  readonly processes: readonly {
    readonly process: ProcessIdentity;
    readonly incarnations: readonly { readonly incarnation: Incarnation }[];
  }[];
  readonly jobs: readonly JobSeen["job"][];
}

/** What stands in memory however long the span is. */
export async function readOutline(connection: DuckDBConnection, span: Span): Promise<ReadOutline> {
  const incarnations = Map.groupBy(await readIncarnations(connection, span), ({ process }) => process);
  const processes = (await readIdentities(connection)).flatMap((process) => {
    const own = incarnations.get(process.key);
    return own ? [{ process, incarnations: own.map((incarnation) => ({ incarnation })) }] : [];
  });
  return {
    ...span,
    processes,
    jobs: await readJobList(connection, span),
    changes: await readChanges(connection, span),
    gaps: await readGaps(connection, span),
    blind: await readBlind(connection, span),
  };
}

/**
 * What was measured of some of the processes of an outline, and of the jobs that they run; nothing where there are none. As `diagnose()` reads it.
 * @param mostSnapshots of each incarnation and kind; of more, so many are chosen evenly
 */
export async function readPart(
  connection: DuckDBConnection,
  outline: ReadOutline,
  processes: ReadOutline["processes"],
  mostSnapshots: number,
): Promise<History> {
  const lives = processes.flatMap(({ incarnations }) => incarnations.map(({ incarnation }) => incarnation.key));
  // The JobManager has a part in every job, and one whose place is not known may run anywhere.
  const runsEverything = processes.some(({ process }) => process.role === "jobmanager");
  const own = new Set(lives);
  if (lives.length === 0) return { ...outline, processes: [], jobs: [], patterns: [] };
  const jobs = outline.jobs.filter(
    ({ incarnations }) => runsEverything || incarnations.length === 0 || incarnations.some((key) => own.has(key)),
  );
  return {
    ...outline,
    processes: await readProcesses(connection, outline, { processes, lives, mostSnapshots }),
    jobs: await readJobs(connection, outline, jobs),
    patterns: await readPatterns(connection, outline, lives),
  };
}

async function readProcesses(
  connection: DuckDBConnection,
  span: Span,
  { processes, lives, mostSnapshots }: { processes: ReadOutline["processes"]; lives: readonly string[]; mostSnapshots: number },
): Promise<ProcessHistory[]> {
  const series = await readSamples(connection, span, lives);
  const live = await readSnapshots(connection, "live", span, { incarnations: lives, most: mostSnapshots });
  const all = await readSnapshots(connection, "all", span, { incarnations: lives, most: mostSnapshots });
  const dumps = await readDumps(connection, span, lives);
  const costs = await readCosts(connection, span, lives);
  const census = await readCensus(connection, span, lives);
  const code = await readCode(connection, span, lives);
  const historyOf = ({ incarnation }: { incarnation: Incarnation }): IncarnationHistory => ({
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
  return processes.map(({ process, incarnations }) => ({ process, incarnations: incarnations.map(historyOf) }));
}

/** @param process its key; null: all of them */
export async function readIdentities(connection: DuckDBConnection, process: string | null = null): Promise<ProcessIdentity[]> {
  const rows = await connection.runAndReadAll("SELECT key, name, role FROM process WHERE $1 IS NULL OR key = $1 ORDER BY key", [process]);
  return rows.getRowObjectsJS() as unknown as ProcessIdentity[];
}

/**
 * Lives that overlap the span, ascending by start. A life whose end nobody saw, because nobody was watching, ended at the latest when the next one
 * of its process began.
 * @param process its key; null: all of them
 */
export async function readIncarnations(connection: DuckDBConnection, span: Span, process: string | null = null): Promise<Incarnation[]> {
  const rows = await connection.runAndReadAll(
    `SELECT * FROM (
       SELECT key, process, pid, started AS "startedAt",
         coalesce(ended, lead(started) OVER (PARTITION BY process ORDER BY started)) AS "endedAt",
         flink_id AS "flinkId", command, java_version AS "javaVersion", collector, limits
       FROM incarnation WHERE $3 IS NULL OR process = $3)
     WHERE "startedAt" <= $2 AND coalesce("endedAt", $2) >= $1 ORDER BY "startedAt", key`,
    [span.from, span.to, process],
  );
  return rows.getRowObjectsJS().map((row) => ({ ...row, limits: parsedCell(row["limits"]) }) as unknown as Incarnation);
}

/** A name for each row would be most of what a day takes: rows carry the place of their life in the list, and of their measure. */
async function readSamples(connection: DuckDBConnection, span: Span, lives: readonly string[]): Promise<Map<string, Map<Measure, Series>>> {
  const columns = await readColumns(
    connection,
    `SELECT life, list_position($4::VARCHAR[], measure)::DOUBLE AS kind, seen, value
     FROM sample JOIN (SELECT unnest($3::VARCHAR[]) AS incarnation, generate_subscripts($3::VARCHAR[], 1)::DOUBLE AS life) USING (incarnation)
     WHERE seen BETWEEN $1 AND $2 AND isfinite(value) AND kind IS NOT NULL ORDER BY life, kind, seen`,
    [span.from, span.to, namesValue(lives), namesValue(MeasureSchema.options)],
  );
  const [life, kind, at, value] = [columns.numbers(0), columns.numbers(1), columns.numbers(2), columns.numbers(3)];
  const result = new Map<string, Map<Measure, Series>>();
  for (const [start, end] of runs(columns.rows, (a, b) => kind[a] === kind[b] && life[a] === life[b])) {
    const key = lives[life[start]! - 1]!;
    const of = result.get(key) ?? new Map<Measure, Series>();
    of.set(MeasureSchema.options[kind[start]! - 1]!, { at: at.subarray(start, end), value: value.subarray(start, end) });
    result.set(key, of);
  }
  return result;
}

/** Of each incarnation, ascending. */
export async function readDumps(
  connection: DuckDBConnection,
  span: Span,
  lives: readonly string[] | null = null,
): Promise<Map<string, AllocationsSeen[]>> {
  const rows = await connection.runAndReadAll(
    `SELECT content FROM allocation_dump WHERE seen BETWEEN $1 AND $2 AND ${ofLives("$3")} ORDER BY seen`,
    [span.from, span.to, livesValue(lives)],
  );
  const dumps = rows.getRows().map(([content]) => parsedCell(content) as AllocationsSeen);
  return Map.groupBy(dumps, (dump) => dump.incarnation);
}

/** Told once for each jar, so whatever the beginning of the span. */
async function readCode(connection: DuckDBConnection, { to }: Span, lives: readonly string[]): Promise<Map<string, CodeSeen[]>> {
  const rows = await connection.runAndReadAll(`SELECT content FROM code WHERE seen <= $1 AND ${ofLives("$2")} ORDER BY seen`, [
    to,
    namesValue(lives),
  ]);
  return Map.groupBy(
    rows.getRows().map(([content]) => parsedCell(content) as CodeSeen),
    (code) => code.incarnation,
  );
}

export async function readCosts(
  connection: DuckDBConnection,
  span: Span,
  lives: readonly string[] | null = null,
): Promise<Map<string, CostSeen[]>> {
  const rows = await connection.runAndReadAll(
    `SELECT 'cost' AS type, seen AS "at", incarnation, probe, pause FROM cost
     WHERE seen BETWEEN $1 AND $2 AND ${ofLives("$3")} ORDER BY seen`,
    [span.from, span.to, livesValue(lives)],
  );
  return Map.groupBy(rows.getRowObjectsJS() as unknown as CostSeen[], (cost) => cost.incarnation);
}
