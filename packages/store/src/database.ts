import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { DuckDBConnection } from "@duckdb/node-api";
import { HeaptideError, isHeaptideError } from "@heaptide/base";
import { MIGRATIONS } from "./schema.ts";

export const IN_MEMORY = ":memory:";

/** An open database: one connection writes, one reads, so that a long question does not hold up the observations. */
export interface Database {
  readonly path: string;
  readonly writer: DuckDBConnection;
  /** What had to be moved aside to open it. */
  readonly movedAside: HeaptideError<"STORE_MOVED_ASIDE"> | null;
  /** Asks on the connection that reads. Questions may overlap. */
  ask<T>(question: (reader: DuckDBConnection) => Promise<T>): Promise<T>;
  /** Waits for the questions that are being answered: DuckDB takes the process with it when a connection is closed beneath one. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Now, milliseconds since the epoch: dates the name of a file that is moved aside. */
  readonly clock: () => number;
}

/** DuckDB takes 80 % of the machine's memory and all its cores if nobody says otherwise; it is a guest here. */
const SETTINGS = { threads: "2", memory_limit: "512MB" };

/**
 * Opens or creates the database and brings its schema up to date.
 *
 * A file that DuckDB cannot read is renamed, never deleted, and a new one begun. If only the log of the last writes (`.wal`) is damaged, only that
 * is moved, and everything up to the last checkpoint is kept.
 * @throws STORE_LOCKED, STORE_TOO_NEW, STORE_UNUSABLE, DISK_FULL
 */
export async function openDatabase(path: string, options: DatabaseOptions): Promise<Database> {
  if (path === IN_MEMORY) return migrated(await connect(path), path, null);
  const file = resolve(path);
  makeFolder(file);
  let movedAside: Database["movedAside"] = null;
  for (;;) {
    try {
      return await migrated(await connect(file), file, movedAside);
    } catch (error) {
      const expected = openingFailure(error, file);
      if (!isHeaptideError(expected, "STORE_CORRUPT")) throw expected;
      movedAside = moveAside(file, expected.detail.cause, options.clock());
    }
  }
}

interface Connections {
  readonly instance: DuckDBInstance;
  readonly writer: DuckDBConnection;
  readonly reader: DuckDBConnection;
}

async function connect(path: string): Promise<Connections> {
  const instance = await DuckDBInstance.create(path, SETTINGS);
  return { instance, writer: await instance.connect(), reader: await instance.connect() };
}

async function migrated(connections: Connections, path: string, movedAside: Database["movedAside"]): Promise<Database> {
  try {
    await migrate(connections.writer, path);
    return asDatabase(connections, path, movedAside);
  } catch (error) {
    close(connections);
    throw error;
  }
}

function asDatabase(connections: Connections, path: string, movedAside: Database["movedAside"]): Database {
  const asked = new Set<Promise<unknown>>();
  return {
    path,
    writer: connections.writer,
    movedAside,
    async ask(question) {
      const answer = question(connections.reader);
      asked.add(answer);
      return answer.finally(() => asked.delete(answer));
    },
    async close() {
      await Promise.allSettled(asked);
      close(connections);
    },
  };
}

function close({ reader, writer, instance }: Connections): void {
  reader.closeSync();
  writer.closeSync();
  instance.closeSync();
}

async function migrate(connection: DuckDBConnection, path: string): Promise<void> {
  const found = await schemaVersion(connection);
  if (found > MIGRATIONS.length) throw tooNew(path, found);
  for (let version = found; version < MIGRATIONS.length; version++) {
    await connection.run("BEGIN");
    await connection.run("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER)");
    await connection.run(MIGRATIONS[version]!);
    await connection.run("INSERT INTO schema_version VALUES ($1)", [version + 1]);
    await connection.run("COMMIT");
  }
}

/** 0 for an empty database. */
async function schemaVersion(connection: DuckDBConnection): Promise<number> {
  const tables = await connection.runAndReadAll("SELECT 1 FROM information_schema.tables WHERE table_name = 'schema_version'");
  if (tables.currentRowCount === 0) return 0;
  const rows = await connection.runAndReadAll("SELECT max(version) FROM schema_version");
  return Number(rows.getRows()[0]?.[0] ?? 0);
}

const tooNew = (path: string, version: number): HeaptideError<"STORE_TOO_NEW"> =>
  new HeaptideError("STORE_TOO_NEW", { path, found: String(version), supported: String(MIGRATIONS.length) });

function makeFolder(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (error) {
    throw openingFailure(error, file);
  }
}

/** Renames the part that cannot be read. Colons in a date are no good in a file name on every system. */
function moveAside(file: string, cause: string, now: number): HeaptideError<"STORE_MOVED_ASIDE"> {
  const stamp = new Date(now).toISOString().replaceAll(":", "-");
  const log = `${file}.wal`;
  const onlyTheLog = /\bWAL\b|write-ahead/i.test(cause) && existsSync(log);
  const parts = onlyTheLog ? [log] : [file, log].filter((part) => existsSync(part));
  const renamed = parts.map((part) => {
    const aside = unusedName(`${part}.corrupt-${stamp}`);
    renameSync(part, aside);
    return aside;
  });
  return new HeaptideError("STORE_MOVED_ASIDE", { path: onlyTheLog ? log : file, aside: renamed.join(" and "), cause });
}

function unusedName(name: string): string {
  let candidate = name;
  for (let n = 2; existsSync(candidate); n++) candidate = `${name}-${n}`;
  return candidate;
}

/** DuckDB tells its failures apart by their text only. What is not recognised is reported as it is, never taken for corruption. */
function openingFailure(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || isHeaptideError(error)) return error;
  const cause = firstLine(error.message);
  if (/set lock on file|file handle conflict|already (?:open|attached)/i.test(cause)) {
    const pid = /PID (\d+)/.exec(cause)?.[1];
    return new HeaptideError("STORE_LOCKED", { path, pid: pid === undefined ? null : Number(pid) }, { cause: error });
  }
  const version = /version number (\d+), but we can only read version (.+?)\.?$/i.exec(cause);
  if (version) return new HeaptideError("STORE_TOO_NEW", { path, found: version[1]!, supported: version[2]! }, { cause: error });
  if (isDiskFull(cause)) return new HeaptideError("DISK_FULL", { path, cause }, { cause: error });
  if (isCorruption(cause)) return new HeaptideError("STORE_CORRUPT", { path, cause }, { cause: error });
  return new HeaptideError("STORE_UNUSABLE", { path, cause }, { cause: error });
}

export function isDiskFull(message: string): boolean {
  return /no space left|ENOSPC|disk quota|file too large/i.test(message);
}

function isCorruption(message: string): boolean {
  return /not a valid DuckDB database|corrupt|checksum|read enough bytes|serialization error|deserialize|replaying WAL|INTERNAL Error|Catalog Error/i.test(
    message,
  );
}

/** DuckDB's own errors go on with hints and stack traces. */
export const firstLine = (message: string): string => (message.split("\n", 1)[0] ?? "").replace(/\.$/, "");
