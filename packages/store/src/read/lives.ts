import { type DuckDBListValue, listValue } from "@duckdb/node-api";

/** A list of names, at least one, as a value of a query; in SQL it is `$n::VARCHAR[]`. */
export const namesValue = (names: readonly string[]): DuckDBListValue => listValue(names);

/** The same of lives, where null stands for all of them. */
export const livesValue = (lives: readonly string[] | null): DuckDBListValue | null => lives && namesValue(lives);

/** In SQL: whether the row is of one of the lives in the value `parameter`, `$3` or so. */
export const ofLives = (parameter: string): string =>
  `(${parameter}::VARCHAR[] IS NULL OR list_contains(${parameter}::VARCHAR[], incarnation))`;
