import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { HeaptideError } from "@heaptide/base";
import { firstLine, isDiskFull } from "./database.ts";

/**
 * A session is a database like any other, in one file without a log: small, complete, to be replayed or attached to a bug report.
 * @throws STORE_UNUSABLE if the file exists: a session is never overwritten
 */
export async function exportTo(connection: DuckDBConnection, path: string): Promise<void> {
  const file = resolve(path);
  if (existsSync(file)) throw new HeaptideError("STORE_UNUSABLE", { path: file, cause: "the file exists already" });
  const source = String((await connection.runAndReadAll("SELECT current_database()")).getRows()[0]![0]);
  try {
    await connection.run(`ATTACH ${quoted(file, "'")} AS session`);
    try {
      await connection.run(`COPY FROM DATABASE ${quoted(source, '"')} TO session`);
    } finally {
      await connection.run("DETACH session");
    }
  } catch (error) {
    const cause = firstLine(error instanceof Error ? error.message : String(error));
    throw new HeaptideError(isDiskFull(cause) ? "DISK_FULL" : "STORE_UNUSABLE", { path: file, cause }, { cause: error });
  }
}

const quoted = (text: string, quote: string): string => `${quote}${text.replaceAll(quote, quote + quote)}${quote}`;
