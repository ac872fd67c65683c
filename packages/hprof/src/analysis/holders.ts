import type { Bytes } from "@heaptide/base";
import type { HeapIndex, Ordinal } from "../index/heap-index.ts";
import type { ObjectReader } from "../inspect/object-reader.ts";
import { type ClassShare, dominatedClasses } from "./marks.ts";
import { describePath, type RootPath, shortestPath } from "./paths.ts";

/** What keeps the objects of a class, and what they keep. */
export interface Holders {
  readonly class: string;
  /** Reachable from roots, of the `instances` in the dump. */
  readonly live: number;
  readonly instances: number;
  /** What they retain together, nothing counted twice. */
  readonly retained: Bytes;
  /** Paths of the same classes merged, the one with most objects first. */
  readonly paths: readonly (RootPath & {
    /** Of the objects looked at. */
    readonly share: number;
  })[];
  /** Objects looked at for the paths: all, or evenly spread ones. */
  readonly sampled: number;
  /** Everything that would go with them, by class: the arrays and strings that are charged to this class. */
  readonly charged: readonly ClassShare[];
}

const SAMPLES = 2000;
const PATHS = 5;
const CHARGED = 20;

/**
 * Holder and path of a class by its name, as in Java source. Classes of the same name from several loaders count together.
 * @returns null where the dump has no such class
 */
export async function holdersOf(reader: ObjectReader, className: string, { paths = PATHS, top = CHARGED } = {}): Promise<Holders | null> {
  const { index } = reader;
  const indexes = index.table.indexesNamed(className);
  if (indexes.length === 0) return null;
  const objects = indexes.flatMap((i) => [...index.instancesOf(i)]);
  const sums = indexes.map((i) => index.tree.classes[i]!);
  const { merged, sampled } = mergePaths(index, objects, SAMPLES);
  const described = [];
  for (const { example, count } of merged.slice(0, paths))
    described.push({ ...(await describePath(reader, example)), share: count / sampled });
  return {
    class: className,
    live: sums.reduce((sum, { instances }) => sum + instances[0], 0),
    instances: objects.length,
    retained: sums.reduce((sum, { retained }) => sum + retained, 0) as Bytes,
    paths: described,
    sampled,
    charged: dominatedClasses(index, objects).slice(0, top),
  };
}

/** Shortest paths of some of the objects, those of the same classes as one; most frequent first. */
export function mergePaths(
  index: HeapIndex,
  objects: readonly Ordinal[],
  samples: number,
): { readonly merged: readonly { readonly example: readonly Ordinal[]; readonly count: number }[]; readonly sampled: number } {
  const step = Math.max(1, objects.length / samples);
  const byShape = new Map<string, { example: readonly Ordinal[]; count: number }>();
  let sampled = 0;
  for (let i = 0; i < objects.length; i += step) {
    const path = shortestPath(index, objects[Math.floor(i)]!);
    if (!path) continue;
    sampled++;
    const shape = shapeOf(index, path);
    const known = byShape.get(shape);
    if (known) known.count++;
    else byShape.set(shape, { example: path, count: 1 });
  }
  return { merged: [...byShape.values()].sort((a, b) => b.count - a.count || a.example.length - b.example.length), sampled };
}

/** The classes of a path, repeated ones once, and which class object it goes through. */
function shapeOf(index: HeapIndex, path: readonly Ordinal[]): string {
  const parts: string[] = [];
  for (const object of path) {
    const heapClass = index.classObject(object);
    const part = heapClass ? `c${heapClass.index}` : String(index.classIndex(object));
    if (parts.at(-1) !== part) parts.push(part);
  }
  return parts.join(" ");
}
