import { parseJsonLine } from "./layouts/json.ts";
import { type ConfiguredLayout, configuredLayout } from "./layouts/configured.ts";
import { parsePatternLine } from "./layouts/pattern.ts";
import { LineSplitter } from "./lines.ts";
import { levelOf, type LogRecord } from "./record.ts";
import { isInsideTrace, RootCause, throwableAtStart } from "./stack-trace.ts";
import { TimeZone } from "./time-zone.ts";

export interface LogReaderOptions {
  /** Zone of times that name none: IANA name, "UTC" or an offset. By default that of this process, which is right for a JVM beside it. */
  readonly timeZone?: string | TimeZone;
  /** Patterns as log4j's or logback's configuration has them, tried before the usual ones: `%d{HH:mm:ss} [%t] %p %c - %m%n`. */
  readonly patterns?: readonly string[];
  /** Characters kept of one line and of one message; the rest of it is dropped. 16 Ki by default. */
  readonly longest?: number;
}

/**
 * Text of a log, in pieces of any size, to records.
 *
 * A record ends where the next one begins, so the last one is held back until then, or until `flush`. The layout is decided line by line:
 * a file may change it, and shippers mix them. Memory is bounded by `longest`, whatever is pushed.
 */
export class LogReader {
  readonly #lines: LineSplitter;
  readonly #zone: TimeZone;
  readonly #longest: number;
  readonly #layouts: readonly ConfiguredLayout[];
  #open: OpenRecord | undefined;

  constructor(options: LogReaderOptions = {}) {
    this.#longest = options.longest ?? 16 * 1024;
    this.#lines = new LineSplitter(this.#longest);
    this.#zone = options.timeZone instanceof TimeZone ? options.timeZone : new TimeZone(options.timeZone);
    this.#layouts = (options.patterns ?? []).map(configuredLayout).filter((layout) => layout !== null);
  }

  /** @param chunk text, or bytes in UTF-8; it may end in the middle of a line or of a character. @returns the records completed by it. */
  push(chunk: string | Uint8Array): LogRecord[] {
    const records: LogRecord[] = [];
    for (const line of this.#lines.push(chunk)) this.#read(line, records);
    return records;
  }

  /**
   * The record held back, as far as it was read: when a file ends or was rotated, or when nothing came for a while.
   * An incomplete last line stays, it is no record yet; lines of a stack trace that come late are dropped.
   */
  flush(): LogRecord[] {
    const record = this.#open?.close();
    this.#open = undefined;
    return record ? [record] : [];
  }

  /** The text is over: the last line counts although no line end followed it. */
  end(): LogRecord[] {
    const records: LogRecord[] = [];
    for (const line of this.#lines.end()) this.#read(line, records);
    return [...records, ...this.flush()];
  }

  #started(line: string): LogRecord | undefined {
    for (const layout of this.#layouts) {
      const record = layout(line, this.#zone);
      if (record) return record;
    }
    return parsePatternLine(line, this.#zone) ?? parseJsonLine(line, this.#zone);
  }

  #read(line: string, records: LogRecord[]): void {
    const started = this.#started(line);
    if (!started && (this.#open?.take(line) || isInsideTrace(line) || line.trim() === "")) return;
    records.push(...this.flush());
    this.#open = started ? new OpenRecord(started, line.charCodeAt(0) !== 0x7b, this.#longest) : openPlain(line, this.#longest);
  }
}

/** A line of no known layout: what a program printed, or the JVM itself ("Exception in thread ..."). */
function openPlain(line: string, longest: number): OpenRecord {
  const throwable = throwableAtStart(line);
  const level = throwable ? "error" : levelOf(/^\[?([A-Z]+)\b/.exec(line)?.[1] ?? "");
  return new OpenRecord({ at: null, level: level ?? "info", logger: null, thread: null, message: line, throwable }, false, longest);
}

/** A record whose end has not been seen. */
class OpenRecord {
  readonly #first: LogRecord;
  /** Whether lines that are no stack trace belong to the message: only where the layout marks each beginning. */
  readonly #severalLines: boolean;
  readonly #longest: number;
  readonly #cause = new RootCause();
  #message: string;

  constructor(first: LogRecord, severalLines: boolean, longest: number) {
    this.#first = first;
    this.#severalLines = severalLines;
    this.#longest = longest;
    this.#message = first.message;
  }

  /** @returns whether the line belongs to this record. */
  take(line: string): boolean {
    if (!this.#severalLines) return isInsideTrace(line) && this.#cause.follow(line);
    if (!this.#cause.follow(line) && this.#cause.class === null && this.#message.length + line.length < this.#longest) {
      this.#message += `\n${line}`;
    }
    return true;
  }

  close(): LogRecord {
    const { class: throwable, frame } = this.#cause;
    const first = { ...this.#first, message: this.#message.trimEnd(), throwable: throwable ?? this.#first.throwable };
    return frame === null ? first : { ...first, frame };
  }
}
