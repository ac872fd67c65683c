import type { LogLevel } from "@heaptide/model";

/** One log event: the line, and the stack trace that followed it. */
export interface LogRecord {
  /** Milliseconds since the epoch, as the program wrote it; null where the line carries no time: then it is as old as its arrival. */
  readonly at: number | null;
  readonly level: LogLevel;
  readonly logger: string | null;
  readonly thread: string | null;
  /** Without the stack trace; further lines of a message are kept, up to the reader's bound. */
  readonly message: string;
  /** Class of the root cause, the last one in the chain of causes; null where no stack trace came along. */
  readonly throwable: string | null;
  /** Where the root cause was thrown: its first frame outside of the JDK, as `class.method`. Absent where no stack trace came along. */
  readonly frame?: string;
}

const LEVELS: Readonly<Record<string, LogLevel>> = {
  TRACE: "trace",
  FINEST: "trace",
  DEBUG: "debug",
  FINE: "debug",
  INFO: "info",
  NOTICE: "info",
  WARN: "warn",
  WARNING: "warn",
  ERROR: "error",
  SEVERE: "error",
  FATAL: "fatal",
  CRITICAL: "fatal",
};

/** @returns `undefined` for a word that is no level of log4j, logback, java.util.logging or syslog. */
export function levelOf(word: string): LogLevel | undefined {
  return LEVELS[word.toUpperCase()];
}
