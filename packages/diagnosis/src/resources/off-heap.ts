import { seriesOf, valueAt } from "@heaptide/base";
import { type Life, measured } from "../life.ts";
import { LEAST_SAMPLES, WEAK_SHARE, WEAK_SPAN } from "../thresholds.ts";
import type { Watched } from "./watched.ts";

const weak = (limit: number | null) => ({ limit, leastShare: WEAK_SHARE, leastSpan: WEAK_SPAN });

/** Direct buffers, as the JVM counts them. */
export function directMemory(life: Life): Watched | null {
  const series = measured(life, "direct.used");
  if (series.at.length < LEAST_SAMPLES) return null;
  const limit = life.incarnation.limits["direct-memory"] ?? null;
  const rules = { limit: limit?.value ?? null, leastShare: WEAK_SHARE };
  return { resource: "direct-memory", unit: "B", series, source: "direct buffers in use", limit, rules, isCounted: false, isWeak: false };
}

/**
 * RSS minus what the JVM accounts for. Heap pages become resident as they are first touched, so a young process grows by this measure without any
 * leak: only what exceeds the whole committed heap counts, over minutes, and it is never more than `growing`.
 */
export function nativeMemory(life: Life): Watched | null {
  const committed = measured(life, "heap.committed");
  const rss = measured(life, "rss");
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
  return { resource: "native-memory", unit: "B", series, source, limit, rules: weak(limit?.value ?? null), isCounted: false, isWeak: true };
}
