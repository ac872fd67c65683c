import type { Bytes } from "@heaptide/base";
import type { HeapReport } from "../analysis/report.ts";
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
  /** What was saved with an index that was opened again. */
  readonly report: HeapReport | null;
  /** How many objects. */
  readonly count: number;
  readonly core: Core;
  /** The columns themselves, for what looks at every object. Dominators of `count` and above are the three roots. */
  readonly columns: Columns;
  #coreOrdinals: Uint32Array | undefined;
  #largestAt = 0;
  #rootsByObject: Map<Ordinal, HeapRoot[]> | undefined;
  readonly #large: ReadonlyMap<Ordinal, number>;

  constructor(parts: {
    readonly work: Work;
    readonly located: Located;
    readonly linked: Linked;
    readonly core: Core;
    readonly tree: Tree;
    readonly report?: HeapReport;
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
    this.core = core;
    this.report = parts.report ?? null;
    this.columns = new Columns(work, this.count, linked, core, tree);
    this.#large = new Map(Array.from(linked.large.ordinals, (object, i) => [object, linked.large.units[i]!]));
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
    return this.columns.classes[object]!;
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
    const units = this.columns.sizes[object]!;
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
      kernel.largestChildren(this.count, this.count + 3, this.linked.predecessor.at, this.tree.retained.at, this.#largestAt);
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
    return (this.columns.retained[object]! * 8) as Bytes;
  }

  /** The object without which it would be garbage; null where there is none. */
  dominator(object: Ordinal): Ordinal | null {
    const dominator = this.columns.dominators[object]!;
    return dominator >= this.count ? null : dominator;
  }

  reach(object: Ordinal): Reach {
    const { dominators } = this.columns;
    let top = object;
    while (top < this.count) top = dominators[top]!;
    return top === this.count ? "strong" : top === this.count + 1 ? "weak" : "unreachable";
  }

  /**
   * The object before it on a shortest path from a root: `root` where it is one itself, null where nothing leads to it. What was peeled has one
   * referrer only, which is its dominator too.
   */
  before(object: Ordinal): Ordinal | "root" | null {
    const node = this.work.kernel.coreIndex(this.core.map.at, object);
    if (node === STATE.NONE) return this.dominator(object);
    const parent = this.columns.parents[node]!;
    if (parent === STATE.NONE) return null;
    return parent === SEARCH.FROM_ROOT ? "root" : this.#ordinalOfCore(parent);
  }

  /** All objects of a class, ascending. Costs a look at each object. */
  *instancesOf(classIndex: number): Generator<Ordinal> {
    const { classes } = this.columns;
    for (let object = 0; object < classes.length; object++) if (classes[object] === classIndex) yield object;
  }

  #ordinalOfCore(node: number): Ordinal {
    if (!this.#coreOrdinals) {
      const { arena, kernel } = this.work;
      const at = arena.allocate(this.core.count * 4, { zeroed: false });
      kernel.listCore(this.count, this.core.map.at, at);
      this.#coreOrdinals = arena.words(at, this.core.count);
    }
    return this.#coreOrdinals[node]!;
  }
}

/** Each is read from where it lies when it is asked for first, and stays. */
class Columns {
  readonly #work: Work;
  readonly #count: number;
  readonly #linked: Linked;
  readonly #core: Core;
  readonly #tree: Tree;
  #dominators: Uint32Array | undefined;
  #retained: Uint32Array | undefined;
  #classes: Uint16Array | Uint32Array | undefined;
  #sizes: Uint8Array | undefined;
  #parents: Uint32Array | undefined;

  constructor(work: Work, count: number, linked: Linked, core: Core, tree: Tree) {
    this.#work = work;
    this.#count = count;
    this.#linked = linked;
    this.#core = core;
    this.#tree = tree;
  }

  get dominators(): Uint32Array {
    return (this.#dominators ??= this.#work.arena.words(this.#linked.predecessor.at, this.#count));
  }

  /** Units of 8 bytes; behind the objects the three roots. */
  get retained(): Uint32Array {
    return (this.#retained ??= this.#work.arena.words(this.#tree.retained.at, this.#count + 3));
  }

  get classes(): Uint16Array | Uint32Array {
    const { classOf, classWidth } = this.#linked;
    return (this.#classes ??= this.#work.arena[classWidth === 2 ? "words" : "halves"](classOf.at, this.#count));
  }

  /** Units of 8 bytes, of large ones 255. */
  get sizes(): Uint8Array {
    return (this.#sizes ??= this.#work.arena.bytes(this.#linked.size.at, this.#count));
  }

  /** By core index. */
  get parents(): Uint32Array {
    return (this.#parents ??= this.#work.arena.words(this.#core.parents.at, this.#core.count));
  }
}
