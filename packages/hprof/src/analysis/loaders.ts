import type { Bytes } from "@heaptide/base";
import type { HeapIndex, Ordinal } from "../index/heap-index.ts";
import type { ObjectReader } from "../inspect/object-reader.ts";
import { addressOf, describePath, type RootPath, shortestPath } from "./paths.ts";
import { holderOf } from "./suspects.ts";

/** The class loaders of one class, and the one of them that is held most: many of them with few reasons are a leak of class loaders. */
export interface LoaderRow {
  /** `(boot)` for the JVM's own. */
  readonly loader: string;
  /** How many loaders of this class are alive. */
  readonly count: number;
  readonly classes: number;
  /** What the objects of their classes retain. */
  readonly retained: Bytes;
  /** What keeps each, as far as it is not kept by another one of them: the few most frequent holders. */
  readonly holders: readonly { readonly holder: string; readonly count: number; readonly example: string }[];
}

const LOADERS_LOOKED_AT = 200;
const HOLDERS = 3;

export async function loadersOf(reader: ObjectReader): Promise<LoaderRow[]> {
  const { index } = reader;
  const byClass = new Map<string, LoaderSums>();
  for (const { dump } of index.table.classes) {
    const row = rowOf(byClass, loaderName(index, dump.loaderId));
    row.classes++;
    if (row.ids.has(dump.loaderId)) continue;
    row.ids.add(dump.loaderId);
    row.retained += index.tree.loaders.get(dump.loaderId)?.retained ?? 0;
  }
  const rows: LoaderRow[] = [];
  for (const [loader, { ids, classes, retained }] of byClass) {
    const objects = [...ids].map((id) => index.at(id)).filter((object) => object !== null);
    rows.push({ loader, count: ids.size, classes, retained: retained as Bytes, holders: await holdersOfLoaders(reader, objects) });
  }
  return rows.sort((a, b) => b.retained - a.retained);
}

interface LoaderSums {
  readonly ids: Set<number>;
  classes: number;
  retained: number;
}

function rowOf(rows: Map<string, LoaderSums>, name: string): LoaderSums {
  const row = rows.get(name) ?? { ids: new Set<number>(), classes: 0, retained: 0 };
  rows.set(name, row);
  return row;
}

function loaderName(index: HeapIndex, id: number): string {
  if (id === 0) return "(boot)";
  const object = index.at(id);
  return object === null ? "(loader missing in the dump)" : index.className(object);
}

async function holdersOfLoaders(reader: ObjectReader, loaders: readonly Ordinal[]): Promise<LoaderRow["holders"]> {
  const { index } = reader;
  const holders = new Map<string, { count: number; example: string }>();
  for (const loader of loaders.slice(0, LOADERS_LOOKED_AT)) {
    const path = shortestPath(index, loader);
    const holder = path ? holderOf(await describePath(reader, path)) : "nothing: it can be collected";
    const known = holders.get(holder);
    if (known) known.count++;
    else holders.set(holder, { count: 1, example: addressOf(index, loader) });
  }
  return [...holders]
    .map(([holder, { count, example }]) => ({ holder, count, example }))
    .sort((a, b) => b.count - a.count)
    .slice(0, HOLDERS);
}

/** One class loader, and what keeps it. */
export interface LoaderObject {
  readonly class: string;
  readonly address: string;
  /** Its own name, where it has one (`app`, a deployment's). */
  readonly name: string | null;
  /** Classes it has defined, and some of them. */
  readonly classes: number;
  readonly examples: readonly string[];
  /** What the objects of its classes retain. */
  readonly retained: Bytes;
  readonly holder: string;
  /** null where it can be collected: nothing strong leads there. */
  readonly path: RootPath | null;
}

const EXAMPLES = 3;

/** Each loader by itself, most retained first: of a framework that makes one for each deployment, those that should be gone. @param of class, or all */
export async function loaderObjects(
  reader: ObjectReader,
  { of, top = 20 }: { readonly of?: string | undefined; readonly top?: number } = {},
): Promise<LoaderObject[]> {
  const { index } = reader;
  const byLoader = Map.groupBy(index.table.classes, ({ dump }) => dump.loaderId);
  const rows = [...byLoader].flatMap(([id, classes]) => {
    const object = index.at(id);
    if (id === 0 || object === null || (of !== undefined && index.className(object) !== of)) return [];
    return [{ object, classes, retained: (index.tree.loaders.get(id)?.retained ?? 0) as Bytes }];
  });
  const found: LoaderObject[] = [];
  for (const { object, classes, retained } of rows.sort((a, b) => b.retained - a.retained).slice(0, top)) {
    const path = shortestPath(index, object);
    const described = path && (await describePath(reader, path));
    const name = await reader.follow(object, "name");
    const plain = classes.filter(({ isArray }) => !isArray);
    found.push({
      class: index.className(object),
      address: addressOf(index, object),
      name: name === null ? null : await reader.text(name),
      classes: classes.length,
      examples: plain.slice(0, EXAMPLES).map((heapClass) => heapClass.name),
      retained,
      holder: described ? holderOf(described) : "nothing: it can be collected",
      path: index.reach(object) === "strong" ? described : null,
    });
  }
  return found;
}
