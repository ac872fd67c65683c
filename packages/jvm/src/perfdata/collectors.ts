import type { PerfCounters } from "./read.ts";

/** The collectors of HotSpot, as people call them. `ZGC` is the generational one of JDK 21 and later; before it is `ZGC (single)`. */
export type Collector = "Serial" | "Parallel" | "G1" | "ZGC" | "ZGC (single)" | "Shenandoah" | "Epsilon";

/** What the counters tell about memory, collections, threads and classes, alike for all collectors. Sizes in bytes, times in milliseconds. */
export interface MemoryView {
  readonly collector: Collector | null;
  readonly heapUsed: number;
  /**
   * How old `heapUsed` is. `last-collection`: the JVM writes it only when it collects (0 before the first time): Serial and Parallel from
   * JDK 25 on, ZGC always. `now`: also in between; G1 in steps of a region.
   */
  readonly heapUsedAt: "now" | "last-collection";
  readonly heapCommitted: number;
  /** What -Xmx allows. */
  readonly heapMax: number;
  /**
   * Heap used right after the last collection, whichever it was; the same value until `collections` changes. After a young collection it
   * holds what the old generation has not given back yet. null before the first one, and for collectors whose counters do not tell: ZGC
   * writes them before it has freed anything, Shenandoah and Epsilon at any time.
   */
  readonly afterGc: number | null;
  /** When the last collection ended, milliseconds since the epoch, by the JVM's clock; null where `afterGc` is. */
  readonly afterGcAt: number | null;
  readonly metaspaceUsed: number;
  readonly metaspaceCommitted: number;
  /** Stop-the-world collections since the start: young and full. For ZGC and Shenandoah the pauses that their counters tell of. */
  readonly collections: number;
  /** null for ZGC and Shenandoah, whose counters do not tell a full collection from a pause. */
  readonly fullCollections: number | null;
  readonly gcTime: number;
  /** How long the process has stood still at safepoints since its start, collections included. */
  readonly safepointTime: number;
  readonly threads: number;
  readonly threadsStarted: number;
  /** Since the start; loaded now = `classesLoaded - classesUnloaded`. */
  readonly classesLoaded: number;
  readonly classesUnloaded: number;
}

/** Spaces of a generation, at most: eden and two survivors. */
const SPACES = 3;
const GENERATIONS = 2;
const COLLECTORS = 3;

/**
 * Which quantities a counter holds depends on the collector, and on the JDK how fresh it is.
 * Seen on JDK 17.0.15 and 25.0.3; docs/formats.md has the table.
 */
export function memoryView(counters: PerfCounters): MemoryView {
  const { number } = reading(counters);
  const collector = collectorOf(counters);
  const used = usedSpaces(counters);
  const all = (name: string) => sum(COLLECTORS, (c) => number(`sun.gc.collector.${c}.${name}`));
  const collections = all("invocations");
  const afterGc = collections === 0 ? null : afterCollection(collector, counters);
  return {
    collector,
    heapUsed: used,
    heapUsedAt: usedIsFresh(collector, counters) ? "now" : "last-collection",
    heapCommitted: capacity(collector, counters, "capacity"),
    heapMax: capacity(collector, counters, "maxCapacity"),
    afterGc,
    afterGcAt: afterGc === null ? null : lastCollectionEnd(counters),
    metaspaceUsed: number("sun.gc.metaspace.used"),
    metaspaceCommitted: number("sun.gc.metaspace.capacity"),
    collections,
    fullCollections: isGenerational(collector) ? number("sun.gc.collector.1.invocations") : null,
    gcTime: toMillis(counters, all("time")),
    safepointTime: toMillis(counters, number("sun.rt.safepointTime")),
    threads: number("java.threads.live"),
    threadsStarted: number("java.threads.started"),
    classesLoaded: number("java.cls.loadedClasses") + number("java.cls.sharedLoadedClasses"),
    classesUnloaded: number("java.cls.unloadedClasses") + number("java.cls.sharedUnloadedClasses"),
  };
}

/** @returns null for a collector not known here. */
export function collectorOf(counters: PerfCounters): Collector | null {
  const { number, text } = reading(counters);
  switch (text("sun.gc.policy.name")) {
    case "Copy:MSC":
      return "Serial";
    case "ParScav:MSC":
      return "Parallel";
    case "GarbageFirst":
      return "G1";
  }
  const collectors = `${text("sun.gc.collector.0.name")} ${text("sun.gc.collector.1.name")} ${text("sun.gc.collector.2.name")}`;
  if (/shenandoah/i.test(collectors) || text("sun.gc.generation.0.name") === "Young") return "Shenandoah";
  if (/\bZ/i.test(collectors)) return text("sun.gc.generation.0.name") === "" ? "ZGC (single)" : "ZGC";
  return number("sun.gc.generation.1.maxCapacity") > 0 && collectors.trim() === "" ? "Epsilon" : null;
}

/** Typed access by name; 0 and "" for what this JVM does not publish. */
export function reading(counters: PerfCounters): { number: (name: string) => number; text: (name: string) => string } {
  const value = (name: string) => counters.values.get(name);
  return {
    number: (name) => (typeof value(name) === "number" ? (value(name) as number) : 0),
    text: (name) => (typeof value(name) === "string" ? (value(name) as string) : ""),
  };
}

/** A span in the JVM's own ticks, as milliseconds. */
function toMillis(counters: PerfCounters, ticks: number): number {
  return (ticks * 1000) / (reading(counters).number("sun.os.hrt.frequency") || 1e9);
}

/** Up to JDK 24 a sampling thread refreshed eden (and `sun.os.hrt.ticks`, by which it is known) every 50 ms. */
function usedIsFresh(collector: Collector | null, counters: PerfCounters): boolean {
  if (collector === "ZGC" || collector === "ZGC (single)") return false;
  if (collector === "Serial" || collector === "Parallel") return counters.values.has("sun.os.hrt.ticks");
  return true;
}

/** Collects at safepoints only, a young generation more often than all: its counters are exact after each. */
function isGenerational(collector: Collector | null): boolean {
  return collector === "Serial" || collector === "Parallel" || collector === "G1";
}

/** Eden is empty after a collection, and what a sampler writes into it later is no part of it: the survivors and the old generation are. */
function afterCollection(collector: Collector | null, counters: PerfCounters): number | null {
  if (!isGenerational(collector)) return null;
  const { number } = reading(counters);
  const used = (generation: number, space: number) => number(`sun.gc.generation.${generation}.space.${space}.used`);
  return used(0, 1) + used(0, 2) + used(1, 0);
}

function usedSpaces(counters: PerfCounters): number {
  const { number } = reading(counters);
  return sum(GENERATIONS, (g) => sum(SPACES, (s) => number(`sun.gc.generation.${g}.space.${s}.used`)));
}

/** Serial and Parallel split the heap between their generations; the others may give all of it to either, and the old one's says how much. */
function capacity(collector: Collector | null, counters: PerfCounters, name: "capacity" | "maxCapacity"): number {
  const { number } = reading(counters);
  const [young, old] = [number(`sun.gc.generation.0.${name}`), number(`sun.gc.generation.1.${name}`)];
  const shared = name === "maxCapacity" && collector !== "Serial" && collector !== "Parallel";
  const total = shared ? Math.max(young, old) : young + old;
  // G1 of JDK 17 pads each space by a heap word, which no real capacity ends in.
  return total - (total % 1024);
}

function lastCollectionEnd(counters: PerfCounters): number {
  const { number } = reading(counters);
  const ticks = Math.max(...[0, 1, 2].map((c) => number(`sun.gc.collector.${c}.lastExitTime`)));
  return number("sun.rt.createVmBeginTime") + toMillis(counters, ticks);
}

function sum(count: number, of: (index: number) => number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += of(i);
  return total;
}
