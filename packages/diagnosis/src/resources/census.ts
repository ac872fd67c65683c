import type { Series } from "@heaptide/base";
import type { CensusSubject } from "@heaptide/model";
import type { Life } from "../life.ts";
import { LEAST_SAMPLES, LEAST_UNITS } from "../thresholds.ts";

/** One kind of what a census counts, over time. */
export interface Kind {
  readonly name: string;
  readonly series: Series;
  readonly rise: number;
}

/** Every kind that rose, the most first. */
export function risingKinds(life: Life, subject: CensusSubject): Kind[] {
  const census = life.census.get(subject);
  if (!census || census.at.length < 2) return [];
  const kinds = census.names.map((name, g) => ({ name, value: census.values[g]! }));
  const told = subject === "threads" ? oneOfName(kinds).map(({ name, value }) => ({ name, value: beyondPools(name, value) })) : kinds;
  return told
    .map(({ name, value }): Kind => ({ name, series: { at: census.at, value }, rise: value.at(-1)! - value[0]! }))
    .filter(({ rise }) => rise > 0)
    .sort((a, b) => b.rise - a.rise);
}

interface Counts {
  readonly name: string;
  readonly value: Float64Array;
}

/** Of names that share less than this, the one is not the other cut short. */
const LEAST_SHARED = 9;

/**
 * The kernel keeps 15 characters of a thread's name: with each further digit of a number in it one more is lost at the end, and the hundredth pool's threads seem to be
 * of another kind than the tenth's. Patterns of which one begins the other are one kind, under the name that has most of it.
 */
function oneOfName(kinds: readonly Counts[]): Counts[] {
  const stems: { stem: string; parts: Counts[] }[] = [];
  const stemOf = ({ name }: Counts): string => name.replace(/[-#._:\sN]+$/, "");
  for (const kind of kinds.toSorted((a, b) => stemOf(a).length - stemOf(b).length)) {
    const stem = stemOf(kind);
    const same = stems.find((one) => one.stem === stem || (one.stem.length >= LEAST_SHARED && stem.startsWith(one.stem)));
    if (same) same.parts.push(kind);
    else stems.push({ stem, parts: [kind] });
  }
  return stems.map(({ parts }) => ({
    name: parts.toSorted((a, b) => b.value.at(-1)! - a.value.at(-1)!)[0]!.name,
    value: parts[0]!.value.map((_, i) => parts.reduce((sum, { value }) => sum + value[i]!, 0)),
  }));
}

/** Threads that nobody but Flink and the JVM start, as the kernel shortens their names: their pools fill one by one, with submissions even, up to their bound. */
const POOLS =
  /^(flink-(taskexecu|pekko|akka|rest-serv|metrics)|cluster-io-thre|jobmanager-(io|fut)|BLOB |FlinkCompletabl|RpcService-Supe|ForkJoinPool|GC Thread|G\dN? ?(Conc|Refine|Main|Serv)|C[N\d] Compiler|ZWorker|XWorker)/;
/** No pool of theirs is larger: what goes beyond is none. */
const LARGEST_POOL = 256;

const beyondPools = (name: string, value: Float64Array): Float64Array =>
  POOLS.test(name) ? value.map((threads) => Math.max(0, threads - LARGEST_POOL)) : value;

/** All threads but those of pools. Undefined where they were not counted by name often enough. */
export function threadsBeyondPools(life: Life): Series | undefined {
  const census = life.census.get("threads");
  if (!census || census.at.length < LEAST_SAMPLES) return undefined;
  const value = new Float64Array(census.at.length);
  census.names.forEach((name, g) => beyondPools(name, census.values[g]!).forEach((threads, i) => (value[i]! += threads)));
  return { at: census.at, value };
}

/**
 * The kind that makes a total rise: without those that come and go beside it, its course is far clearer. Undefined where none stands out: a third of what all
 * kinds rose by, and twice the next.
 */
export function leadingKind(life: Life, subject: CensusSubject): Kind | undefined {
  const kinds = risingKinds(life, subject);
  const all = kinds.reduce((sum, { rise }) => sum + rise, 0);
  const leader = kinds[0];
  const isClear = leader && leader.rise >= all / 3 && leader.rise >= 2 * (kinds[1]?.rise ?? 0);
  const isTelling = isClear && leader.rise >= LEAST_UNITS && leader.series.at.length >= LEAST_SAMPLES;
  return isTelling ? leader : undefined;
}
