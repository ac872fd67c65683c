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
  #largestAt = 0;
  #rootsByObject: Map<Ordinal, HeapRoot[]> | undefined;
  readonly #sizes: Uint8Array;
  readonly #large: ReadonlyMap<Ordinal, number>;

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
    this.#sizes = work.arena.bytes(linked.size, this.count);
    this.#large = new Map(Array.from(linked.large.ordinals, (object, i) => [object, linked.large.units[i]!]));
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

  /** Its own size in the heap of the JVM. */
  shallow(object: Ordinal): Bytes {
    const units = this.#sizes[object]!;
    return ((units < 255 ? units : this.#large.get(object)!) * 8) as Bytes;
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
    const { arena, kernel } = this.work;
    if (this.#largestAt === 0) {
      this.#largestAt = arena.allocate((this.count + 3) * 4, { zeroed: false });
      kernel.largestChildren(this.count, this.count + 3, this.linked.predecessor, this.tree.retained, this.#largestAt);
    }
    return arena.words(this.#largestAt, this.count + 3);
  }

  /** Gives back what `largestChildren` needs. */
  forgetLargestChildren(): void {
    if (this.#largestAt !== 0) this.work.arena.free(this.#largestAt);
    this.#largestAt = 0;
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
