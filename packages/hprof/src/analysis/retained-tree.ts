import type { Bytes } from "@heaptide/base";
import type { HeapIndex, Ordinal } from "../index/heap-index.ts";
import { addressOf, nameOf } from "./paths.ts";

/** Who retains what: an object with those below it that are worth being seen, most retained first. */
export interface RetainedNode {
  readonly class: string;
  /** null of the whole heap. */
  readonly address: string | null;
  readonly retained: Bytes;
  readonly children: readonly RetainedNode[];
}

/** A node that keeps less of the heap than this is too small to be seen. */
const LEAST_SHARE = 0.003;
const MOST = 2000;
/** Deeper ones are left out: nobody reads them, and what draws a tree goes down step by step. */
const DEEPEST = 60;

/**
 * The dominator tree's large part. Elements of one class that dominate each other, as in a linked list, are shown as their first. One look at all objects.
 */
export function retainedTree(index: HeapIndex): RetainedNode {
  const total = index.tree.reachBytes[0] as Bytes;
  const { dominators, classes } = index.columns;
  const shown = new Map<Ordinal, { readonly node: RetainedNode & { children: RetainedNode[] }; readonly depth: number }>();
  const root = { class: "everything that is alive", address: null, retained: total, children: [] as RetainedNode[] };
  for (const object of largest(index, total * LEAST_SHARE)) {
    const above = dominators[object]!;
    if (above === index.count) {
      shown.set(object, { node: nodeOf(index, object, root.children), depth: 1 });
      continue;
    }
    const parent = shown.get(above);
    if (!parent || parent.depth >= DEEPEST) continue;
    // Larger ones come first: whatever is above an object has been seen.
    if (classes[above] === classes[object] && !index.classObject(object)) shown.set(object, parent);
    else shown.set(object, { node: nodeOf(index, object, parent.node.children), depth: parent.depth + 1 });
  }
  return root;
}

function nodeOf(index: HeapIndex, object: Ordinal, siblings: RetainedNode[]): RetainedNode & { children: RetainedNode[] } {
  const node = { class: nameOf(index, object), address: addressOf(index, object), retained: index.retained(object), children: [] };
  siblings.push(node);
  return node;
}

/** Most retained first. */
function largest(index: HeapIndex, least: number): Ordinal[] {
  const found: Ordinal[] = [];
  for (let object = 0; object < index.count; object++) if (index.retained(object) >= least) found.push(object);
  // An object always retains more than what it dominates, by its own size: equal sizes are strangers.
  return found.sort((a, b) => index.retained(b) - index.retained(a) || a - b).slice(0, MOST);
}
