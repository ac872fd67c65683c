import type { LogLevel } from "@heaptide/model";
import { levelOf, type LogRecord } from "../record.ts";
import type { TimeZone } from "../time-zone.ts";
import { recordByLooks } from "./json-looks.ts";
import { isObject, type Json, rootCauseOf, timeFrom } from "./json-values.ts";

/**
 * Format: one JSON object a line.
 * Written by log4j's JsonTemplateLayout with its own templates (ECS, the default; Logstash, GELF, Google Cloud, JsonLayout), by logback's
 * Logstash and ECS encoders. Fields: elastic.co/guide/en/ecs, logging.apache.org/log4j/2.x/manual/json-template-layout.html.
 * ECS writes dotted names either flat (`"log.level"`) or nested (`"log":{"level"}`): both are read. Templates of one's own may call everything otherwise: there what the
 * values look like says what they are.
 * Not supported: objects over several lines.
 */
const FIELDS = {
  time: ["@timestamp", "timestamp", "time", "instant"],
  level: ["log.level", "level", "severity"],
  logger: ["log.logger", "logger_name", "loggerName", "logger", "_logger"],
  thread: ["process.thread.name", "thread_name", "thread", "threadName", "_thread"],
  message: ["message", "short_message", "msg"],
  trace: ["error.stack_trace", "stack_trace", "thrown.extendedStackTrace", "exception.stacktrace", "exception", "full_message"],
  throwable: ["error.type", "thrown.name", "exception.exception_class", "exception_class"],
} as const;

/** @returns `undefined` where the line is no JSON object, or one without a message and a level. */
export function parseJsonLine(line: string, zone: TimeZone): LogRecord | undefined {
  if (line.charCodeAt(0) !== 0x7b) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  return isObject(parsed) ? (parseJsonObject(parsed, zone) ?? recordByLooks(parsed, zone)) : undefined;
}

/** The record that such an object describes, wherever it came from; `undefined` for one without a message and a level. */
export function parseJsonObject(parsed: Json, zone: TimeZone): LogRecord | undefined {
  const message = textAt(parsed, FIELDS.message);
  const level = levelFrom(first(parsed, FIELDS.level));
  if (message === null || level === undefined) return undefined;
  const { class: throwable, frame } = rootCauseOf(first(parsed, FIELDS.trace));
  return {
    at: timeFrom(first(parsed, FIELDS.time), zone),
    level,
    logger: textAt(parsed, FIELDS.logger),
    thread: textAt(parsed, FIELDS.thread),
    message,
    throwable: throwable ?? textAt(parsed, FIELDS.throwable),
    ...(frame !== null && { frame }),
  };
}

function first(object: Json, names: readonly string[]): unknown {
  for (const name of names) {
    const value = object[name] ?? name.split(".").reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), object);
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

function textAt(object: Json, names: readonly string[]): string | null {
  const value = first(object, names);
  return typeof value === "string" ? value : null;
}

/** GELF gives syslog's numbers: 0 to 2 fatal, 3 error, 4 warning, 5 and 6 information, 7 debug. */
function levelFrom(value: unknown): LogLevel | undefined {
  if (typeof value === "string") return levelOf(value);
  if (typeof value !== "number") return undefined;
  return value <= 2 ? "fatal" : value === 3 ? "error" : value === 4 ? "warn" : value <= 6 ? "info" : "debug";
}
