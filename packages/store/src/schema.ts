/**
 * The database's tables, as a list of migrations. Migration n brings a database of schema n to n + 1; each runs in one transaction with the
 * row that records it. A published migration is never changed: add one.
 *
 * Every number is a DOUBLE: times are milliseconds since the epoch, counts and sizes stay below 2^53, and a column reads into a
 * Float64Array as it is. Structures that are only ever read whole (operators, limits, allocations, code) are JSON text.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE process (key VARCHAR PRIMARY KEY, name VARCHAR, role VARCHAR);
  CREATE TABLE incarnation (
    key VARCHAR PRIMARY KEY, process VARCHAR, pid DOUBLE, started DOUBLE, ended DOUBLE, flink_id VARCHAR, command VARCHAR,
    java_version VARCHAR, collector VARCHAR, limits VARCHAR, seen DOUBLE);
  CREATE TABLE job (
    id VARCHAR PRIMARY KEY, name VARCHAR, state VARCHAR, started DOUBLE, ended DOUBLE, operators VARCHAR, incarnations VARCHAR, seen DOUBLE);
  CREATE TABLE change (
    id VARCHAR PRIMARY KEY, seen DOUBLE, kind VARCHAR, job VARCHAR, process VARCHAR, title VARCHAR, attributes VARCHAR);
  CREATE TABLE gap (id VARCHAR PRIMARY KEY, seen DOUBLE, start DOUBLE, finish DOUBLE, job VARCHAR, title VARCHAR);
  CREATE TABLE allocations (incarnation VARCHAR PRIMARY KEY, seen DOUBLE, content VARCHAR);
  CREATE TABLE log_pattern (
    incarnation VARCHAR, id VARCHAR, pattern VARCHAR, level VARCHAR, logger VARCHAR, throwable VARCHAR, example VARCHAR,
    PRIMARY KEY (incarnation, id));
  CREATE TABLE incident (id VARCHAR PRIMARY KEY, first_seen DOUBLE, last_seen DOUBLE, verdict VARCHAR, finding VARCHAR);

  CREATE TABLE sample (incarnation VARCHAR, measure VARCHAR, seen DOUBLE, value DOUBLE);
  CREATE TABLE operator_count (job VARCHAR, vertex VARCHAR, operator VARCHAR, counter VARCHAR, seen DOUBLE, value DOUBLE);
  CREATE TABLE log_line (incarnation VARCHAR, pattern VARCHAR, seen DOUBLE);
  CREATE TABLE cost (incarnation VARCHAR, probe VARCHAR, seen DOUBLE, pause DOUBLE);
  CREATE TABLE probe_state (incarnation VARCHAR, probe VARCHAR, seen DOUBLE, code VARCHAR, cause VARCHAR, next VARCHAR);

  CREATE TABLE class_name (id DOUBLE PRIMARY KEY, name VARCHAR);
  CREATE TABLE snapshot (id DOUBLE PRIMARY KEY, incarnation VARCHAR, kind VARCHAR, seen DOUBLE, complete BOOLEAN);
  CREATE TABLE snapshot_class (snapshot DOUBLE, class DOUBLE, instances DOUBLE, bytes DOUBLE);
  `,
  // Several dumps for an incarnation. DuckDB cannot change a table's key, so the table is a new one.
  `
  CREATE TABLE allocation_dump (incarnation VARCHAR, seen DOUBLE, content VARCHAR, PRIMARY KEY (incarnation, seen));
  INSERT INTO allocation_dump SELECT incarnation, seen, content FROM allocations;
  DROP TABLE allocations;
  `,
  `
  ALTER TABLE log_line ADD COLUMN ordinal DOUBLE DEFAULT 0;
  `,
  `
  CREATE TABLE census (incarnation VARCHAR, subject VARCHAR, name VARCHAR, seen DOUBLE, value DOUBLE);
  CREATE TABLE checkpoint_size (job VARCHAR, vertex VARCHAR, checkpoint DOUBLE, seen DOUBLE, bytes DOUBLE);
  `,
  // Incidents became stories with a life of their own, and got company: alarms, silences, notifications. Lines of busy patterns are counted, not kept.
  `
  CREATE TABLE record (kind VARCHAR, id VARCHAR, seen DOUBLE, content VARCHAR, PRIMARY KEY (kind, id));
  DROP TABLE incident;
  CREATE TABLE log_count (incarnation VARCHAR, pattern VARCHAR, seen DOUBLE, batch VARCHAR, lines DOUBLE);
  `,
  // Pipelines tell of gaps too, and some know that the reason lies elsewhere.
  `
  ALTER TABLE gap ADD COLUMN elsewhere BOOLEAN DEFAULT FALSE;
  `,
  `
  CREATE TABLE code (incarnation VARCHAR, jar VARCHAR, seen DOUBLE, content VARCHAR, PRIMARY KEY (incarnation, jar));
  `,
  // Of each pattern some lines as they were.
  `
  CREATE TABLE log_text (incarnation VARCHAR, pattern VARCHAR, seen DOUBLE, ordinal DOUBLE, line VARCHAR);
  `,
  // Where an exception was thrown.
  `
  ALTER TABLE log_pattern ADD COLUMN frame VARCHAR;
  `,
  // Of a job that runs in several processes: how many subtasks of each vertex each of them has.
  `
  ALTER TABLE job ADD COLUMN spread VARCHAR;
  `,
];

/** What one row of a bulk table holds, and which columns make it the same fact when it arrives twice. `seen` is part of every key. */
export interface BulkTable {
  readonly name: string;
  readonly columns: readonly (readonly [name: string, type: "VARCHAR" | "DOUBLE"])[];
  readonly key: readonly string[];
}

/** The tables that grow with time. They have no index: a batch is compared with the rows of its own span of time only. */
export const BULK_TABLES = {
  sample: {
    name: "sample",
    columns: [
      ["incarnation", "VARCHAR"],
      ["measure", "VARCHAR"],
      ["seen", "DOUBLE"],
      ["value", "DOUBLE"],
    ],
    key: ["incarnation", "measure", "seen"],
  },
  operatorCount: {
    name: "operator_count",
    columns: [
      ["job", "VARCHAR"],
      ["vertex", "VARCHAR"],
      ["operator", "VARCHAR"],
      ["counter", "VARCHAR"],
      ["seen", "DOUBLE"],
      ["value", "DOUBLE"],
    ],
    key: ["job", "vertex", "operator", "counter", "seen"],
  },
  /** Lines of one pattern with the same time are told apart by their ordinal, so that a line that is read twice is one. */
  logLine: {
    name: "log_line",
    columns: [
      ["incarnation", "VARCHAR"],
      ["pattern", "VARCHAR"],
      ["seen", "DOUBLE"],
      ["ordinal", "DOUBLE"],
    ],
    key: ["incarnation", "pattern", "seen", "ordinal"],
  },
  /** The text of some of them. */
  logText: {
    name: "log_text",
    columns: [
      ["incarnation", "VARCHAR"],
      ["pattern", "VARCHAR"],
      ["seen", "DOUBLE"],
      ["ordinal", "DOUBLE"],
      ["line", "VARCHAR"],
    ],
    key: ["incarnation", "pattern", "seen", "ordinal"],
  },
  /** Lines of a pattern in a stretch of time; `batch` tells apart what arrived at different times, so that what is told twice counts once. */
  logCount: {
    name: "log_count",
    columns: [
      ["incarnation", "VARCHAR"],
      ["pattern", "VARCHAR"],
      ["seen", "DOUBLE"],
      ["batch", "VARCHAR"],
      ["lines", "DOUBLE"],
    ],
    key: ["incarnation", "pattern", "seen", "batch"],
  },
  cost: {
    name: "cost",
    columns: [
      ["incarnation", "VARCHAR"],
      ["probe", "VARCHAR"],
      ["seen", "DOUBLE"],
      ["pause", "DOUBLE"],
    ],
    key: ["incarnation", "probe", "seen"],
  },
  /** `incarnation` is empty for probes of the cluster as a whole: SQL's NULL equals nothing, not even itself. */
  probeState: {
    name: "probe_state",
    columns: [
      ["incarnation", "VARCHAR"],
      ["probe", "VARCHAR"],
      ["seen", "DOUBLE"],
      ["code", "VARCHAR"],
      ["cause", "VARCHAR"],
      ["next", "VARCHAR"],
    ],
    key: ["incarnation", "probe", "seen"],
  },
  census: {
    name: "census",
    columns: [
      ["incarnation", "VARCHAR"],
      ["subject", "VARCHAR"],
      ["name", "VARCHAR"],
      ["seen", "DOUBLE"],
      ["value", "DOUBLE"],
    ],
    key: ["incarnation", "subject", "name", "seen"],
  },
  /** `vertex` is empty for the job as a whole. */
  checkpointSize: {
    name: "checkpoint_size",
    columns: [
      ["job", "VARCHAR"],
      ["vertex", "VARCHAR"],
      ["checkpoint", "DOUBLE"],
      ["seen", "DOUBLE"],
      ["bytes", "DOUBLE"],
    ],
    key: ["job", "vertex", "checkpoint", "seen"],
  },
} as const satisfies Record<string, BulkTable>;
