import { levelOf, type LogRecord } from "../record.ts";
import { type TimeZone, zoneOffset } from "../time-zone.ts";

/**
 * Format: text lines as log4j's and logback's pattern layouts write them, one record a line, the rest of a record on the lines after it.
 * Written by Flink (`conf/log4j.properties`: `%d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %-60c %x - %m%n`), by logback's and Spring Boot's defaults.
 * Layouts: logging.apache.org/log4j/2.x/manual/pattern-layout.html, logback.qos.ch/manual/layouts.html.
 * Not supported: patterns without a level, or with the message before the level; their lines are read as plain ones.
 */
const DATE = String.raw`(?<date>\d{4}-\d\d-\d\d)[T ](?<time>\d\d:\d\d:\d\d)(?:[.,](?<fraction>\d{1,9}))?(?<zone>Z|[+-]\d\d:?\d\d)?`;
/** Without a date a time is no time: which day it was, the line does not say. */
const TIME_OF_DAY = String.raw`\d\d:\d\d:\d\d[.,]\d{3}`;
const LEVEL = String.raw`\[?(?<level>TRACE|DEBUG|INFO|WARN|WARNING|ERROR|SEVERE|FATAL)\]?`;
const LOGGER = String.raw`(?<logger>[\w$.\-/]+)`;

const LAYOUTS: readonly RegExp[] = [
  // 2026-11-02 10:15:30,123 INFO  org.apache.flink.runtime.taskexecutor.TaskExecutor           [] - message
  // The brackets are log4j's context (%x, %X): empty, a stack, or a map such as {flink-job-id=...}.
  `^${DATE}\\s+${LEVEL}\\s+${LOGGER}\\s+(?:\\[[^\\]]*\\]|\\{[^}]*\\})?\\s*- (?<message>.*)$`,
  // 2026-11-02T10:15:30.123+01:00  INFO 4711 --- [app] [main] c.e.Main   : message
  `^${DATE}\\s+${LEVEL}\\s+\\d+ --- (?:\\[[^\\]]*\\] )?\\[\\s*(?<thread>[^\\]]*?)\\s*\\] ${LOGGER}\\s*: (?<message>.*)$`,
  // 2026-11-02 10:15:30.123 [main] INFO  c.e.Main - message, and the same without a date
  `^(?:${DATE}|${TIME_OF_DAY})\\s+\\[(?<thread>.*?)\\]\\s+${LEVEL}\\s+${LOGGER}(?:\\s+\\[[^\\]]*\\])?\\s*(?:-|:) (?<message>.*)$`,
  // 2026-11-02 10:15:30.123 INFO [main] c.e.Main - message
  `^${DATE}\\s+${LEVEL}\\s+\\[(?<thread>.*?)\\]\\s+${LOGGER}\\s*(?:-|:) (?<message>.*)$`,
  // 2026-11-02 10:15:30.123 WARN message: whatever else there is between a time, a level and the end
  `^${DATE}\\s+${LEVEL}\\s+(?<message>.*)$`,
].map((source) => new RegExp(source));

/** @returns the record that a line starts, or `undefined` where it starts none. */
export function parsePatternLine(line: string, zone: TimeZone): LogRecord | undefined {
  // Every layout starts with a digit: most lines of a stack trace are out at once.
  const first = line.charCodeAt(0);
  if (first < 0x30 || first > 0x39) return undefined;
  for (const layout of LAYOUTS) {
    const found = layout.exec(line)?.groups;
    if (!found) continue;
    return {
      at: timeOf(found, zone),
      level: levelOf(found["level"]!) ?? "info",
      logger: found["logger"] ?? null,
      thread: found["thread"] || null,
      message: found["message"]!,
      throwable: null,
    };
  }
  return undefined;
}

function timeOf({ date, time, fraction, zone: named }: Record<string, string | undefined>, zone: TimeZone): number | null {
  if (date === undefined || time === undefined) return null;
  const wall = Date.parse(`${date}T${time}Z`) + Math.floor(Number(`0.${fraction ?? 0}`) * 1000 + 1e-6);
  if (Number.isNaN(wall)) return null;
  return named === undefined ? zone.toEpoch(wall) : wall - zoneOffset(named);
}
