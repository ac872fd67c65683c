import type { DuckDBConnection } from "@duckdb/node-api";
import { EMPTY_SERIES, type Series } from "@heaptide/base";
import type { JobHistory, JobSeen, Operator } from "@heaptide/model";
import { parsedCell, readColumns, runs } from "./columns.ts";
import type { ReadOutline, Span } from "./history.ts";
import { namesValue } from "./lives.ts";
import { readStateSizes } from "./sizes.ts";

/** Some of an outline's jobs with all that was counted of them. */
export async function readJobs(connection: DuckDBConnection, span: Span, jobs: ReadOutline["jobs"]): Promise<JobHistory[]> {
  if (jobs.length === 0) return [];
  const counters = await readCounters(connection, span, jobs);
  const sizes = await readStateSizes(
    connection,
    span,
    jobs.map(({ id }) => id),
  );
  return jobs.map((job) => {
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
    `SELECT id, name, state, started AS "startedAt", ended AS "endedAt", operators, incarnations, nullif(spread, '{}') AS spread FROM job
     WHERE started <= $2 AND coalesce(ended, $2) >= $1 ORDER BY started, id`,
    [span.from, span.to],
  );
  return rows.getRowObjectsJS().map(
    ({ operators, incarnations, spread, ...row }) =>
      ({
        ...row,
        operators: parsedCell(operators),
        incarnations: parsedCell(incarnations),
        ...(spread !== null && { spread: parsedCell(spread) }),
      }) as unknown as JobSeen["job"],
  );
}

/** Rows carry the place of their counter in the list of all that the jobs have: names in each would take more than the numbers. */
async function readCounters(connection: DuckDBConnection, span: Span, jobs: ReadOutline["jobs"]): Promise<Map<string, Series>> {
  const keys = jobs.flatMap(({ id, operators }) =>
    operators.flatMap(({ vertex, name }) => COUNTERS.map((counter) => [id, vertex, name, counter] as const)),
  );
  if (keys.length === 0) return new Map();
  const columns = await readColumns(
    connection,
    `SELECT key, seen, value FROM operator_count JOIN (
       SELECT unnest($3::VARCHAR[]) AS job, unnest($4::VARCHAR[]) AS vertex, unnest($5::VARCHAR[]) AS operator, unnest($6::VARCHAR[]) AS counter,
         generate_subscripts($3::VARCHAR[], 1)::DOUBLE AS key) USING (job, vertex, operator, counter)
     WHERE seen BETWEEN $1 AND $2 AND isfinite(value) ORDER BY key, seen`,
    [span.from, span.to, ...[0, 1, 2, 3].map((part) => namesValue(keys.map((key) => key[part]!)))],
  );
  const [key, at, value] = [columns.numbers(0), columns.numbers(1), columns.numbers(2)];
  const result = new Map<string, Series>();
  for (const [start, end] of runs(columns.rows, (a, b) => key[a] === key[b])) {
    result.set(counterKey(...keys[key[start]! - 1]!), { at: at.subarray(start, end), value: value.subarray(start, end) });
  }
  return result;
}

const COUNTERS = ["records-in", "records-out"] as const;
