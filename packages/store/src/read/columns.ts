import type { DuckDBConnection, DuckDBDataChunk, DuckDBValue } from "@duckdb/node-api";

/** A query's answer by columns; every row of a column has the same place in each. */
export interface Columns {
  readonly rows: number;
  /** NULL reads as NaN. */
  numbers(column: number): Float64Array;
  texts(column: number): (string | null)[];
}

/** Runs a query and hands its columns out without an object per row. Numeric columns must be DOUBLE. */
export async function readColumns(connection: DuckDBConnection, sql: string, values: DuckDBValue[] = []): Promise<Columns> {
  const chunks = await (await connection.run(sql, values)).fetchAllChunks();
  const rows = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
  return {
    rows,
    numbers: (column) => {
      const result = new Float64Array(rows);
      forEachCell(chunks, column, (value, row) => (result[row] = value === null ? NaN : Number(value)));
      return result;
    },
    texts: (column) => {
      const result: (string | null)[] = Array.from({ length: rows }, () => null);
      forEachCell(chunks, column, (value, row) => (result[row] = value === null ? null : String(value)));
      return result;
    },
  };
}

function forEachCell(chunks: readonly DuckDBDataChunk[], column: number, visit: (value: DuckDBValue, row: number) => void): void {
  let row = 0;
  for (const chunk of chunks) {
    const vector = chunk.getColumnVector(column);
    for (let i = 0; i < chunk.rowCount; i++) visit(vector.getItem(i), row++);
  }
}

/** The runs of equal keys in rows that a query sorted by that key: `[start, end)` each. */
export function* runs(rows: number, sameKey: (a: number, b: number) => boolean): Generator<readonly [start: number, end: number]> {
  let start = 0;
  for (let row = 1; row <= rows; row++) {
    if (row < rows && sameKey(start, row)) continue;
    yield [start, row];
    start = row;
  }
}

/** A cell of one of the columns that hold JSON. What it holds was written by this package. */
export const parsedCell = (cell: unknown): unknown => JSON.parse(cell as string);
