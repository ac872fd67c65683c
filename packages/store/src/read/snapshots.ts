import type { DuckDBConnection } from "@duckdb/node-api";
import type { SnapshotColumns, SnapshotKind } from "@heaptide/model";
import { decodeSnapshots, type StoredSnapshot } from "../snapshots.ts";
import { type Columns, readColumns, runs } from "./columns.ts";
import type { Span } from "./history.ts";
import { livesValue, ofLives } from "./lives.ts";

/**
 * Snapshots of one kind in the span, by incarnation.
 * @param choice `incarnations`: only theirs; `most`: of more snapshots so many are chosen, evenly
 */
export async function readSnapshots(
  connection: DuckDBConnection,
  kind: SnapshotKind,
  span: Span,
  choice: { readonly incarnations?: readonly string[]; readonly most?: number } = {},
): Promise<Map<string, SnapshotColumns>> {
  const values = [kind, span.from, span.to, livesValue(choice.incarnations ?? null)];
  const heads = await readColumns(connection, HEADS, values);
  if (heads.rows === 0) return new Map();
  const nameOf = await readClassNames(connection);
  const [of, id] = [heads.texts(0), heads.numbers(1)];
  const stored = storedSnapshots(heads, await readColumns(connection, CLASSES, values), id);
  const result = new Map<string, SnapshotColumns>();
  for (const [start, end] of runs(heads.rows, (a, b) => of[a] === of[b])) {
    result.set(of[start]!, decodeSnapshots(stored.slice(start, end), nameOf, span.from, choice.most));
  }
  return result;
}

/**
 * For each incarnation all snapshots from the last complete one at or before (by arrival) the first in the span, up to the last in the span: those
 * in between carry the numbers forward.
 */
const WANTED = `
  WITH candidates AS (
    SELECT * FROM snapshot WHERE kind = $1 AND ${ofLives("$4")}
  ), wanted AS (
    SELECT incarnation, min(id) AS first, max(id) AS last FROM candidates WHERE seen BETWEEN $2 AND $3 GROUP BY incarnation
  ), start AS (
    SELECT wanted.incarnation, max(candidates.id) AS first, any_value(wanted.last) AS last
    FROM wanted JOIN candidates ON candidates.incarnation = wanted.incarnation AND candidates.complete AND candidates.id <= wanted.first
    GROUP BY wanted.incarnation
  ), chosen AS (
    SELECT candidates.* FROM candidates JOIN start ON candidates.incarnation = start.incarnation
    WHERE candidates.id BETWEEN start.first AND start.last
  )`;
const HEADS = `${WANTED} SELECT incarnation, id, seen, complete::DOUBLE FROM chosen ORDER BY incarnation, id`;
const CLASSES = `${WANTED}
  SELECT snapshot, class, instances, bytes FROM snapshot_class JOIN chosen ON snapshot = chosen.id ORDER BY incarnation, snapshot, class`;

function storedSnapshots(heads: Columns, classes: Columns, ids: Float64Array): StoredSnapshot[] {
  const [at, complete] = [heads.numbers(2), heads.numbers(3)];
  const [of, id, instances, bytes] = [classes.numbers(0), classes.numbers(1), classes.numbers(2), classes.numbers(3)];
  const rowsOf = new Map<number, readonly [number, number]>();
  for (const range of runs(classes.rows, (a, b) => of[a] === of[b])) rowsOf.set(of[range[0]]!, range);
  return Array.from(ids, (snapshot, row) => {
    const [start, end] = rowsOf.get(snapshot) ?? [0, 0];
    return {
      at: at[row]!,
      complete: complete[row] === 1,
      classes: id.subarray(start, end),
      instances: instances.subarray(start, end),
      bytes: bytes.subarray(start, end),
    };
  });
}

async function readClassNames(connection: DuckDBConnection): Promise<(id: number) => string> {
  const columns = await readColumns(connection, "SELECT id, name FROM class_name ORDER BY id");
  const [ids, names] = [columns.numbers(0), columns.texts(1)];
  const byId = new Map(names.map((name, row) => [ids[row]!, name!]));
  return (id) => byId.get(id)!;
}
