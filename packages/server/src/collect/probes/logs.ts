import { readFile, stat } from "node:fs/promises";
import { type FlinkClient, type FlinkProcess, LogTail } from "@heaptide/flink";
import { FileTail, LogReader, type LogRecord, PatternMiner, patternsInConfiguration } from "@heaptide/logs";
import type { LogSeen, Observation } from "@heaptide/model";
import type { Clock } from "../clock.ts";
import type { Probe } from "../probe.ts";

/** Gives the records of a log that were written since the last call. */
export interface LogSource {
  poll(): Promise<LogRecord[]>;
  close(): Promise<void>;
}

/** A log that is no longer than this when the watch begins is read from its start: what it warned of before counts too. */
const READ_WHOLE = 8 << 20;

/**
 * A log file that can be read from here.
 * @param configuration of the program's logging: lines are read by the patterns that it names
 */
export async function fileSource(path: string, configuration: string | null = null): Promise<LogSource> {
  const { size } = await stat(path);
  const patterns = configuration === null ? [] : await configuredPatterns(configuration);
  return new FileTail(path, { from: size <= READ_WHOLE ? "start" : "end", patterns });
}

const LARGEST_CONFIGURATION = 1 << 20;

/** None where the file is not there, or is none: the usual layouts are known anyway. */
async function configuredPatterns(file: string): Promise<string[]> {
  try {
    const { size } = await stat(file);
    return size > LARGEST_CONFIGURATION ? [] : patternsInConfiguration(await readFile(file, "utf8"));
  } catch {
    return [];
  }
}

/** The file that a command line names for its logging: log4j 2, log4j 1, logback. */
export function configurationIn(command: string): string | null {
  const found =
    /(?:^|\s)-D(?:log4j2?\.configurationFile|log4j\.configuration|logback\.configurationFile)=(?:file:(?:\/\/)?)?(\/[^\s,?]+)/.exec(
      command,
    );
  return found?.[1] ?? null;
}

/** The log of a Flink process by REST. */
export function restSource(client: FlinkClient, process: FlinkProcess): LogSource {
  const tail = new LogTail(client, process);
  const reader = new LogReader();
  return {
    async poll() {
      const { text, gap } = await tail.poll();
      // What follows on nothing begins in the middle of a line: the reader must not join the two.
      const torn = gap ? reader.end() : [];
      return [...torn, ...(text === "" ? reader.flush() : reader.push(text))];
    },
    close: async () => undefined,
  };
}

/** What a log is asked for: what went wrong. The rest is many times more, and says little about a leak. */
const TELLING: ReadonlySet<string> = new Set(["warn", "error", "fatal"]);

/** The warnings and errors in a process's log, each with its pattern. */
export class LogsProbe implements Probe {
  readonly name = "logs";
  readonly incarnation: string;
  readonly #open: () => Promise<LogSource>;
  readonly #interval: number;
  readonly #clock: Clock;
  readonly #miner = new PatternMiner();
  #source: LogSource | null = null;
  /** Lines of the present millisecond, by pattern. */
  #present = { at: Number.NaN, lines: new Map<string, number>() };

  constructor(incarnation: string, open: () => Promise<LogSource>, interval: number, clock: Clock) {
    this.incarnation = incarnation;
    this.#open = open;
    this.#interval = interval;
    this.#clock = clock;
  }

  interval(): number {
    return this.#interval;
  }

  async look(): Promise<Observation[]> {
    this.#source ??= await this.#open();
    const records = await this.#source.poll();
    return records.filter(({ level }) => TELLING.has(level)).map((record) => this.#observe(record));
  }

  async end(): Promise<void> {
    await this.#source?.close();
  }

  #observe(record: LogRecord): LogSeen {
    const { patternId, pattern, level } = this.#miner.add(record);
    const { logger, message, throwable, frame } = record;
    const at = record.at ?? this.#clock.now();
    return {
      type: "log",
      at,
      incarnation: this.incarnation,
      patternId,
      pattern,
      level,
      logger,
      message,
      throwable,
      ...(frame !== undefined && { frame }),
      ordinal: this.#ordinal(at, patternId),
    };
  }

  #ordinal(at: number, patternId: string): number {
    if (this.#present.at !== at) this.#present = { at, lines: new Map() };
    const before = this.#present.lines.get(patternId) ?? 0;
    this.#present.lines.set(patternId, before + 1);
    return before;
  }
}
