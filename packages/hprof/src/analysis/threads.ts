import type { Bytes } from "@heaptide/base";
import type { HeapIndex, Ordinal } from "../index/heap-index.ts";
import type { ObjectReader } from "../inspect/object-reader.ts";
import { stackOf } from "../inspect/references.ts";
import { addressOf, nameOf } from "./paths.ts";

/** A thread, its stack, and what its frames hold. */
export interface ThreadRow {
  readonly name: string | null;
  readonly class: string;
  readonly address: string;
  /** With everything on its stack that nothing else holds. */
  readonly retained: Bytes;
  readonly stack: readonly {
    readonly frame: string;
    /** Local variables, most retained first. */
    readonly locals: readonly { readonly class: string; readonly address: string; readonly retained: Bytes }[];
  }[];
}

const FRAMES = 30;
const LOCALS = 5;

/** Every thread, most retained first. Of each stack the innermost `frames`, of each frame the `locals` that retain most. */
export async function threadsOf(reader: ObjectReader, { frames = FRAMES, locals: most = LOCALS } = {}): Promise<ThreadRow[]> {
  const { index } = reader;
  const threads = new Set(index.roots.filter(({ kind, thread }) => kind === "thread" && thread < 0).map(({ object }) => object));
  const locals = Map.groupBy(
    index.roots.filter(({ thread }) => thread >= 0),
    ({ thread }) => thread,
  );
  const rows: ThreadRow[] = [];
  for (const thread of threads) {
    const name = await reader.follow(thread, "name");
    rows.push({
      name: name === null ? null : await reader.text(name),
      class: index.className(thread),
      address: addressOf(index, thread),
      retained: index.retained(thread),
      stack: stackOf(index, thread)
        .slice(0, frames)
        .map((frame, depth) => ({ frame, locals: localsAt(index, locals.get(thread) ?? [], depth, most) })),
    });
  }
  return rows.sort((a, b) => b.retained - a.retained);
}

function localsAt(
  index: HeapIndex,
  roots: readonly { readonly object: Ordinal; readonly frame: number }[],
  depth: number,
  most: number,
): ThreadRow["stack"][number]["locals"] {
  const objects = [...new Set(roots.filter(({ frame }) => frame === depth).map(({ object }) => object))];
  return objects
    .map((object) => ({ class: nameOf(index, object), address: addressOf(index, object), retained: index.retained(object) }))
    .sort((a, b) => b.retained - a.retained)
    .slice(0, most);
}
