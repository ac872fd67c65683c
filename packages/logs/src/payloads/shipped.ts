import { LogReader } from "../reader.ts";
import { parseJsonObject } from "../layouts/json.ts";
import type { LogRecord } from "../record.ts";
import { TimeZone } from "../time-zone.ts";

/** Where a line that was shipped came from, as far as the shipper tells. */
export interface LogOrigin {
  readonly host: string | null;
  /** Name of a pod, a container or its id. */
  readonly container: string | null;
  readonly service: string | null;
  readonly file: string | null;
  readonly pid: number | null;
}

export interface ShippedRecord {
  readonly origin: LogOrigin;
  readonly record: LogRecord;
}

/** Names under which shippers put where a line came from: ECS (Filebeat, Elastic Agent), Fluent Bit, Vector, rsyslog, OpenTelemetry, Promtail. */
const FIELDS = {
  host: ["host.name", "host.hostname", "hostname", "fromhost", "host", "nodename", "agent.hostname"],
  container: [
    "kubernetes.pod.name",
    "kubernetes.pod_name",
    "k8s.pod.name",
    "pod",
    "container.name",
    "container_name",
    "container.id",
    "container_id",
  ],
  service: ["service.name", "service", "service_name", "app", "job", "programname", "syslog-tag"],
  file: ["log.file.path", "file.path", "file", "filename", "log.file.name", "path"],
  pid: ["process.pid", "pid", "procid"],
} as const;

type Fields = Readonly<Record<string, unknown>>;

/** Flat (`"host.name"`) or nested (`"host": {"name"}`): both are read. */
export function originOf(fields: Fields): LogOrigin {
  const pid = Number(textOf(fields, FIELDS.pid));
  return {
    host: textOf(fields, FIELDS.host),
    container: textOf(fields, FIELDS.container),
    service: textOf(fields, FIELDS.service),
    file: textOf(fields, FIELDS.file),
    pid: Number.isSafeInteger(pid) && pid > 0 ? pid : null,
  };
}

function textOf(fields: Fields, names: readonly string[]): string | null {
  for (const name of names) {
    const value = fields[name] ?? nested(fields, name);
    if (typeof value === "string" && value !== "") return value.slice(0, 300);
    if (typeof value === "number") return String(value);
  }
  return null;
}

/** Most names have no dot, and this is asked ten times a line. */
function nested(fields: Fields, name: string): unknown {
  const dot = name.indexOf(".");
  if (dot < 0) return undefined;
  const inner = fields[name.slice(0, dot)];
  if (typeof inner !== "object" || inner === null) return undefined;
  const rest = name.slice(dot + 1);
  return (inner as Fields)[rest] ?? nested(inner as Fields, rest);
}

/** One for all: to make one costs more than to read a thousand lines. */
const UTC = new TimeZone("UTC");
/** Fluent Bit keeps a line under `log`, others under `message`, `msg`, or as OpenTelemetry's `body`. */
const LINES = ["message", "log", "msg", "body", "event.original"] as const;

/**
 * What a shipper's document says: the record it describes itself (a level, a logger, a time), or the line of text it carries, read as a log file's line is. A message over
 * several lines, as shippers put a stack trace together, is one record.
 * @returns null for a document that carries no line
 */
export function recordIn(fields: Fields): LogRecord | null {
  const described = parseJsonObject(fields, UTC);
  const text = textIn(fields);
  if (described && !looksLikeALine(described.message)) return withTrace(described);
  if (text === null) return described ?? null;
  const record = recordOf(text);
  const sent = described?.at ?? timeIn(fields);
  // What the line itself says goes before what the shipper adds.
  return { ...record, at: record.at ?? sent, level: record.logger === null && described ? described.level : record.level };
}

/** One line, or one record over several. */
export function recordOf(text: string): LogRecord {
  const reader = new LogReader({ timeZone: UTC });
  const [first, ...rest] = [...reader.push(text), ...reader.end()];
  if (first === undefined) return { at: null, level: "info", logger: null, thread: null, message: text.trim(), throwable: null };
  const cause = [first, ...rest].find(({ throwable }) => throwable !== null);
  return { ...first, throwable: cause?.throwable ?? null, ...(cause?.frame !== undefined && { frame: cause.frame }) };
}

const looksLikeALine = (message: string): boolean => /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(message) || message.startsWith("{");

/** The message may hold the stack trace itself. */
function withTrace(record: LogRecord): LogRecord {
  if (record.throwable !== null || !record.message.includes("\n")) return record;
  const { message, throwable, frame } = recordOf(record.message);
  return { ...record, message, throwable, ...(frame !== undefined && { frame }) };
}

function textIn(fields: Fields): string | null {
  const text = LINES.map((name) => fields[name]).find((value) => typeof value === "string");
  return text === undefined || text.trim() === "" ? null : text;
}

function timeIn(fields: Fields): number | null {
  const value = fields["@timestamp"] ?? fields["timestamp"] ?? fields["time"] ?? fields["date"];
  if (typeof value === "number") return value < 1e11 ? value * 1000 : value;
  const parsed = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? null : parsed;
}
