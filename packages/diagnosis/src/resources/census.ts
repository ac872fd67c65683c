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
  return census.names
    .map((name, g): Kind => {
      const value = subject === "threads" ? beyondPools(name, census.values[g]!) : census.values[g]!;
      return { name, series: { at: census.at, value }, rise: value[value.length - 1]! - value[0]! };
    })
    .filter(({ rise }) => rise > 0)
    .sort((a, b) => b.rise - a.rise);
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
