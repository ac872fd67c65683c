import type { HeapIndex, Ordinal } from "../index/heap-index.ts";
import type { ObjectReader } from "../inspect/object-reader.ts";
import { type Compiling, compile, type Evaluate, isLike, isTrue } from "./compile.ts";
import { type Aggregate, isAggregate } from "./functions.ts";
import { type Expression, parseQuery, type Query } from "./parse.ts";
import { malformed } from "./tokens.ts";
import { type Answer, answerOf, Reference, type Value } from "./values.ts";

export interface QueryOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number) => void) | undefined;
  /** Rows, unless the query says fewer. Default 1000. */
  readonly most?: number | undefined;
}

export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Answer[])[];
  /** Classes that the query is about. */
  readonly classes: number;
  /** Objects that match, as far as was looked. */
  readonly matched: number;
  /** Whether the rows are all that match: false where the limit left some out. */
  readonly complete: boolean;
}

const MOST_ROWS = 1000;
/** Milliseconds of work between two looks at signals. */
const BREATH = 30;
/** Objects between two looks at the clock. */
const STRIDE = 256;

/**
 * Answers a query; see parse.ts for the language. What the index knows costs a look at each object of the dump; fields, elements and texts are read
 * from the file, some 0.1 ms for each object that lies somewhere else.
 * @throws HEAP_QUERY_MALFORMED with the column; the signal's reason
 */
export async function queryHeap(reader: ObjectReader, text: string, options: QueryOptions = {}): Promise<QueryResult> {
  const query = parseQuery(text);
  const classes = classesOf(reader.index, query);
  const compiling: Compiling = { reader, text, hasField: fieldTest(reader.index, classes) };
  const where = query.where && compile(query.where, compiling);
  const matching = matches(reader.index, classes, where, options);
  const aggregates = query.columns.filter(({ value }) => value.kind === "call" && isAggregate(value.name));
  const columns = query.columns.map(({ name }) => name);
  if (aggregates.length > 0) {
    const { row, matched } = await sumUp(query, compiling, matching);
    return { columns, rows: [row], classes: classes.size, matched, complete: true };
  }
  const most = Math.min(query.limit ?? Infinity, options.most ?? MOST_ROWS);
  const values = query.columns.map(({ value }) => compile(value, compiling));
  const found = query.order
    ? await first(compile(query.order.by, compiling), query.order.descending, matching, most)
    : await some(matching, most);
  const rows: Answer[][] = [];
  for (const object of found.objects) {
    options.signal?.throwIfAborted();
    const row: Answer[] = [];
    for (const value of values) row.push(await answerOf(reader, await value(new Reference(object))));
    rows.push(row);
  }
  return { columns, rows, classes: classes.size, matched: found.matched, complete: found.complete };
}

/** Indexes of the classes that are asked for. */
function classesOf({ table }: HeapIndex, { from, text }: Query): Set<number> {
  const found = new Set<number>();
  if (!from.pattern.includes("*")) for (const index of table.indexesNamed(from.pattern)) found.add(index);
  for (const { index, name } of table.classes) if (isLike(name, from.pattern, "*")) found.add(index);
  if (from.subclasses)
    for (const heapClass of table.classes) {
      for (let c = heapClass.superClass; c; c = c.superClass) if (found.has(c.index)) found.add(heapClass.index);
    }
  if (found.size > 0) return found;
  const simple = table.classes.find(({ name }) => name.endsWith(`.${from.pattern}`) || name.endsWith(`$${from.pattern}`));
  throw malformed(text, from.at, `the dump has no class ${from.pattern}${simple ? `; there is ${simple.name}` : ""}`);
}

function fieldTest({ table }: HeapIndex, classes: ReadonlySet<number>): Compiling["hasField"] {
  return (name) =>
    [...classes].some((index) => {
      const heapClass = table.at(index);
      return heapClass !== null && table.fields(heapClass).some((field) => field.name === name);
    });
}

/** The objects of some classes for which a condition holds, in the order of their addresses. */
async function* matches(
  index: HeapIndex,
  wanted: ReadonlySet<number>,
  where: Evaluate | null,
  options: QueryOptions,
): AsyncGenerator<Ordinal[]> {
  const { classes } = index.columns;
  const isWanted = Uint8Array.from({ length: index.table.size }, (_, i) => (wanted.has(i) ? 1 : 0));
  let looked = performance.now();
  let found: Ordinal[] = [];
  for (let object = 0; object < index.count; object++) {
    if (isWanted[classes[object]!] === 1) {
      const holds = where === null ? true : where(new Reference(object));
      if (holds instanceof Promise ? isTrue(await holds) : isTrue(holds)) found.push(object);
    }
    if (object % STRIDE !== 0 || performance.now() - looked < BREATH) continue;
    yield found;
    found = [];
    options.onProgress?.(object / index.count);
    await new Promise((resolve) => setTimeout(resolve, 0));
    options.signal?.throwIfAborted();
    looked = performance.now();
  }
  yield found;
}

interface Found {
  readonly objects: readonly Ordinal[];
  readonly matched: number;
  readonly complete: boolean;
}

/** Ends when it has enough. */
async function some(matching: AsyncIterable<Ordinal[]>, most: number): Promise<Found> {
  const objects: Ordinal[] = [];
  for await (const batch of matching) {
    for (const object of batch) {
      if (objects.length === most) return { objects, matched: most, complete: false };
      objects.push(object);
    }
  }
  return { objects, matched: objects.length, complete: true };
}

/** The first by some value: never more than twice as many as are wanted are kept. */
async function first(by: Evaluate, descending: boolean, matching: AsyncIterable<Ordinal[]>, most: number): Promise<Found> {
  let kept: { readonly object: Ordinal; readonly key: Value }[] = [];
  let matched = 0;
  const prune = (): void => {
    kept = kept.sort((a, b) => compare(a.key, b.key) * (descending ? -1 : 1) || a.object - b.object).slice(0, most);
  };
  for await (const batch of matching) {
    matched += batch.length;
    for (const object of batch) {
      kept.push({ object, key: await by(new Reference(object)) });
      if (kept.length > 2 * most + STRIDE) prune();
    }
  }
  prune();
  return { objects: kept.map(({ object }) => object), matched, complete: matched <= most };
}

/** Numbers, then texts, then everything else, which is all alike. */
function compare(a: Value, b: Value): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  const rank = (value: Value): number => (typeof value === "number" ? 2 : typeof value === "string" ? 1 : 0);
  return rank(a) - rank(b);
}

async function sumUp(query: Query, compiling: Compiling, matching: AsyncIterable<Ordinal[]>): Promise<{ row: Answer[]; matched: number }> {
  const sums = query.columns.map(({ value }) => summing(value, compiling));
  let matched = 0;
  for await (const batch of matching) {
    matched += batch.length;
    for (const object of batch) for (const sum of sums) await sum.add(new Reference(object));
  }
  return { row: sums.map((sum) => sum.result()), matched };
}

/** Numbers are added up; what is none does not count. */
function summing(expression: Expression, compiling: Compiling): { add: (object: Reference) => Promise<void>; result: () => number | null } {
  if (expression.kind !== "call" || !isAggregate(expression.name))
    throw malformed(compiling.text, expression.at, "beside count() or sum() there can be no column of single objects");
  const { name, arguments: given, at } = expression;
  if (given.length > 1 || (given.length === 0 && name !== "count")) throw malformed(compiling.text, at, `${name}() takes one value`);
  const value = given[0] && compile(given[0], compiling);
  let [count, sum, min, max] = [0, 0, Infinity, -Infinity];
  return {
    async add(object) {
      const seen = value ? await value(object) : 1;
      const number = name === "count" && seen !== null ? 1 : seen;
      if (typeof number !== "number") return;
      count++;
      sum += number;
      min = Math.min(min, number);
      max = Math.max(max, number);
    },
    result: () => resultOf(name, { count, sum, min, max }),
  };
}

function resultOf(name: Aggregate, { count, sum, min, max }: Readonly<Record<"count" | "sum" | "min" | "max", number>>): number | null {
  if (name === "count") return count;
  if (count === 0) return name === "sum" ? 0 : null;
  if (name === "avg") return sum / count;
  return { sum, min, max }[name];
}
