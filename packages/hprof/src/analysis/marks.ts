import type { HeapIndex, Ordinal } from "../index/heap-index.ts";

const UNKNOWN = 0;
const OUTSIDE = 1;
const INSIDE = 2;

/**
 * Calls `use` with a test for "is dominated by one of these, or is one of them". Each object is climbed from once: two looks at every object, and a
 * byte for each while `use` runs.
 */
export function withDominated<T>(index: HeapIndex, tops: Iterable<Ordinal>, use: (isInside: (object: Ordinal) => boolean) => T): T {
  const { arena } = index.work;
  const at = arena.allocate(index.count);
  const marks = arena.bytes(at, index.count);
  try {
    for (const top of tops) marks[top] = INSIDE;
    spread(marks, index.columns.dominators);
    return use((object) => marks[object] === INSIDE);
  } finally {
    arena.free(at);
  }
}

/** What is not marked gets the mark of its nearest marked dominator. */
function spread(marks: Uint8Array, dominators: Uint32Array): void {
  const count = marks.length;
  for (let object = 0; object < count; object++) {
    if (marks[object] !== UNKNOWN) continue;
    let top = object;
    while (top < count && marks[top] === UNKNOWN) top = dominators[top]!;
    const mark = top < count ? marks[top]! : OUTSIDE;
    for (let below = object; below !== top; below = dominators[below]!) marks[below] = mark;
  }
}

/** Objects and bytes of a set, by class. */
export interface ClassShare {
  readonly class: string;
  readonly count: number;
  /** Their own, not what they retain. */
  readonly bytes: number;
}

/** Everything that these objects keep alive together, by class, most bytes first. */
export function dominatedClasses(index: HeapIndex, tops: Iterable<Ordinal>): ClassShare[] {
  const counts = new Float64Array(index.table.size);
  const units = new Float64Array(index.table.size);
  const { classes } = index.columns;
  withDominated(index, tops, (isInside) => {
    for (let object = 0; object < index.count; object++) {
      if (!isInside(object)) continue;
      counts[classes[object]!]!++;
      units[classes[object]!]! += index.shallow(object) / 8;
    }
  });
  return Array.from(counts, (count, i) => ({ class: index.table.name(i), count, bytes: units[i]! * 8 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.bytes - a.bytes || b.count - a.count);
}
