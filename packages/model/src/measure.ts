import { z } from "zod";

/**
 * Every measure of a process that has a series: name -> unit.
 *
 * `heap.live` is heap used right after a full collection (the total of a live class histogram); `heap.after-gc` after any collection, as
 * hsperfdata tells it; `heap.used` at any time. They are different quantities and are never mixed in one series.
 */
export const MEASURES = {
  "heap.live": "B",
  "heap.after-gc": "B",
  "heap.used": "B",
  "heap.committed": "B",
  "metaspace.used": "B",
  "direct.used": "B",
  "mapped.used": "B",
  "managed.used": "B",
  rss: "B",
  threads: "1",
  descriptors: "1",
  "classes.loaded": "1",
  "classes.unloaded": "1",
  "class-loaders.user": "1",
  "gc.count": "1",
  "gc.time": "ms",
  "cpu.time": "ms",
} as const;

export type Measure = keyof typeof MEASURES;
export const Measure = z.enum(Object.keys(MEASURES) as [Measure, ...Measure[]]);
