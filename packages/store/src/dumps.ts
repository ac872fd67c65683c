import type { DuckDBConnection } from "@duckdb/node-api";
import type { AllocationsSeen } from "@heaptide/model";

/** A dump is some hundred kilobytes: of those before changes, so many are kept for each incarnation. */
const KEPT_BEFORE_CHANGES = 8;

export async function insertDump(connection: DuckDBConnection, dump: AllocationsSeen): Promise<void> {
  await connection.run("INSERT INTO allocation_dump VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", [
    dump.incarnation,
    dump.at,
    JSON.stringify(dump),
  ]);
}

/**
 * Drops the dumps of an incarnation that tell nothing of their own: a later one repeats what is still there. What a change set free only the last dump
 * before it shows. Kept are these, the latest ones of them, and the last two of all: a change may be told after the first dump that follows it.
 *
 * To be called at the end of a batch, in its transaction, when all its changes and dumps are in their tables.
 */
export async function dropRepeatedDumps(connection: DuckDBConnection, incarnation: string): Promise<void> {
  await connection.run(
    `WITH dump AS (SELECT seen FROM allocation_dump WHERE incarnation = $1),
       before_change AS (SELECT DISTINCT dump.seen FROM change ASOF JOIN dump ON change.seen >= dump.seen)
     DELETE FROM allocation_dump WHERE incarnation = $1
       AND seen NOT IN (SELECT seen FROM dump ORDER BY seen DESC LIMIT 2)
       AND seen NOT IN (SELECT seen FROM before_change ORDER BY seen DESC LIMIT ${KEPT_BEFORE_CHANGES})`,
    [incarnation],
  );
}
