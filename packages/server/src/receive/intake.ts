import { randomUUID } from "node:crypto";
import { PatternMiner, type ShippedRecord } from "@heaptide/logs";
import type { LogCounted, LogSeen } from "@heaptide/model";
import type { Store } from "@heaptide/store";
import { OriginIndex } from "./attach.ts";

export interface LogIntakeOptions {
  readonly store: Pick<Store, "processes" | "keep">;
  readonly now: () => number;
  readonly onObserved: (observations: readonly (LogSeen | LogCounted)[]) => void;
}

/** Lines wait so long for company: one transaction for all that arrive meanwhile. */
const COMMIT_EVERY = 200;
const SECOND = 1000;
/** Of one pattern so many warnings and errors a second are told one by one; the rest of a flood is counted. */
const TOLD_A_SECOND = 10;
const TELLING: ReadonlySet<string> = new Set(["warn", "error", "fatal"]);
/** Each source has its own patterns, so that their ids are those that reading its file gives. Beyond so many, sources share. */
const MOST_MINERS = 500;

/** A line's time may be wrong by a clock; what claims to be from further off is as old as its arrival. */
const MOST_AHEAD = 600_000;

interface Count {
  readonly first: Omit<LogCounted, "lines" | "batch">;
  lines: number;
}

/**
 * Takes shipped lines in: finds their pattern, tells the first warnings of each second one by one and counts the others, and resolves when they are on the disk. What
 * was answered as taken survives a killed server; a shipper that got no answer sends again, and its lines may then count twice, never not at all.
 */
export class LogIntake {
  readonly #options: LogIntakeOptions;
  readonly #origins: OriginIndex;
  readonly #miners = new Map<string, PatternMiner>();
  readonly #told = new Map<string, number>();
  #second = 0;
  #ordinals = { at: Number.NaN, lines: new Map<string, number>() };
  #waiting: { seen: LogSeen[]; counts: Map<string, Count> } = { seen: [], counts: new Map() };
  #commit: Promise<void> | null = null;
  #lines = 0;

  constructor(options: LogIntakeOptions) {
    this.#options = options;
    this.#origins = new OriginIndex(options.store, options.now);
  }

  /** Lines taken since the start. */
  get lines(): number {
    return this.#lines;
  }

  /** @throws DISK_FULL, STORE_WRITE_FAILED: the lines were not taken */
  async take(records: readonly ShippedRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.#origins.refresh();
    for (const record of records) this.#note(record);
    this.#commit ??= this.#commitSoon();
    await this.#commit;
    this.#lines += records.length;
  }

  async #commitSoon(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, COMMIT_EVERY));
    const { seen, counts } = this.#waiting;
    this.#waiting = { seen: [], counts: new Map() };
    this.#commit = null;
    const batch = randomUUID();
    const observations = [...seen, ...[...counts.values()].map(({ first, lines }): LogCounted => ({ ...first, batch, lines }))];
    await this.#options.store.keep(observations);
    this.#options.onObserved(observations);
  }

  #note({ origin, record }: ShippedRecord): void {
    const incarnation = this.#origins.keyOf(origin);
    const { patternId, pattern, level } = this.#minerOf(incarnation).add(record);
    const now = this.#options.now();
    const at = record.at === null || record.at > now + MOST_AHEAD ? now : record.at;
    const { logger, message, throwable, frame } = record;
    const line = { incarnation, patternId, pattern, level, logger, message, throwable, ...(frame !== undefined && { frame }) };
    if (TELLING.has(level) && this.#isToTell(`${incarnation} ${patternId}`, now)) {
      this.#waiting.seen.push({ type: "log", at, ...line, ordinal: this.#ordinal(at, `${incarnation} ${patternId}`) });
      return;
    }
    const second = Math.floor(at / SECOND) * SECOND;
    const key = `${incarnation} ${patternId} ${second}`;
    const count = this.#waiting.counts.get(key);
    if (count) count.lines++;
    else this.#waiting.counts.set(key, { first: { type: "log-count", at: second, ...line }, lines: 1 });
  }

  #isToTell(key: string, now: number): boolean {
    const second = Math.floor(now / SECOND);
    if (second !== this.#second) this.#told.clear();
    this.#second = second;
    const told = this.#told.get(key) ?? 0;
    this.#told.set(key, told + 1);
    return told < TOLD_A_SECOND;
  }

  #ordinal(at: number, key: string): number {
    if (this.#ordinals.at !== at) this.#ordinals = { at, lines: new Map() };
    const before = this.#ordinals.lines.get(key) ?? 0;
    this.#ordinals.lines.set(key, before + 1);
    return before;
  }

  #minerOf(incarnation: string): PatternMiner {
    const name = this.#miners.has(incarnation) || this.#miners.size < MOST_MINERS ? incarnation : "";
    const miner = this.#miners.get(name) ?? new PatternMiner();
    this.#miners.set(name, miner);
    return miner;
  }
}
