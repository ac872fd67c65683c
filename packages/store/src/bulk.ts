import type { DuckDBConnection } from "@duckdb/node-api";
import type { BulkTable } from "./schema.ts";

type Cell = string | number | null;

/**
 * Appends rows to a table that grows with time, leaving out those that are there already.
 *
 * The rows go through DuckDB's appender into a temporary table, and from there, in one statement, into the real one. The comparison is bounded to the
 * batch's own span of time, which DuckDB answers from the minima and maxima of its row groups: its cost does not grow with the table.
 */
export class BulkWriter {
  readonly #connection: DuckDBConnection;
  readonly #table: BulkTable;
  readonly #merge: string;
  readonly #seen: number;

  private constructor(connection: DuckDBConnection, table: BulkTable) {
    this.#connection = connection;
    this.#table = table;
    this.#seen = table.columns.findIndex(([name]) => name === "seen");
    const key = table.key.join(", ");
    this.#merge = `
      INSERT INTO ${table.name}
      SELECT batch.* FROM (SELECT DISTINCT ON (${key}) * FROM ${staging(table)}) batch
      ANTI JOIN (SELECT ${key} FROM ${table.name} WHERE seen BETWEEN $1 AND $2) stored USING (${key})`;
  }

  static async create(connection: DuckDBConnection, table: BulkTable): Promise<BulkWriter> {
    const columns = table.columns.map(([name, type]) => `${name} ${type}`).join(", ");
    await connection.run(`CREATE OR REPLACE TEMP TABLE ${staging(table)} (${columns})`);
    return new BulkWriter(connection, table);
  }

  /** Within the caller's transaction. */
  async write(rows: readonly (readonly Cell[])[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#stage(rows);
    let earliest = Infinity;
    let latest = -Infinity;
    for (const row of rows) {
      const seen = Number(row[this.#seen]);
      earliest = Math.min(earliest, seen);
      latest = Math.max(latest, seen);
    }
    await this.#connection.run(this.#merge, [earliest, latest]);
    await this.#connection.run(`DELETE FROM ${staging(this.#table)}`);
  }

  async #stage(rows: readonly (readonly Cell[])[]): Promise<void> {
    const appender = await this.#connection.createAppender(staging(this.#table), "main", "temp");
    for (const row of rows) {
      for (const cell of row) {
        if (cell === null) appender.appendNull();
        else if (typeof cell === "number") appender.appendDouble(cell);
        else appender.appendVarchar(cell);
      }
      appender.endRow();
    }
    appender.closeSync();
  }
}

const staging = (table: BulkTable): string => `staged_${table.name}`;
