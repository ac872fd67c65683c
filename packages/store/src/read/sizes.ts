import type { DuckDBConnection } from "@duckdb/node-api";
import type { Series } from "@heaptide/base";
import { type CensusColumns, type CensusSubject, CensusSubject as CensusSubjectSchema } from "@heaptide/model";
import { readColumns, runs } from "./columns.ts";
import type { Span } from "./history.ts";
import { livesValue, namesValue, ofLives } from "./lives.ts";

/** Every census of the span, by incarnation and subject. */
export async function readCensus(
  connection: DuckDBConnection,
  span: Span,
  lives: readonly string[],
): Promise<Map<string, Map<CensusSubject, CensusColumns>>> {
  const columns = await readColumns(
    connection,
    `SELECT incarnation, subject, name, seen, value FROM census
     WHERE seen BETWEEN $1 AND $2 AND ${ofLives("$3")} ORDER BY incarnation, subject, seen, name`,
    [span.from, span.to, livesValue(lives)],
  );
  const [incarnation, subject, name] = [columns.texts(0), columns.texts(1), columns.texts(2)];
  const [seen, value] = [columns.numbers(3), columns.numbers(4)];
  const result = new Map<string, Map<CensusSubject, CensusColumns>>();
  for (const [start, end] of runs(columns.rows, (a, b) => subject[a] === subject[b] && incarnation[a] === incarnation[b])) {
    const known = CensusSubjectSchema.safeParse(subject[start]);
    if (!known.success) continue;
    const at = Float64Array.from(new Set(seen.subarray(start, end)));
    const place = new Map(Array.from(at, (time, i) => [time, i]));
    const groups = new Map<string, Float64Array>();
    for (let row = start; row < end; row++) {
      const values = groups.get(name[row]!) ?? new Float64Array(at.length);
      groups.set(name[row]!, values);
      values[place.get(seen[row]!)!] = value[row]!;
    }
    const of = result.get(incarnation[start]!) ?? new Map<CensusSubject, CensusColumns>();
    result.set(incarnation[start]!, of.set(known.data, { at, names: [...groups.keys()], values: [...groups.values()] }));
  }
  return result;
}

/** Bytes of state at each checkpoint, by job and vertex; the vertex "" is the whole job. */
export async function readStateSizes(
  connection: DuckDBConnection,
  span: Span,
  jobs: readonly string[],
): Promise<Map<string, Map<string, Series>>> {
  const columns = await readColumns(
    connection,
    `SELECT job, vertex, seen, bytes FROM checkpoint_size
     WHERE seen BETWEEN $1 AND $2 AND list_contains($3::VARCHAR[], job) ORDER BY job, vertex, seen, checkpoint`,
    [span.from, span.to, namesValue(jobs)],
  );
  const [job, vertex] = [columns.texts(0), columns.texts(1)];
  const [at, value] = [columns.numbers(2), columns.numbers(3)];
  const result = new Map<string, Map<string, Series>>();
  for (const [start, end] of runs(columns.rows, (a, b) => vertex[a] === vertex[b] && job[a] === job[b])) {
    const of = result.get(job[start]!) ?? new Map<string, Series>();
    result.set(job[start]!, of.set(vertex[start]!, { at: at.subarray(start, end), value: value.subarray(start, end) }));
  }
  return result;
}
