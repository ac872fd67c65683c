import type { DuckDBConnection } from "@duckdb/node-api";
import type { Measure, Observation } from "@heaptide/model";
import { readColumns, runs } from "./columns.ts";
import type { Span } from "./history.ts";

/** The last value in each stretch of time, with its time; both columns have the same length. */
export interface Line {
  readonly at: readonly number[];
  readonly value: readonly number[];
}

interface Kept {
  /** Everything from `from` on and before the stretch that `to` lies in is known. */
  from: number;
  to: number;
  lines: Map<string, Line>;
  /** The oldest sample that was written while a question was on its way. */
  writtenFrom: number;
  /** Questions about the same lines wait for each other. */
  last: Promise<unknown>;
}

/** Widths of stretches, milliseconds: few, so that the same question a minute later is about the same stretches. */
const WIDTHS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400].map(
  (width) => width * 1000,
);
/** Three measures at four zooms; 200 lives of 80 points are 250 kB each. */
const MOST_KEPT = 12;

/**
 * One measure of every life as thin lines, for a glance at many at once.
 *
 * To thin a day of hundreds of lives is a pass over all their samples. Stretches begin at multiples of their width, so what was thinned once stays as it is, and
 * only the last of them is read again; samples that arrive late make everything from their time on be read again.
 */
export class LineKeeper {
  readonly #kept = new Map<string, Kept>();

  /** What was known may be known no more from the oldest of these samples on. */
  noteWritten(batch: readonly Observation[]): void {
    const from = batch.reduce((oldest, { type, at }) => (type === "sample" ? Math.min(oldest, at) : oldest), Infinity);
    for (const kept of this.#kept.values()) {
      kept.writtenFrom = Math.min(kept.writtenFrom, from);
      kept.to = Math.min(kept.to, from);
    }
  }

  /** @param points at most so many, at least two fifths of that where there are samples throughout */
  read(connection: DuckDBConnection, measure: Measure, span: Span, points: number): Promise<Map<string, Line>> {
    const width = WIDTHS.find((candidate) => (span.to - span.from) / candidate < points - 1) ?? WIDTHS.at(-1)!;
    const kept = this.#keptOf(`${measure} ${width}`);
    const read = kept.last.then(() => complete(kept, connection, measure, span, width));
    kept.last = read.catch(() => undefined);
    return read;
  }

  #keptOf(key: string): Kept {
    const kept = this.#kept.get(key) ?? { from: 0, to: 0, lines: new Map(), writtenFrom: Infinity, last: Promise.resolve() };
    // The one asked for last stands last.
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return kept;
  }
}

async function complete(kept: Kept, connection: DuckDBConnection, measure: Measure, span: Span, width: number): Promise<Map<string, Line>> {
  const floor = (at: number): number => Math.floor(at / width) * width;
  const end = floor(Math.min(kept.to, span.to));
  const isKnown = kept.from <= span.from && end > span.from;
  const from = isKnown ? end : span.from;
  kept.writtenFrom = Infinity;
  const fresh = await readLines(connection, measure, { from, to: span.to }, width);
  const known = isKnown ? kept.lines : new Map<string, Line>();
  const lines = new Map<string, Line>();
  for (const incarnation of new Set([...known.keys(), ...fresh.keys()])) {
    const before = part(known.get(incarnation), span.from, from);
    const after = fresh.get(incarnation);
    const line = { at: [...before.at, ...(after?.at ?? [])], value: [...before.value, ...(after?.value ?? [])] };
    if (line.at.length > 0) lines.set(incarnation, line);
  }
  kept.lines = lines;
  kept.from = span.from;
  // The stretch that the span ends in may get more samples without any of them being late.
  kept.to = Math.min(floor(span.to), kept.writtenFrom);
  return lines;
}

/** From `from` on and before `to`. */
function part(line: Line | undefined, from: number, to: number): Line {
  if (line === undefined) return { at: [], value: [] };
  const start = line.at.findIndex((at) => at >= from);
  const end = line.at.findLastIndex((at) => at < to) + 1;
  return start < 0 ? { at: [], value: [] } : { at: line.at.slice(start, end), value: line.value.slice(start, end) };
}

async function readLines(connection: DuckDBConnection, measure: Measure, span: Span, width: number): Promise<Map<string, Line>> {
  const columns = await readColumns(
    connection,
    `SELECT incarnation, max(seen) AS seen_last, arg_max(value, seen) FROM sample
     WHERE measure = $4 AND seen BETWEEN $1 AND $2 AND isfinite(value) GROUP BY incarnation, floor(seen / $3) ORDER BY incarnation, seen_last`,
    [span.from, span.to, width, measure],
  );
  const of = columns.texts(0);
  const [at, value] = [columns.numbers(1), columns.numbers(2)];
  const lines = new Map<string, Line>();
  for (const [start, end] of runs(columns.rows, (a, b) => of[a] === of[b]))
    lines.set(of[start]!, { at: Array.from(at.subarray(start, end)), value: Array.from(value.subarray(start, end)) });
  return lines;
}
