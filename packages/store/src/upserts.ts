import type { DuckDBConnection } from "@duckdb/node-api";
import type { ChangeSeen, CodeSeen, GapSeen, JobSeen, LogCounted, LogSeen, ProcessEnded, ProcessSeen } from "@heaptide/model";

/*
 * Writing of what is rare: one row for each thing, of which the latest observation counts, in whatever order they arrive. Each within the caller's
 * transaction.
 */

/** A log message may be a megabyte; an example is for people. */
const EXAMPLE_LENGTH = 500;

export async function upsertProcess(connection: DuckDBConnection, { process, incarnation, at }: ProcessSeen): Promise<void> {
  await connection.run(
    "INSERT INTO process VALUES ($1, $2, $3) ON CONFLICT (key) DO UPDATE SET name = excluded.name, role = excluded.role",
    [process.key, process.name, process.role],
  );
  const { key, process: of, pid, startedAt, endedAt, flinkId, command, javaVersion, collector, limits } = incarnation;
  // A life that ended stays ended, whatever is said late about the time before.
  await connection.run(
    `INSERT INTO incarnation VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (key) DO UPDATE SET
       pid = excluded.pid, started = excluded.started, ended = coalesce(incarnation.ended, excluded.ended), flink_id = excluded.flink_id,
       command = excluded.command, java_version = excluded.java_version, collector = excluded.collector, limits = excluded.limits,
       seen = excluded.seen
     WHERE excluded.seen >= incarnation.seen`,
    [key, of, pid, startedAt, endedAt, flinkId, command, javaVersion, collector, JSON.stringify(limits), at],
  );
}

export async function endIncarnation(connection: DuckDBConnection, { at, incarnation }: ProcessEnded): Promise<void> {
  await connection.run("UPDATE incarnation SET ended = $1 WHERE key = $2 AND ended IS NULL", [at, incarnation]);
}

/** The same jar has the same code. */
export async function insertCode(connection: DuckDBConnection, code: CodeSeen): Promise<void> {
  const { incarnation, jar, at } = code;
  await connection.run("INSERT INTO code VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", [incarnation, jar, at, JSON.stringify(code)]);
}

/** The lives that ran a job stay its own when they are over, or when it went on elsewhere. */
export async function upsertJob(connection: DuckDBConnection, { job, at }: JobSeen): Promise<void> {
  const { id, name, state, startedAt, endedAt, operators, incarnations, spread = {} } = job;
  await connection.run(
    `INSERT INTO job VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '{}') ON CONFLICT (id) DO UPDATE SET name = excluded.name,
       state = excluded.state, started = excluded.started, ended = excluded.ended, operators = excluded.operators,
       seen = excluded.seen
     WHERE excluded.seen >= job.seen`,
    [id, name, state, startedAt, endedAt, JSON.stringify(operators), JSON.stringify(incarnations), at],
  );
  await connection.run(
    `UPDATE job SET incarnations = to_json(list_sort(list_distinct(
       list_concat(from_json(incarnations, '["VARCHAR"]'), from_json($2, '["VARCHAR"]'))))),
       spread = json_merge_patch(coalesce(spread, '{}'), $3) WHERE id = $1`,
    [id, JSON.stringify(incarnations), JSON.stringify(spread)],
  );
}

/** The same change reported twice is one change: the first report stays. */
export async function insertChange(connection: DuckDBConnection, change: ChangeSeen): Promise<void> {
  const { id, at, kind, job, process, title, attributes } = change;
  await connection.run("INSERT INTO change VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING", [
    id,
    at,
    kind,
    job,
    process,
    title,
    JSON.stringify(attributes),
  ]);
}

export async function upsertGap(connection: DuckDBConnection, { id, at, from, to, job, title, elsewhere = false }: GapSeen): Promise<void> {
  await connection.run(
    `INSERT INTO gap VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET seen = excluded.seen, start = excluded.start,
       finish = excluded.finish, job = excluded.job, title = excluded.title, elsewhere = excluded.elsewhere WHERE excluded.seen >= gap.seen`,
    [id, at, from, to, job, title, elsewhere],
  );
}

/** The miner makes a pattern more general as lines come in; the first line stays the example. */
export async function upsertPattern(connection: DuckDBConnection, seen: LogSeen | LogCounted): Promise<void> {
  const { incarnation, patternId, pattern, level, logger, throwable, frame = null, message } = seen;
  await connection.run(
    `INSERT INTO log_pattern VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (incarnation, id) DO UPDATE SET pattern = excluded.pattern
     WHERE excluded.pattern <> log_pattern.pattern`,
    [incarnation, patternId, pattern, level, logger, throwable, message.slice(0, EXAMPLE_LENGTH), frame],
  );
}
