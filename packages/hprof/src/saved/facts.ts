import type { HeapIndex } from "../index/heap-index.ts";

/** What of an analysis is saved: columns as they lie in memory, lists, and the rest as JSON. What the dump says quickly by itself is read from there again. */

export const COLUMNS = ["pages", "dominators", "classes", "sizes", "retained", "parents", "map"] as const;
export const LISTS = ["offsets", "ends", "lows", "highs", "largeOrdinals", "largeUnits"] as const;
export type ColumnName = (typeof COLUMNS)[number];
export type ListName = (typeof LISTS)[number];

export type Facts = ReturnType<typeof factsOf>["facts"];

export function factsOf({ located, linked, tree, core, count }: HeapIndex) {
  const { addresses, places, classes, roots, damaged, duplicates } = located;
  const { shift, firstPage, pages } = addresses;
  const { storage, used } = addresses.parts;
  const { layout, classWidth, metaClass, oddInstances, large } = linked;
  return {
    columns: {
      pages: storage,
      dominators: linked.predecessor,
      classes: linked.classOf,
      sizes: linked.size,
      retained: tree.retained,
      parents: core.parents,
      map: core.map,
    },
    lists: {
      offsets: places.offsets,
      ends: places.ends,
      lows: places.lows,
      highs: places.highs,
      largeOrdinals: large.ordinals,
      largeUnits: large.units,
    },
    facts: {
      addresses: { shift, firstPage, pages, count, used },
      located: { classes, roots, damaged, duplicates },
      linked: { layout, classWidth, metaClass, oddInstances, roots: linked.roots },
      instances: [...linked.instances],
      bytes: [...linked.bytes],
      classObjects: [...linked.classObjects],
      coreCount: core.count,
      tree: { classes: tree.classes, reach: tree.reach, reachBytes: tree.reachBytes },
      loaders: [...tree.loaders],
      packages: [...tree.packages],
    },
  };
}
