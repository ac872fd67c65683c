import type { Bytes } from "@heaptide/base";
import * as SEARCH from "../kernel/search.ts";
import * as STATE from "../kernel/state.ts";
import type { DumpRecords } from "../records/records.ts";
import type { ClassTable, HeapClass } from "./classes.ts";
import type { Core } from "./core.ts";
import type { HeapLayout } from "./layout.ts";
import type { HeapRoot, Linked } from "./link.ts";
import type { Located } from "./locate.ts";
import type { Tree } from "./tree.ts";
import type { Work } from "./work.ts";

/** An object by its rank among all addresses. */
export type Ordinal = number;

/** Whether an object is alive: reachable from a root, only over weak, soft, phantom or final references, or not at all. */
export type Reach = "strong" | "weak" | "unreachable";

/**
 * A dump that was analysed: columns by ordinal, nothing that could change. Reading a field goes back to the file (inspect/), everything here does not.
 */
export class HeapIndex {
  readonly records: DumpRecords;
  readonly table: ClassTable;
  readonly layout: HeapLayout;
  readonly located: Located;
  readonly linked: Linked;
  readonly tree: Tree;
  readonly roots: readonly HeapRoot[];
  readonly work: Work;
  /** How many objects. */
  readonly count: number;
  readonly #core: Core;
  readonly #dominators: Uint32Array;
  readonly #retained: Uint32Array;
  readonly #classes: Uint16Array | Uint32Array;
  readonly #parents: Uint32Array;
  #coreOrdinals: Uint32Array | undefined;
  #largest: Uint32Array | undefined;
  #rootsByObject: Map<Ordinal, HeapRoot[]> | undefined;
  #own: Uint32Array | undefined;

  constructor(parts: {
    readonly work: Work;
    readonly located: Located;
    readonly linked: Linked;
    readonly core: Core;
    readonly tree: Tree;
  }) {
    const { work, located, linked, core, tree } = parts;
    this.work = work;
    this.records = work.records;
    this.table = linked.table;
    this.layout = linked.layout;
    this.located = located;
    this.linked = linked;
    this.roots = linked.roots;
    this.tree = tree;
    this.count = located.addresses.count;
    this.#core = core;
    this.#dominators = work.arena.words(linked.predecessor, this.count);
    this.#retained = work.arena.words(tree.retained, this.count + 3);
    this.#classes = work.arena[linked.classWidth === 2 ? "words" : "halves"](linked.classOf, this.count);
    this.#parents = work.arena.words(core.parents, core.count);
  }

  /** The id that the dump uses, an address in the heap of the JVM. */
  address(object: Ordinal): number {
    return this.located.addresses.address(object);
  }

  /** null where no object lies. */
  at(address: number): Ordinal | null {
    const object = this.located.addresses.ordinal(address);
    return object < 0 ? null : object;
  }

  classIndex(object: Ordinal): number {
    return this.#classes[object]!;
  }

  className(object: Ordinal): string {
    return this.table.name(this.classIndex(object));
  }

  /** The class that a class object stands for; null for all others. */
  classObject(object: Ordinal): HeapClass | null {
    const index = this.linked.classObjects.get(object);
    return index === undefined ? null : this.table.at(index);
  }

  /** Its own size. Of instances that of the class; arrays and class objects have what is left of what they retain. */
  shallow(object: Ordinal): Bytes {
    return (this.#shallow()[object]! * 8) as Bytes;
  }

  /** Why an object is a root; empty for all that are none. */
  rootsOf(object: Ordinal): readonly HeapRoot[] {
    this.#rootsByObject ??= Map.groupBy(
      this.roots.filter(({ thread }) => thread < 0),
      (root) => root.object,
    );
    return this.#rootsByObject.get(object) ?? [];
  }

  /** For each object, and behind them the three roots, the object below it that retains most, or 0xffffffff. A word for each, made when asked for. */
  largestChildren(): Uint32Array {
    if (!this.#largest) {
      const { arena, kernel } = this.work;
      const at = arena.allocate((this.count + 3) * 4, { zeroed: false });
      kernel.largestChildren(this.count, this.count + 3, this.linked.predecessor, this.tree.retained, at);
      this.#largest = arena.words(at, this.count + 3);
    }
    return this.#largest;
  }

  /** What it keeps alive, itself included. */
  retained(object: Ordinal): Bytes {
    return (this.#retained[object]! * 8) as Bytes;
  }

  /** The object without which it would be garbage; null where there is none. */
  dominator(object: Ordinal): Ordinal | null {
    const dominator = this.#dominators[object]!;
    return dominator >= this.count ? null : dominator;
  }

  reach(object: Ordinal): Reach {
    let top = object;
    while (top < this.count) top = this.#dominators[top]!;
    return top === this.count ? "strong" : top === this.count + 1 ? "weak" : "unreachable";
  }

  /**
   * The object before it on a shortest path from a root: `root` where it is one itself, null where nothing leads to it. What was peeled has one
   * referrer only, which is its dominator too.
   */
  before(object: Ordinal): Ordinal | "root" | null {
    const node = this.work.kernel.coreIndex(this.#core.map, object);
    if (node === STATE.NONE) return this.dominator(object);
    const parent = this.#parents[node]!;
    if (parent === STATE.NONE) return null;
    return parent === SEARCH.FROM_ROOT ? "root" : this.#ordinalOfCore(parent);
  }

  /** All objects of a class, ascending. Costs a look at each object. */
  *instancesOf(classIndex: number): Generator<Ordinal> {
    const classes = this.#classes;
    for (let object = 0; object < classes.length; object++) if (classes[object] === classIndex) yield object;
  }

  /** The columns themselves, for what looks at every object. Dominators of `count` and above are the three roots. */
  get columns(): {
    readonly dominators: Uint32Array;
    readonly retained: Uint32Array;
    readonly classes: Uint16Array | Uint32Array;
  } {
    return { dominators: this.#dominators, retained: this.#retained, classes: this.#classes };
  }

  /** Retained sizes less those of the children. */
  #shallow(): Uint32Array {
    if (!this.#own) {
      const { arena } = this.work;
      const own = arena.words(arena.allocate((this.count + 3) * 4, { zeroed: false }), this.count + 3);
      own.set(this.#retained);
      for (let object = 0; object < this.count; object++) own[this.#dominators[object]!]! -= this.#retained[object]!;
      this.#own = own;
    }
    return this.#own;
  }

  #ordinalOfCore(node: number): Ordinal {
    if (!this.#coreOrdinals) {
      const { arena, kernel } = this.work;
      const at = arena.allocate(this.#core.count * 4, { zeroed: false });
      kernel.listCore(this.count, this.#core.map, at);
      this.#coreOrdinals = arena.words(at, this.#core.count);
    }
    return this.#coreOrdinals[node]!;
  }
}
