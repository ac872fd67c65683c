import type { DuckDBConnection } from "@duckdb/node-api";
import type { ChangeSeen, GapSeen, LogLevel, LogPattern, ProbeState } from "@heaptide/model";
import { parsedCell, readColumns, runs } from "./columns.ts";
import type { Span } from "./history.ts";
import { livesValue, ofLives } from "./lives.ts";

export async function readChanges(connection: DuckDBConnection, span: Span): Promise<ChangeSeen[]> {
  const rows = await connection.runAndReadAll(
    `SELECT 'change' AS type, seen AS "at", id, kind, job, process, title, attributes FROM change
     WHERE seen BETWEEN $1 AND $2 ORDER BY seen, id`,
    [span.from, span.to],
  );
  return rows.getRowObjectsJS().map((row) => ({ ...row, attributes: parsedCell(row["attributes"]) }) as unknown as ChangeSeen);
}

/** Gaps that overlap the span. */
export async function readGaps(connection: DuckDBConnection, span: Span): Promise<GapSeen[]> {
  const rows = await connection.runAndReadAll(
    `SELECT 'gap' AS type, seen AS "at", id, start AS "from", finish AS "to", job, title, elsewhere FROM gap
     WHERE start <= $2 AND coalesce(finish, $2) >= $1 ORDER BY start, id`,
    [span.from, span.to],
  );
  return rows
    .getRowObjectsJS()
    .map(({ elsewhere, ...gap }) => ({ ...gap, ...(elsewhere === true && { elsewhere }) }) as unknown as GapSeen);
}

export async function readPatterns(
  connection: DuckDBConnection,
  span: Span,
  lives: readonly string[] | null = null,
): Promise<LogPattern[]> {
  const lines = await readColumns(
    connection,
    `SELECT incarnation, pattern, seen FROM log_line WHERE seen BETWEEN $1 AND $2 AND ${ofLives("$3")} ORDER BY incarnation, pattern, seen`,
    [span.from, span.to, livesValue(lives)],
  );
  const [incarnation, id, at] = [lines.texts(0), lines.texts(1), lines.numbers(2)];
  const seen = new Map<string, Float64Array>();
  for (const [start, end] of runs(lines.rows, (a, b) => id[a] === id[b] && incarnation[a] === incarnation[b])) {
    seen.set(`${incarnation[start]} ${id[start]}`, at.subarray(start, end));
  }
  const rows = await connection.runAndReadAll(
    `SELECT incarnation, id, pattern, level, logger, throwable, example FROM log_pattern WHERE ${ofLives("$1")} ORDER BY incarnation, id`,
    [livesValue(lives)],
  );
  return rows.getRows().flatMap(([of, patternId, pattern, level, logger, throwable, example]) => {
    const times = seen.get(`${String(of)} ${String(patternId)}`);
    if (times === undefined) return [];
    return {
      id: String(patternId),
      pattern: String(pattern),
      level: level as LogLevel,
      logger: logger as string | null,
      throwable: throwable as string | null,
      incarnation: String(of),
      seen: times,
      example: String(example),
    };
  });
}

/** The last state of each probe up to the end of the span. */
export async function readProbeStates(connection: DuckDBConnection, span: Span): Promise<ProbeState[]> {
  const rows = await connection.runAndReadAll(
    `SELECT DISTINCT ON (incarnation, probe) 'probe' AS type, seen AS "at", nullif(incarnation, '') AS incarnation, probe, code, cause, next
     FROM probe_state WHERE seen <= $1 ORDER BY incarnation, probe, seen DESC`,
    [span.to],
  );
  return rows.getRowObjectsJS() as unknown as ProbeState[];
}

/** Probes that cannot look at the end of the span. Those of a life that is over look at nothing any more, and are left out. */
export async function readBlind(connection: DuckDBConnection, span: Span): Promise<ProbeState[]> {
  const states = (await readProbeStates(connection, span)).filter((state) => state.code !== null);
  const ended = await connection.runAndReadAll("SELECT key FROM incarnation WHERE ended <= $1", [span.to]);
  const over = new Set(ended.getRows().map(([key]) => String(key)));
  return states.filter((state) => state.incarnation === null || !over.has(state.incarnation));
}
