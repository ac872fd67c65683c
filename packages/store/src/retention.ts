import type { DuckDBConnection } from "@duckdb/node-api";
import { BULK_TABLES } from "./schema.ts";

/**
 * Drops what was seen before `cutoff`. Snapshots go up to the last complete one at or before the cutoff: later ones are differences to it. An
 * incarnation goes with its last trace; incidents stay, they are the story and small.
 */
async function dropBefore(connection: DuckDBConnection, cutoff: number): Promise<void> {
  await connection.run("BEGIN");
  try {
    for (const { name } of Object.values(BULK_TABLES)) {
      if (name !== "probe_state") await connection.run(`DELETE FROM ${name} WHERE seen < $1`, [cutoff]);
    }
    await dropSuperseded(connection, cutoff);
    await dropSnapshots(connection, cutoff);
    await connection.run("DELETE FROM change WHERE seen < $1", [cutoff]);
    await connection.run("DELETE FROM gap WHERE finish < $1", [cutoff]);
    await connection.run("DELETE FROM allocation_dump WHERE seen < $1", [cutoff]);
    await connection.run("DELETE FROM job WHERE ended < $1", [cutoff]);
    await dropEndedIncarnations(connection, cutoff);
    await connection.run("COMMIT");
  } catch (error) {
    await connection.run("ROLLBACK").catch(() => undefined);
    throw error;
  }
  await connection.run("CHECKPOINT");
}

/** Probe states: the last of each probe is its present state, however old. */
async function dropSuperseded(connection: DuckDBConnection, cutoff: number): Promise<void> {
  await connection.run(
    `DELETE FROM probe_state WHERE seen < $1 AND EXISTS (
       SELECT 1 FROM probe_state later
       WHERE later.incarnation = probe_state.incarnation AND later.probe = probe_state.probe AND later.seen > probe_state.seen)`,
    [cutoff],
  );
}

async function dropSnapshots(connection: DuckDBConnection, cutoff: number): Promise<void> {
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE dropped_snapshot AS
     SELECT snapshot.id FROM snapshot JOIN (
       SELECT incarnation, kind, max(id) AS base FROM snapshot WHERE complete AND seen < $1 GROUP BY incarnation, kind
     ) kept USING (incarnation, kind) WHERE snapshot.id < kept.base`,
    [cutoff],
  );
  await connection.run("DELETE FROM snapshot_class WHERE snapshot IN (SELECT id FROM dropped_snapshot)");
  await connection.run("DELETE FROM snapshot WHERE id IN (SELECT id FROM dropped_snapshot)");
}

async function dropEndedIncarnations(connection: DuckDBConnection, cutoff: number): Promise<void> {
  const ended = "SELECT key FROM incarnation WHERE ended < $1";
  await connection.run(`DELETE FROM snapshot_class WHERE snapshot IN (SELECT id FROM snapshot WHERE incarnation IN (${ended}))`, [cutoff]);
  for (const table of ["snapshot", "log_pattern", "probe_state", "code"]) {
    await connection.run(`DELETE FROM ${table} WHERE incarnation IN (${ended})`, [cutoff]);
  }
  await connection.run("DELETE FROM incarnation WHERE ended < $1", [cutoff]);
  await connection.run("DELETE FROM process WHERE key NOT IN (SELECT process FROM incarnation)");
}

/** When the earliest of the samples was seen; null where there is none. */
async function earliestSample(connection: DuckDBConnection): Promise<number | null> {
  const rows = await connection.runAndReadAll("SELECT min(seen) FROM sample");
  return rows.getRows()[0]![0] as number | null;
}

/** Bytes in use in the database file; free blocks within it do not count, they are written to again. */
async function sizeInUse(connection: DuckDBConnection): Promise<number> {
  const rows = await connection.runAndReadAll("SELECT (used_blocks * block_size)::DOUBLE FROM pragma_database_size()");
  return Number(rows.getRows()[0]?.[0] ?? 0);
}

/** What to keep: `age` in milliseconds, `size` in bytes of the database file. */
export interface Keep {
  readonly age?: number;
  readonly size?: number;
}

/** The smallest step by which a database that is too big is shortened at its old end. */
const SHORTEN_BY = 0.1;

/** Drops by age first, then, while the rest is too big, a tenth of the span at a time. */
export async function retain(connection: DuckDBConnection, keep: Keep, now: number): Promise<void> {
  if (keep.age !== undefined) await dropBefore(connection, now - keep.age);
  if (keep.size === undefined) return;
  for (let used = await sizeInUse(connection); used > keep.size;) {
    const from = await earliestSample(connection);
    if (from === null || from >= now) return;
    await dropBefore(connection, from + Math.max(1, (now - from) * SHORTEN_BY));
    const left = await sizeInUse(connection);
    // What remains may not be shrinkable: incidents, names, the last complete snapshots.
    if (left === used && now - from < 60_000) return;
    used = left;
  }
}
