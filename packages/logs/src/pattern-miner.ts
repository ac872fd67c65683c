import type { LogLevel } from "@heaptide/model";
import type { LogRecord } from "./record.ts";
import { tokensOf, VARIABLE } from "./tokens.ts";

/** The pattern a record belongs to. `pattern` is its template, `<*>` for what varies; `patternId` names it for good. */
export interface PatternSeen {
  readonly patternId: string;
  readonly pattern: string;
  readonly level: LogLevel;
  /** Whether the record is the first of its pattern. */
  readonly isNew: boolean;
}

export interface PatternMinerOptions {
  /** Patterns kept; 2,000 by default, some 1 MB. */
  readonly capacity?: number;
  /** A pattern that none of so many records belonged to gives its place to a new one; 20,000 by default. */
  readonly idleAfter?: number;
}

/** Words in the same places, as a share of all words, that make two messages one pattern. */
const SIMILAR = 0.5;

/** Records of more kinds than the miner keeps. They are still records: their level is right, their pattern says only that. */
const OTHER = "(other messages)";

interface Pattern {
  readonly id: string;
  readonly bucket: string;
  tokens: readonly string[];
  /** Number of the last record that belonged to it. */
  lastSeen: number;
}

/**
 * Groups records by what their messages have in common, one at a time, in bounded memory.
 *
 * Method: P. He et al., "Drain: An Online Log Parsing Approach with Fixed Depth Tree", ICWS 2017. The tree's fixed levels are here the parts
 * of one key: level, logger, root cause, number of words, first word. Below them patterns are compared word by word.
 *
 * An id is the hash of the key and of the template as it was first seen, so that the same message gives the same id in every process and after
 * every restart; a template that becomes more general later keeps its id.
 */
export class PatternMiner {
  readonly #capacity: number;
  readonly #idleAfter: number;
  readonly #buckets = new Map<string, Pattern[]>();
  /** In the order of their last use: the first is the one that was not seen for longest. */
  readonly #byUse = new Map<string, Pattern>();
  #records = 0;

  constructor(options: PatternMinerOptions = {}) {
    this.#capacity = options.capacity ?? 2000;
    this.#idleAfter = options.idleAfter ?? 20_000;
  }

  /** Number of patterns kept. */
  get size(): number {
    return this.#byUse.size;
  }

  add(record: LogRecord): PatternSeen {
    this.#records++;
    const tokens = tokensOf(record.message);
    const bucket = bucketOf(record, tokens);
    const known = mostSimilar(this.#buckets.get(bucket) ?? [], tokens);
    if (known) known.tokens = generalized(known.tokens, tokens);
    const pattern = known ?? this.#create(bucket, tokens);
    if (!pattern) return { patternId: hash(`${record.level}\n${OTHER}`), pattern: OTHER, level: record.level, isNew: false };
    this.#use(pattern);
    return { patternId: pattern.id, pattern: pattern.tokens.join(" "), level: record.level, isNew: !known };
  }

  #create(bucket: string, tokens: readonly string[]): Pattern | undefined {
    if (this.#byUse.size >= this.#capacity && !this.#forgetIdle()) return undefined;
    const pattern = { id: hash(`${bucket}\n${tokens.join(" ")}`), bucket, tokens, lastSeen: this.#records };
    const siblings = this.#buckets.get(bucket);
    if (siblings) siblings.push(pattern);
    else this.#buckets.set(bucket, [pattern]);
    return pattern;
  }

  /** A flood of new messages must not push out the patterns that are in use. @returns whether a place is free now. */
  #forgetIdle(): boolean {
    const oldest = this.#byUse.values().next().value;
    if (!oldest || this.#records - oldest.lastSeen < this.#idleAfter) return false;
    this.#byUse.delete(oldest.id);
    const left = this.#buckets.get(oldest.bucket)!.filter((pattern) => pattern !== oldest);
    if (left.length > 0) this.#buckets.set(oldest.bucket, left);
    else this.#buckets.delete(oldest.bucket);
    return true;
  }

  #use(pattern: Pattern): void {
    pattern.lastSeen = this.#records;
    this.#byUse.delete(pattern.id);
    this.#byUse.set(pattern.id, pattern);
  }
}

/** A first word with a variable part says nothing about the pattern. */
function bucketOf({ level, logger, throwable, frame }: LogRecord, tokens: readonly string[]): string {
  const first = tokens[0]!.includes(VARIABLE) ? VARIABLE : tokens[0]!;
  // The same exception out of two places is two patterns; what has no frame keeps the id that it had before frames were read.
  return [level, logger ?? "", throwable ?? "", tokens.length, first, ...(frame === undefined ? [] : [frame])].join("\n");
}

function mostSimilar(patterns: readonly Pattern[], tokens: readonly string[]): Pattern | undefined {
  let best: Pattern | undefined;
  let most = SIMILAR * tokens.length;
  for (const pattern of patterns) {
    const same = pattern.tokens.reduce((sum, token, i) => sum + (token === tokens[i] ? 1 : 0), 0);
    if (same > most || (same === most && best === undefined)) [best, most] = [pattern, same];
  }
  return best;
}

function generalized(pattern: readonly string[], tokens: readonly string[]): readonly string[] {
  return pattern.every((token, i) => token === tokens[i]) ? pattern : pattern.map((token, i) => (token === tokens[i] ? token : VARIABLE));
}

/** FNV-1a, 64 bits, as 16 hexadecimal digits. Source: draft-eastlake-fnv. Only for a new pattern, so that big integers do no harm. */
function hash(text: string): string {
  let value = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100000001b3n);
  return value.toString(16).padStart(16, "0");
}
