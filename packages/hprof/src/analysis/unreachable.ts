import type { Bytes } from "@heaptide/base";
import type { HeapIndex, Ordinal } from "../index/heap-index.ts";
import type { Amount, ObjectRow } from "./report.ts";
import { addressOf, nameOf } from "./paths.ts";

/** What no root leads to: garbage that was not collected when the dump was taken. A dump of live objects (the default of jcmd) has next to none. */
export interface Unreachable extends Amount {
  /** Most bytes first. */
  readonly classes: readonly { readonly class: string; readonly count: number; readonly bytes: Bytes; readonly retained: Bytes }[];
  /** What nothing refers to, or what refers to itself in a circle: each was the top of something. Most retained first. */
  readonly tops: readonly ObjectRow[];
  readonly topCount: number;
}

/** Costs some looks at each object. */
export function reportUnreachable(index: HeapIndex, { top = 20 }: { readonly top?: number } = {}): Unreachable {
  const { dominators, classes } = index.columns;
  const sums = new Map<string, { count: number; bytes: number; retained: number }>();
  const garbage = index.count + 2;
  let tops: Ordinal[] = [];
  let topCount = 0;
  const prune = (): void => void (tops = tops.sort((a, b) => index.retained(b) - index.retained(a)).slice(0, top));
  for (const object of unreachableObjects(index)) {
    const name = index.table.name(classes[object]!);
    const sum = sums.get(name) ?? { count: 0, bytes: 0, retained: 0 };
    sums.set(name, sum);
    sum.count++;
    sum.bytes += index.shallow(object);
    if (dominators[object] !== garbage) continue;
    sum.retained += index.retained(object);
    topCount++;
    tops.push(object);
    if (tops.length > 4 * top + 64) prune();
  }
  prune();
  return {
    objects: index.tree.reach[2],
    bytes: index.tree.reachBytes[2],
    classes: [...sums]
      .map(([name, { count, bytes, retained }]) => ({ class: name, count, bytes: bytes as Bytes, retained: retained as Bytes }))
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, top),
    tops: tops.map((object) => ({ class: nameOf(index, object), address: addressOf(index, object), retained: index.retained(object) })),
    topCount,
  };
}

/** Each object is climbed from once. */
function* unreachableObjects({ count, columns: { dominators } }: HeapIndex): Generator<Ordinal> {
  const marks = new Uint8Array(count);
  for (let object = 0; object < count; object++) {
    let top = object;
    while (top < count && marks[top] === 0) top = dominators[top]!;
    const mark = top < count ? marks[top]! : top === count + 2 ? 2 : 1;
    for (let below = object; below !== top; below = dominators[below]!) marks[below] = mark;
    if (mark === 2) yield object;
  }
}
