import type { Bytes } from "@heaptide/base";
import { addressOf, nameOf, rootKind } from "../analysis/paths.ts";
import type { HeapIndex, Ordinal } from "../index/heap-index.ts";
import { frameName } from "../inspect/references.ts";

/** The objects of one class that one place holds. */
export interface HeldGroup {
  readonly class: string;
  /** As a person would look for it: `static shop.Cart.LEAK`, `local variable in shop.Main.run:17`, `JNI global: shop.Cache`. */
  readonly holder: string;
  readonly count: number;
  readonly bytes: Bytes;
  /** What the group's topmost objects retain. Objects of a class more than `CLIMB` dominators below another of it count as topmost. */
  readonly retained: Bytes;
  /** Address of one of them. */
  readonly example: string;
}

const UNKNOWN = 0;
const NOT_ALIVE = 1;
const CLIMB = 32;
/** More than real programs have; a bound for damaged ones. The largest stay. */
const MOST_GROUPS = 100_000;

/**
 * Every object that a root leads to, by its class and by the last place on its shortest path that stands in source code. Exact: each object counts once.
 * Costs a look at each object's path, which all share, and 4 bytes for each object meanwhile.
 */
export function heldGroups(index: HeapIndex): HeldGroup[] {
  const holders = new HolderLabels(index);
  const groups = new Map<number, { count: number; bytes: number; retained: number; example: Ordinal }>();
  const { classes } = index.columns;
  for (let object = 0; object < index.count; object++) {
    const label = holders.of(object);
    if (label === NOT_ALIVE) continue;
    const key = label * index.table.size + classes[object]!;
    let group = groups.get(key);
    if (!group) groups.set(key, (group = { count: 0, bytes: 0, retained: 0, example: object }));
    group.count++;
    group.bytes += index.shallow(object);
    if (isTopmost(index, object)) group.retained += index.retained(object);
  }
  return byName(index, holders, groups);
}

function isTopmost(index: HeapIndex, object: Ordinal): boolean {
  const { dominators, classes } = index.columns;
  const own = classes[object]!;
  let above = dominators[object]!;
  for (let steps = 0; steps < CLIMB && above < index.count; steps++) {
    if (classes[above] === own) return false;
    above = dominators[above]!;
  }
  return true;
}

/** Classes of the same name from several loaders become one. */
function byName(
  index: HeapIndex,
  holders: HolderLabels,
  groups: ReadonlyMap<number, { count: number; bytes: number; retained: number; example: Ordinal }>,
): HeldGroup[] {
  const rows = new Map<string, { -readonly [Key in keyof HeldGroup]: HeldGroup[Key] }>();
  for (const [key, { count, bytes, retained, example }] of groups) {
    const holder = holders.text(Math.floor(key / index.table.size));
    const name = index.table.name(key % index.table.size);
    const known = rows.get(`${holder}\n${name}`);
    if (!known) {
      const first = addressOf(index, example);
      rows.set(`${holder}\n${name}`, { class: name, holder, count, bytes: bytes as Bytes, retained: retained as Bytes, example: first });
      continue;
    }
    known.count += count;
    known.bytes = (known.bytes + bytes) as Bytes;
    known.retained = (known.retained + retained) as Bytes;
  }
  return [...rows.values()].sort((a, b) => b.retained - a.retained).slice(0, MOST_GROUPS);
}

/** What holds each object, found once for each. */
class HolderLabels {
  readonly #index: HeapIndex;
  readonly #labels: Uint32Array;
  readonly #texts: string[] = ["", ""];
  readonly #numbers = new Map<string, number>();

  constructor(index: HeapIndex) {
    this.#index = index;
    this.#labels = new Uint32Array(index.count);
  }

  text(label: number): string {
    return this.#texts[label]!;
  }

  of(object: Ordinal): number {
    const labels = this.#labels;
    const climbed: Ordinal[] = [];
    let label = UNKNOWN;
    for (let at = object; ;) {
      label = labels[at]!;
      if (label !== UNKNOWN) break;
      climbed.push(at);
      const before = this.#index.before(at);
      label = before === null ? NOT_ALIVE : before === "root" ? this.#root(at) : this.#reference(before, at);
      if (label !== UNKNOWN || typeof before !== "number") break;
      at = before;
    }
    for (const below of climbed) labels[below] = label;
    return label;
  }

  #root(object: Ordinal): number {
    return this.#number(`${rootKind(this.#index, object)}: ${nameOf(this.#index, object)}`);
  }

  /** A place of its own, or UNKNOWN where the reference is one of many inside of a structure. */
  #reference(from: Ordinal, to: Ordinal): number {
    const heapClass = this.#index.classObject(from);
    if (heapClass) {
      const address = this.#index.address(to);
      const field = heapClass.dump.statics.find(({ type, value }) => type === 2 && value === address);
      return field ? this.#number(`static ${heapClass.name}.${this.#index.table.fieldName(field.name)}`) : UNKNOWN;
    }
    const local = this.#localsOf(from)?.get(to);
    return local === undefined ? UNKNOWN : this.#number(`local variable in ${local}`);
  }

  #locals: ReadonlyMap<Ordinal, ReadonlyMap<Ordinal, string>> | undefined;

  /** By thread, then by object: the frame that has it. */
  #localsOf(thread: Ordinal): ReadonlyMap<Ordinal, string> | undefined {
    if (!this.#locals) {
      const locals = new Map<Ordinal, Map<Ordinal, string>>();
      for (const root of this.#index.roots) {
        if (root.thread < 0) continue;
        const own = locals.get(root.thread) ?? new Map<Ordinal, string>();
        locals.set(root.thread, own.set(root.object, frameName(this.#index, root) ?? root.kind));
      }
      this.#locals = locals;
    }
    return this.#locals.get(thread);
  }

  #number(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }
}
