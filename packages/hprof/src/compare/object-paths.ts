import type { Bytes } from "@heaptide/base";
import { addressOf, nameOf, rootKind } from "../analysis/paths.ts";
import type { HeapIndex, Ordinal } from "../index/heap-index.ts";
import type { ObjectReader, ObjectRecord } from "../inspect/object-reader.ts";
import { OBJECT_TYPE } from "../records/tags.ts";

/** An object that keeps much, and the way to it: the same in two dumps of a process, whatever the collector moved. */
export interface BigObject {
  readonly class: string;
  readonly address: string;
  readonly retained: Bytes;
  /** `static shop.Main.CARTS.table{user-17}.value`; null where the way is longer than anybody would read. */
  readonly path: string | null;
  /** The same without positions and keys. */
  readonly shape: string | null;
}

const SHARE = 0.0005;
const LEAST = 1024;
const MOST = 3000;
const LONGEST = 400;
/** An array of more elements is not searched for a position. */
const SEARCHED = 1_000_000;
const LONGEST_KEY = 60;

/** What retains most, elements of linked structures left out but for the first. Reads each object on the way to them once. */
export async function bigObjects(reader: ObjectReader): Promise<BigObject[]> {
  const { index } = reader;
  const paths = new ObjectPaths(reader);
  const objects = most(index);
  const ways = objects.map((object) => paths.want(object));
  await paths.readNames();
  return objects.map((object, i) => ({
    class: nameOf(index, object),
    address: addressOf(index, object),
    retained: index.retained(object),
    ...(ways[i] ? paths.text(ways[i]) : { path: null, shape: null }),
  }));
}

function most(index: HeapIndex): Ordinal[] {
  const least = Math.max(LEAST, index.tree.reachBytes[0] * SHARE);
  const { dominators, classes } = index.columns;
  const found: Ordinal[] = [];
  for (let object = 0; object < index.count; object++) {
    if (index.retained(object) < least) continue;
    const above = dominators[object]!;
    if (above < index.count ? classes[above] !== classes[object] : above === index.count) found.push(object);
  }
  return found.sort((a, b) => index.retained(b) - index.retained(a)).slice(0, MOST);
}

/** How an object is reached from the one before it: with its place, and without. */
interface StepName {
  readonly exact: string;
  readonly shape: string;
}

class ObjectPaths {
  readonly #reader: ObjectReader;
  readonly #index: HeapIndex;
  /** What must be named, by what refers to it. */
  readonly #wanted = new Map<Ordinal, Set<Ordinal>>();
  readonly #roots = new Map<Ordinal, StepName>();
  readonly #names = new Map<Ordinal, StepName>();

  constructor(reader: ObjectReader) {
    this.#reader = reader;
    this.#index = reader.index;
  }

  /** The way from a root, which `readNames` will name; null where it is too long or there is none. */
  want(object: Ordinal): readonly Ordinal[] | null {
    const way = [object];
    for (let at = object; way.length < LONGEST;) {
      const before = this.#index.before(at);
      if (before === null) return null;
      if (before === "root") {
        this.#want(way.toReversed());
        return way.reverse();
      }
      way.push(before);
      at = before;
    }
    return null;
  }

  #want(way: readonly Ordinal[]): void {
    const name = `${rootKind(this.#index, way[0]!)} ${nameOf(this.#index, way[0]!)}`;
    this.#roots.set(way[0]!, { exact: name, shape: name });
    for (let i = 1; i < way.length; i++) {
      const wanted = this.#wanted.get(way[i - 1]!) ?? new Set<Ordinal>();
      this.#wanted.set(way[i - 1]!, wanted.add(way[i]!));
    }
  }

  async readNames(): Promise<void> {
    for (const root of this.#roots.keys()) {
      const name = this.#index.rootsOf(root).some(({ kind }) => kind === "thread") ? await this.#textOf(root, "name") : null;
      if (name !== null) this.#roots.set(root, { exact: `thread ${name}`, shape: `thread ${this.#index.className(root)}` });
    }
    for (const [from, targets] of this.#wanted) {
      const record = await this.#reader.read(from, { count: SEARCHED });
      const names = record ? namesIn(this.#index, record) : new Map<number, string>();
      for (const to of targets) {
        const name = names.get(this.#index.address(to));
        const key = name?.startsWith("[") ? await this.#textOf(to, "key") : null;
        this.#names.set(to, stepName(name ?? "(other)", key));
      }
    }
  }

  /** Names are read: objects of one class that follow each other, as in a chain of nodes, become one step. */
  text(way: readonly Ordinal[]): StepText {
    const root = this.#roots.get(way[0]!)!;
    let [path, shape] = [root.exact, root.shape];
    for (let i = 1; i < way.length; i++) {
      const [from, to] = [way[i - 1]!, way[i]!];
      const heapClass = this.#index.classObject(from);
      if (heapClass) path = shape = `static ${heapClass.name}`;
      else if (this.#index.classIndex(from) === this.#index.classIndex(to)) continue;
      const name = this.#names.get(to)!;
      path += name.exact;
      shape += name.shape;
    }
    return { path, shape };
  }

  /** The text of a field that holds a string or the value of a boxed number. */
  async #textOf(object: Ordinal, field: string): Promise<string | null> {
    const target = await this.#reader.follow(object, field);
    if (target === null) return null;
    const name = this.#index.className(target);
    if (name === "java.lang.String") return this.#reader.text(target, LONGEST_KEY);
    if (!/^java\.lang\.(?:Integer|Long|Short|Byte|Character)$/.test(name)) return null;
    const value = (await this.#reader.fields(target)).get("value")?.value;
    return value === undefined ? null : String(value);
  }
}

interface StepText {
  readonly path: string;
  readonly shape: string;
}

function stepName(name: string, key: string | null): StepName {
  if (!name.startsWith("[")) return { exact: `.${name}`, shape: `.${name}` };
  return { exact: key === null ? name : `{${key}}`, shape: "[*]" };
}

/** By what an object refers to others, by their address; the first way counts. */
function namesIn({ table }: HeapIndex, record: ObjectRecord): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const add = (address: number, name: string): void => {
    if (address !== 0 && !names.has(address)) names.set(address, name);
  };
  if (record.kind === "instance") {
    for (const { type, value, name } of record.fields) if (type === OBJECT_TYPE) add(value, name);
  } else if (record.kind === "objects") {
    record.elements.forEach((address, i) => add(address, `[${i}]`));
  } else if (record.kind === "class") {
    for (const { type, value, name } of record.dump.statics) if (type === OBJECT_TYPE) add(value, table.fieldName(name));
  }
  return names;
}
