import type { DuckDBConnection } from "@duckdb/node-api";
import type { Measure } from "@heaptide/model";
import { readColumns, runs } from "./columns.ts";
import type { Span } from "./history.ts";

/**
 * A series thinned for a chart: each point stands for a stretch of time, with the extremes in it, so that no peak is lost, and its last value.
 * `at` is the time of that last value. The four columns have the same length.
 */
export interface ThinnedSeries {
  readonly at: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly last: Float64Array;
}

/** In SQL: the stretch of the span that `seen` lies in, of $3 equal ones from $1 to $2. */
const STRETCH = "least(floor((seen - $1) * $3 / greatest($2 - $1, 1)), $3 - 1)::INTEGER";

/** @param points at most so many, at least 1; stretches without a sample give no point */
export async function readThinned(
  connection: DuckDBConnection,
  incarnation: string,
  measure: Measure,
  span: Span,
  points: number,
): Promise<ThinnedSeries> {
  const columns = await readColumns(
    connection,
    `SELECT max(seen), min(value), max(value), arg_max(value, seen) FROM sample
     WHERE measure = $4 AND seen BETWEEN $1 AND $2 AND incarnation = $5 AND isfinite(value) GROUP BY ${STRETCH} ORDER BY 1`,
    [span.from, span.to, points, measure, incarnation],
  );
  return { at: columns.numbers(0), min: columns.numbers(1), max: columns.numbers(2), last: columns.numbers(3) };
}

/** A counter of one operator, thinned: its value at the end of each stretch. */
export interface ThinnedCounter {
  readonly job: string;
  readonly vertex: string;
  readonly operator: string;
  readonly counter: "records-in" | "records-out";
  readonly at: Float64Array;
  readonly value: Float64Array;
}

export async function readThinnedCounters(connection: DuckDBConnection, span: Span, points: number): Promise<ThinnedCounter[]> {
  const columns = await readColumns(
    connection,
    `SELECT job, vertex, operator, counter, max(seen) AS seen_last, arg_max(value, seen) FROM operator_count
     WHERE seen BETWEEN $1 AND $2 AND isfinite(value)
     GROUP BY job, vertex, operator, counter, ${STRETCH} ORDER BY job, vertex, operator, counter, seen_last`,
    [span.from, span.to, points],
  );
  const [job, vertex, operator, counter] = [0, 1, 2, 3].map((column) => columns.texts(column)) as [string[], string[], string[], string[]];
  const [at, value] = [columns.numbers(4), columns.numbers(5)];
  const isSame = (a: number, b: number) =>
    job[a] === job[b] && vertex[a] === vertex[b] && operator[a] === operator[b] && counter[a] === counter[b];
  return Array.from(runs(columns.rows, isSame), ([start, end]) => ({
    job: job[start]!,
    vertex: vertex[start]!,
    operator: operator[start]!,
    counter: counter[start] as ThinnedCounter["counter"],
    at: at.subarray(start, end),
    value: value.subarray(start, end),
  }));
}
