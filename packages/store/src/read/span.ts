import type { DuckDBConnection } from "@duckdb/node-api";
import type { Span } from "./history.ts";

const TABLES = ["incarnation", "job", "sample", "operator_count", "snapshot", "log_line", "change", "cost", "probe_state"];

/** From the first to the last observation; null where nothing was observed yet. */
export async function readObservedSpan(connection: DuckDBConnection): Promise<Span | null> {
  const spans = TABLES.map((table) => `SELECT min(seen) AS first, max(seen) AS last FROM ${table}`).join(" UNION ALL ");
  const [row] = (await connection.runAndReadAll(`SELECT min(first), max(last) FROM (${spans})`)).getRows();
  const [from, to] = row as [number | null, number | null];
  return from === null || to === null ? null : { from, to };
}
