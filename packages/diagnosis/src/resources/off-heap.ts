import { type Series, seriesOf, valueAt } from "@heaptide/base";
import type { CensusColumns } from "@heaptide/model";
import { type Life, measured } from "../life.ts";
import { LEAST_SAMPLES, WEAK_SHARE, WEAK_SPAN } from "../thresholds.ts";
import { risingKinds } from "./census.ts";
import type { Watched } from "./watched.ts";

const weak = (limit: number | null) => ({ limit, leastShare: WEAK_SHARE, leastSpan: WEAK_SPAN });

/** Mapped files, as the JVM counts them: reading one through comes to an end, so it is judged like other native memory. */
export function mappedMemory(life: Life): Watched | null {
  const series = measured(life, "mapped.used");
  if (series.at.length < LEAST_SAMPLES) return null;
  const limit = life.incarnation.limits["native-memory"] ?? null;
  const rules = { limit: null, leastShare: 0, leastGrowth: LEAST_NATIVE_GROWTH };
  return {
    resource: "native-memory",
    unit: "B",
    series,
    source: "mapped files",
    limit,
    rules,
    isCounted: false,
    ownDrivers: [],
    isWeak: false,
  };
}

/** Direct buffers, as the JVM counts them. */
export function directMemory(life: Life): Watched | null {
  const series = measured(life, "direct.used");
  if (series.at.length < LEAST_SAMPLES) return null;
  const limit = life.incarnation.limits["direct-memory"] ?? null;
  const rules = { limit: limit?.value ?? null, leastShare: WEAK_SHARE };
  return {
    resource: "direct-memory",
    unit: "B",
    series,
    source: "direct buffers in use",
    limit,
    rules,
    isCounted: false,
    ownDrivers: [],
    isWeak: false,
  };
}

/**
 * Native memory, from the best source there is. By a census: what is resident outside of the heap, by what it is mapped for. Else RSS minus what the JVM
 * accounts for: heap pages become resident as they are first touched, so a young process grows by this measure without any leak, and it is never more than
 * `growing`.
 */
export function nativeMemory(life: Life): Watched | null {
  return outsideOfTheHeap(life) ?? beyondTheCommitted(life);
}

/** What is resident and neither heap nor code: the first fills up with use, the second with time. Censuses of before told the heap of ZGC by its file. */
const NO_LEAK = /^resident: (java heap|file \/memfd:java_heap|compiled code|stack|vdso|vvar)/;
const HEAP = "resident: java heap";
/** Arenas of malloc, of compilers and of collectors grow to some megabytes in every JVM. [fit] */
const LEAST_NATIVE_GROWTH = 12 * 1024 * 1024;

function outsideOfTheHeap(life: Life): Watched | null {
  const census = life.census.get("native-memory");
  if (!census || census.at.length < 2) return null;
  const hasHeap = census.names.includes(HEAP);
  const counts = (name: string) => name.startsWith("resident: ") && !NO_LEAK.test(name) && (hasHeap || name !== "resident: large mappings");
  const series = betweenCensuses(
    measured(life, "rss"),
    sumOf(census, counts),
    sumOf(census, (name) => name.startsWith("resident: ")),
  );
  if (series.at.length < LEAST_SAMPLES) return null;
  const leader = risingKinds(life, "native-memory").find(({ name }) => counts(name));
  const source = `resident memory outside of the heap${leader ? `, most of it ${leader.name.replace("resident: ", "")}` : ""}`;
  const limit = life.incarnation.limits["native-memory"] ?? null;
  const rules = { limit: null, leastShare: 0, leastGrowth: LEAST_NATIVE_GROWTH };
  return {
    resource: "native-memory",
    unit: "B",
    series,
    source,
    limit,
    rules,
    isCounted: false,
    ownDrivers: [],
    isWeak: false,
  };
}

function sumOf({ at, names, values }: CensusColumns, counts: (name: string) => boolean): Series {
  const value = new Float64Array(at.length);
  names.forEach((name, g) => {
    if (counts(name)) values[g]!.forEach((bytes, i) => (value[i]! += bytes));
  });
  return { at, value };
}

/**
 * A census is dear and rare where the machine is busy, RSS is cheap and frequent. Too few censuses for a trend are filled up: between two of them, what does not count is taken to go
 * evenly, and the rest of RSS counts.
 */
function betweenCensuses(rss: Series, counted: Series, all: Series): Series {
  if (counted.at.length >= LEAST_SAMPLES) return counted;
  const points: [number, number][] = [];
  rss.at.forEach((time, i) => {
    const [own, whole] = [valueAt(counted, time), valueAt(all, time)];
    if (own !== undefined && whole !== undefined) points.push([time, rss.value[i]! - (whole - own)]);
  });
  return seriesOf(points);
}

function beyondTheCommitted(life: Life): Watched | null {
  const committed = measured(life, "heap.committed");
  const rss = measured(life, "rss");
  if (committed.at.length === 0) return null;
  const others = [measured(life, "metaspace.used"), measured(life, "direct.used"), measured(life, "mapped.used")];
  const series = seriesOf(
    Array.from(rss.at, (time, i): [number, number] => {
      const accounted = others.reduce((sum, series) => sum + (valueAt(series, time) ?? 0), valueAt(committed, time) ?? Number.NaN);
      return [time, rss.value[i]! - accounted];
    }),
  );
  if (series.at.length < LEAST_SAMPLES || series.value.some((value) => value <= 0)) return null;
  const limit = life.incarnation.limits["native-memory"] ?? null;
  const source = "resident memory beyond what the JVM accounts for";
  return {
    resource: "native-memory",
    unit: "B",
    series,
    source,
    limit,
    rules: weak(limit?.value ?? null),
    isCounted: false,
    ownDrivers: [],
    isWeak: true,
  };
}
