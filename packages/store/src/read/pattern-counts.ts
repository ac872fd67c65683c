import type { DuckDBConnection } from "@duckdb/node-api";
import type { LogLevel, LogPattern } from "@heaptide/model";
import type { Span } from "./history.ts";

/** A pattern with the lines of it that were only counted; times of the first and the last of them, to the second. */
export interface PatternCount extends Omit<LogPattern, "seen"> {
  readonly lines: number;
  readonly first: number;
  readonly last: number;
}

export async function readPatternCounts(connection: DuckDBConnection, span: Span): Promise<PatternCount[]> {
  const rows = await connection.runAndReadAll(
    `SELECT incarnation, id, log_pattern.pattern, level, logger, throwable, example, lines, first, last FROM log_pattern JOIN (
       SELECT incarnation, pattern AS id, sum(lines) AS lines, min(seen) AS first, max(seen) AS last FROM log_count
       WHERE seen BETWEEN $1 AND $2 GROUP BY incarnation, pattern) USING (incarnation, id)
     ORDER BY lines DESC LIMIT 10000`,
    [span.from, span.to],
  );
  return rows.getRows().map(([incarnation, id, pattern, level, logger, throwable, example, lines, first, last]) => ({
    incarnation: String(incarnation),
    id: String(id),
    pattern: String(pattern),
    level: level as LogLevel,
    logger: logger as string | null,
    throwable: throwable as string | null,
    example: String(example),
    lines: Number(lines),
    first: Number(first),
    last: Number(last),
  }));
}

/** The frames of patterns that have one, by incarnation and id with a blank between: only shown, nothing is concluded from them. */
export async function readPatternFrames(connection: DuckDBConnection): Promise<ReadonlyMap<string, string>> {
  const rows = await connection.runAndReadAll("SELECT incarnation, id, frame FROM log_pattern WHERE frame IS NOT NULL");
  return new Map(rows.getRows().map(([incarnation, id, frame]) => [`${String(incarnation)} ${String(id)}`, String(frame)]));
}
