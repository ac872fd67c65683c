import type { DuckDBConnection } from "@duckdb/node-api";
import type { LogSeen } from "@heaptide/model";
import { readColumns } from "./read/columns.ts";
import type { Span } from "./read/history.ts";

/** Of each pattern the latest lines are kept as they were, so many; and of those that come in one batch, so many. A flood of lines costs no more than that. */
const MOST_OF_PATTERN = 20;
const MOST_OF_BATCH = 4;
/** A line may be a megabyte: what is beyond this tells no more. */
const LONGEST = 4000;

/** A line of a log as it was written. `at`: milliseconds since the epoch. */
export interface LogText {
  readonly at: number;
  readonly text: string;
}

/** The last lines of each pattern in a batch. */
export class LogTexts {
  readonly #lines = new Map<string, LogSeen[]>();

  note(seen: LogSeen): void {
    const key = `${seen.incarnation}\n${seen.patternId}`;
    const lines = this.#lines.get(key) ?? [];
    this.#lines.set(key, lines);
    lines.push(seen);
    if (lines.length > MOST_OF_BATCH) lines.shift();
  }

  rows(): (string | number)[][] {
    return [...this.#lines.values()]
      .flat()
      .map(({ incarnation, patternId, at, ordinal = 0, message }) => [incarnation, patternId, at, ordinal, message.slice(0, LONGEST)]);
  }
}

/** Keeps the latest of each pattern. */
export async function dropOldTexts(connection: DuckDBConnection): Promise<void> {
  await connection.run(
    `DELETE FROM log_text WHERE rowid IN (SELECT rowid FROM (
       SELECT rowid, row_number() OVER (PARTITION BY incarnation, pattern ORDER BY seen DESC, ordinal DESC) AS place FROM log_text
     ) WHERE place > $1)`,
    [MOST_OF_PATTERN],
  );
}

/** The latest first. */
export async function readTexts(connection: DuckDBConnection, incarnation: string, pattern: string, span: Span): Promise<LogText[]> {
  const columns = await readColumns(
    connection,
    "SELECT seen, line FROM log_text WHERE incarnation = $1 AND pattern = $2 AND seen BETWEEN $3 AND $4 ORDER BY seen DESC, ordinal DESC",
    [incarnation, pattern, span.from, span.to],
  );
  const lines = columns.texts(1);
  return Array.from(columns.numbers(0), (at, row) => ({ at, text: lines[row] ?? "" }));
}
