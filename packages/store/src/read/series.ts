import type { DuckDBConnection } from "@duckdb/node-api";
import type { Measure } from "@heaptide/model";
import { readColumns } from "./columns.ts";
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
     WHERE incarnation = $1 AND measure = $2 AND seen BETWEEN $3 AND $4 AND isfinite(value)
     GROUP BY least(floor((seen - $3) * $5 / greatest($4 - $3, 1)), $5 - 1) ORDER BY 1`,
    [incarnation, measure, span.from, span.to, points],
  );
  return { at: columns.numbers(0), min: columns.numbers(1), max: columns.numbers(2), last: columns.numbers(3) };
}
