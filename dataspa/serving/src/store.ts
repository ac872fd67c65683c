import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue, type Json } from "@duckdb/node-api";

/**
 * The serving database: what the jobs' files say, in a form that can be asked. It can be deleted at any time: it is made again from the files.
 * One connection, so that statements follow one another.
 */
export class ServingStore implements AsyncDisposable {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  /** Transactions one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  /** @param path of the file; undefined keeps it in memory */
  static async open(path?: string): Promise<ServingStore> {
    if (path !== undefined) await mkdir(dirname(path), { recursive: true });
    // Bounds what a query may take beside Flink on a small machine.
    const instance = await DuckDBInstance.create(path ?? ":memory:", { memory_limit: "512MB", threads: "2" });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    await connection.run("SET preserve_insertion_order = false");
    await connection.run(SCHEMA);
    return new ServingStore(instance, connection);
  }

  /** Rows as JSON has them. `$1`, `$2` stand for the values: no text of a user's or a website's is ever part of a statement. */
  rows<T = Record<string, Json>>(sql: string, values: readonly DuckDBValue[] = []): Promise<T[]> {
    return this.#inTurn(async () => {
      const result = await this.#connection.runAndReadAll(sql, [...values]);
      return result.getRowObjectsJson() as T[];
    });
  }

  /** All statements or none. */
  transaction(work: (run: (sql: string, values?: readonly DuckDBValue[]) => Promise<void>) => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      await this.#connection.run("BEGIN");
      try {
        await work(async (sql, values = []) => void (await this.#connection.run(sql, [...values])));
        await this.#connection.run("COMMIT");
      } catch (error) {
        await this.#connection.run("ROLLBACK");
        throw error;
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last;
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}

/**
 * Times are UTC. `ledger` has a line per captured record, `events` the latest state of each event, `files` what has been read in already: a file and its rows
 * come in one transaction.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS files (path VARCHAR PRIMARY KEY);
  CREATE TABLE IF NOT EXISTS events (
    id VARCHAR PRIMARY KEY, name VARCHAR, description VARCHAR, url VARCHAR, starts TIMESTAMP, ends TIMESTAMP,
    venue VARCHAR, address VARCHAR, latitude DOUBLE, longitude DOUBLE, source VARCHAR, night VARCHAR, record VARCHAR, served TIMESTAMP);
  CREATE TABLE IF NOT EXISTS ledger (
    record VARCHAR PRIMARY KEY, source VARCHAR, night VARCHAR, event VARCHAR, outcome VARCHAR, reason VARCHAR, coordinates BOOLEAN,
    published TIMESTAMP, processed TIMESTAMP);
  CREATE TABLE IF NOT EXISTS enriched (record VARCHAR PRIMARY KEY, source VARCHAR, night VARCHAR, coordinates BOOLEAN, published TIMESTAMP, served TIMESTAMP);
  CREATE TABLE IF NOT EXISTS popularity (event VARCHAR, starts TIMESTAMP, ends TIMESTAMP, views BIGINT, saves BIGINT, hides BIGINT, went BIGINT, PRIMARY KEY (event, starts));
  CREATE TABLE IF NOT EXISTS reports (
    run VARCHAR PRIMARY KEY, source VARCHAR, night VARCHAR, taken TIMESTAMP, took DOUBLE, status VARCHAR, pages INTEGER, unchanged INTEGER, bytes BIGINT,
    listed INTEGER, found INTEGER, captured INTEGER, rejected JSON, problem VARCHAR, message VARCHAR, published TIMESTAMP);
  CREATE TABLE IF NOT EXISTS states (taken TIMESTAMP PRIMARY KEY, taskManagers INTEGER, jobs JSON, problem VARCHAR);
`;
