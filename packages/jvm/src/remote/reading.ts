import type { Incarnation, Measure } from "@heaptide/model";

/** What a JVM that is reachable by HTTP alone tells of itself at one look. What it does not tell is absent, never 0. */
export interface RemoteReading {
  /** Milliseconds since the epoch; null where it does not tell. */
  readonly startedAt: number | null;
  readonly values: ReadonlyMap<Measure, number>;
  /** Heap that was left by the last collection of each pool, summed; null where no pool tells. */
  readonly afterGc: number | null;
  readonly limits: Incarnation["limits"];
}

/** Pools outside of the heap, by the JVM's own names: everything else is heap. */
const OUTSIDE = /^(?:Metaspace|Compressed Class Space|Code(?:Cache|Heap).*)$/;
export const isHeapPool = (pool: string): boolean => !OUTSIDE.test(pool);
