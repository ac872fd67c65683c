import type { DuckDBConnection } from "@duckdb/node-api";

/** Things that are few, change, and are only ever read whole: their content is JSON, whose schema is that of whoever keeps them. */
export const RECORD_KINDS = ["incident", "alarm", "silence", "rule", "delivery", "environment", "agent", "flow-day"] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** What becomes of one record; `content` null takes it away. */
export interface RecordChange {
  readonly kind: RecordKind;
  readonly id: string;
  /** Milliseconds since the epoch; the latest come first when they are read. */
  readonly seen: number;
  readonly content: unknown;
}

export interface StoredRecord {
  readonly id: string;
  readonly seen: number;
  readonly content: unknown;
}

/** The latest first. */
export async function readRecords(connection: DuckDBConnection, kind: RecordKind): Promise<StoredRecord[]> {
  const rows = await connection.runAndReadAll("SELECT id, seen, content FROM record WHERE kind = $1 ORDER BY seen DESC, id", [kind]);
  return rows.getRows().map(([id, seen, content]) => ({ id: String(id), seen: Number(seen), content: JSON.parse(String(content)) }));
}

/** All of them or none: what belongs together (an alarm that fires, and its notifications) is never torn by a killed process. */
export async function writeRecords(connection: DuckDBConnection, changes: readonly RecordChange[]): Promise<void> {
  await connection.run("BEGIN");
  try {
    for (const { kind, id, seen, content } of changes) {
      if (content === null) await connection.run("DELETE FROM record WHERE kind = $1 AND id = $2", [kind, id]);
      else
        await connection.run(
          "INSERT INTO record VALUES ($1, $2, $3, $4) ON CONFLICT (kind, id) DO UPDATE SET seen = excluded.seen, content = excluded.content",
          [kind, id, seen, JSON.stringify(content)],
        );
    }
    await connection.run("COMMIT");
  } catch (error) {
    await connection.run("ROLLBACK").catch(() => undefined);
    throw error;
  }
}
