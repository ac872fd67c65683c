import type { DuckDBConnection } from "@duckdb/node-api";
import type { Measure } from "@heaptide/model";
import { readColumns, runs } from "./columns.ts";
import type { Span } from "./history.ts";
import { namesValue } from "./lives.ts";

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

/** One measure of one life. */
export interface LifeSeries extends ThinnedSeries {
  readonly incarnation: string;
  readonly measure: Measure;
}

/**
 * Those of the measures that were sampled, by life. All that a page asks for is read in one pass over the samples of the span: they lie there in the order in which they came.
 * @param points at most so many of each, at least 1; stretches without a sample give no point
 */
export async function readThinned(
  connection: DuckDBConnection,
  incarnations: readonly string[],
  measures: readonly Measure[],
  span: Span,
  points: number,
): Promise<LifeSeries[]> {
  const columns = await readColumns(
    connection,
    `SELECT incarnation, measure, max(seen) AS seen_last, min(value), max(value), arg_max(value, seen) FROM sample
     WHERE list_contains($4::VARCHAR[], incarnation) AND list_contains($5::VARCHAR[], measure) AND seen BETWEEN $1 AND $2 AND isfinite(value)
     GROUP BY incarnation, measure, ${STRETCH} ORDER BY incarnation, measure, seen_last`,
    [span.from, span.to, points, namesValue(incarnations), namesValue(measures)],
  );
  const [incarnation, measure] = [columns.texts(0), columns.texts(1)];
  const [at, min, max, last] = [columns.numbers(2), columns.numbers(3), columns.numbers(4), columns.numbers(5)];
  return Array.from(
    runs(columns.rows, (x, y) => incarnation[x] === incarnation[y] && measure[x] === measure[y]),
    ([start, end]) => ({
      incarnation: incarnation[start]!,
      measure: measure[start] as Measure,
      ...{ at: at.subarray(start, end), min: min.subarray(start, end), max: max.subarray(start, end), last: last.subarray(start, end) },
    }),
  );
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
