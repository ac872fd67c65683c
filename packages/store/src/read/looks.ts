import type { DuckDBConnection } from "@duckdb/node-api";

/** When a life was last looked into; null: never. Times in milliseconds since the epoch. */
export interface LastLooks {
  readonly incarnation: string;
  readonly process: string;
  /** Its classes were counted. */
  readonly counted: number | null;
  /** Its flight recording was read. */
  readonly recorded: number | null;
  readonly sampled: number | null;
}

/** Of the lives that are not over. */
export async function readLastLooks(connection: DuckDBConnection): Promise<LastLooks[]> {
  const rows = await connection.runAndReadAll(
    `SELECT key AS incarnation, process, counted, recorded, sampled FROM incarnation
     LEFT JOIN (SELECT incarnation AS of, max(seen) AS counted FROM snapshot GROUP BY incarnation) c ON c.of = key
     LEFT JOIN (SELECT incarnation AS of, max(seen) AS recorded FROM allocation_dump GROUP BY incarnation) r ON r.of = key
     LEFT JOIN (SELECT incarnation AS of, max(seen) AS sampled FROM sample GROUP BY incarnation) s ON s.of = key
     WHERE ended IS NULL ORDER BY process, started`,
  );
  return rows.getRowObjectsJS() as unknown as LastLooks[];
}
