import type { Bytes } from "@heaptide/base";
import type { HeapIndex, Ordinal } from "../index/heap-index.ts";
import type { ObjectReader } from "../inspect/object-reader.ts";
import { frameName, referenceName, type ReferenceName } from "../inspect/references.ts";

/** An object on the way from a root, and by what it refers to the next one. */
export interface PathStep {
  readonly address: string;
  /** `class shop.Cart` for a class object. */
  readonly class: string;
  /** How the object before it refers to it; null for the first one. */
  readonly by: ReferenceName | null;
  readonly retained: Bytes;
  /** Elements of a linked structure that are shown as this one: 1 for most. */
  readonly repeated: number;
}

export interface RootPath {
  /** `system class`, `thread`, `JNI global`, ... */
  readonly root: string;
  readonly steps: readonly PathStep[];
}

/** Longer ones are a loop in a damaged index. */
const LONGEST = 1 << 24;

/**
 * A shortest path of strong references from a root to an object, both included; null for what is not reachable. Weak, soft, phantom and final
 * references are not followed, unless nothing else leads there.
 */
export function shortestPath(index: HeapIndex, object: Ordinal): Ordinal[] | null {
  const path = [object];
  for (let at = object; path.length < LONGEST;) {
    const before = index.before(at);
    if (before === null) return null;
    if (before === "root") return path.reverse();
    path.push(before);
    at = before;
  }
  return null;
}

/** What a person calls an object: its class, or for a class object the class it stands for. */
export function nameOf(index: HeapIndex, object: Ordinal): string {
  const heapClass = index.classObject(object);
  return heapClass ? `class ${heapClass.name}` : index.className(object);
}

export function addressOf(index: HeapIndex, object: Ordinal): string {
  return `0x${index.address(object).toString(16)}`;
}

/** Names the references of a path. Elements of one class that follow each other, as in a linked list, become one step. */
export async function describePath(reader: ObjectReader, path: readonly Ordinal[]): Promise<RootPath> {
  const { index } = reader;
  const steps: PathStep[] = [];
  for (let i = 0; i < path.length;) {
    const object = path[i]!;
    let next = i + 1;
    while (next < path.length && index.classIndex(path[next]!) === index.classIndex(object) && !index.classObject(object)) next++;
    // The last object is the one that was asked for: it stays by itself.
    const repeated = next === path.length && next - i > 1 ? next - i - 1 : next - i;
    steps.push({
      address: addressOf(index, object),
      class: nameOf(index, object),
      by: i === 0 ? null : await referenceName(reader, path[i - 1]!, object),
      retained: index.retained(object),
      repeated,
    });
    i += repeated;
  }
  return { root: rootKind(index, path[0]!), steps };
}

/** Why an object is a root; where it is one in several ways, the one that says most. */
export function rootKind(index: HeapIndex, object: Ordinal): string {
  const kinds = index.rootsOf(object);
  const local = kinds.find((root) => root.frame >= 0);
  const frame = local && frameName(index, local);
  if (frame) return `local variable in ${frame}`;
  const order = ["thread", "system class", "JNI global"];
  const kind = order.find((name) => kinds.some((root) => root.kind === name)) ?? kinds[0]?.kind;
  return kind ?? "only weakly referenced";
}
