import * as STATE from "../kernel/state.ts";
import { SAMPLE_SIZE } from "../kernel/instances.ts";
import { OBJECT_TYPE, ROOT_KINDS } from "../records/tags.ts";
import { ClassTable, readClassDumps } from "./classes.ts";
import type { Column } from "./column.ts";
import { enterClasses, type WeakReferences } from "./class-rows.ts";
import { inferLayout } from "./infer-layout.ts";
import type { HeapLayout } from "./layout.ts";
import type { Located, RootRecord } from "./locate.ts";
import { classObjectSize, instanceSizes } from "./sizes.ts";
import { openTallies } from "./tally.ts";
import type { Work } from "./work.ts";

/** Class, size and predecessors of every object: the second pass, and what no record of an instance says. */
export interface Linked {
  readonly table: ClassTable;
  readonly layout: HeapLayout;
  /** A word each, 2 or 4 bytes each, a byte each, a byte each. */
  readonly predecessor: Column;
  readonly classOf: Column;
  readonly classWidth: 1 | 2;
  readonly size: Column;
  readonly outDegree: Column;
  /** Objects whose size does not fit its byte: ordinals and units of 8 bytes. */
  readonly large: { readonly ordinals: Uint32Array; readonly units: Uint32Array };
  /** By class index. */
  readonly instances: Float64Array;
  readonly bytes: Float64Array;
  /** Edges that no record of the object itself names, by the ordinal of where they come from. */
  readonly extraEdges: Map<number, number[]>;
  readonly roots: readonly HeapRoot[];
  readonly classObjects: ReadonlyMap<number, number>;
  /** The index of java.lang.Class, which class objects are of. */
  readonly metaClass: number;
  /** Class objects of classes that are no roots but have instances, ascending: each instance keeps its class, and only some of these edges are there. */
  readonly watches: readonly { readonly object: number; readonly index: number }[];
  /** References of objects with so many that their out-degree does not say how many. */
  readonly wideOut: number;
  /** Instances whose record is shorter than their class says. */
  readonly oddInstances: number;
}

/** A root with what it refers to. */
export interface HeapRoot {
  readonly kind: string;
  readonly object: number;
  /** Ordinal of the thread that has it on its stack; -1 for others and where the thread is not there. */
  readonly thread: number;
  /** Of the thread's stack trace, from the innermost; -1 where it belongs to none. */
  readonly frame: number;
}

const MANY = STATE.MANY;

export async function link(work: Work, located: Located, weak: WeakReferences): Promise<Linked> {
  const { source, records, arena } = work;
  const table = new ClassTable(await readClassDumps(source, located.classes, records.idSize), records);
  const layout = await inferLayout(source, records, table);
  enterClasses(work, table, layout, weak);

  const count = located.addresses.count;
  const classWidth = table.size < 0xffff ? 1 : 2;
  const column = (width: number): Column => work.column(arena.allocate(count * width), count * width);
  const [predecessor, classOf, size, outDegree] = [column(4), column(classWidth * 2), column(1), column(1)];
  arena.bytes(predecessor.at, count * 4).fill(0xff);
  work.tell(STATE.PREDECESSOR, predecessor.at);
  work.tell(STATE.CLASS_OF, classOf.at);
  work.tell(STATE.CLASS_WIDTH, classWidth);
  work.tell(STATE.SIZE, size.at);
  work.tell(STATE.OUT_DEGREE, outDegree.at);
  const tallies = openTallies(work, table, layout);
  const results = await work.pass("link", "reading references");

  const base = { table, layout, predecessor, classOf, classWidth, size, outDegree } as const;
  const { instances, bytes } = tallies.sum();
  const linker = new Linker(work, located, base, instances, bytes);
  linker.enterClassObjects();
  linker.enterRoots();
  const watches = linker.enterInstances();
  return {
    ...base,
    large: linker.large(results.map(({ entries }) => entries)),
    instances,
    bytes,
    extraEdges: linker.extraEdges,
    roots: linker.roots,
    classObjects: linker.classObjects,
    metaClass: linker.metaClass,
    watches,
    wideOut: linker.wideOut + work.counted(STATE.WIDE_OUT),
    oddInstances: work.told(STATE.ODD_INSTANCES),
  };
}

type LinkBase = Pick<Linked, "table" | "layout" | "predecessor" | "classOf" | "classWidth" | "size" | "outDegree">;

/** Adds what the kernel could not see: class objects, roots, and that an instance keeps its class. */
class Linker {
  readonly extraEdges = new Map<number, number[]>();
  readonly roots: HeapRoot[] = [];
  readonly classObjects = new Map<number, number>();
  readonly metaClass: number;
  readonly #work: Work;
  readonly #located: Located;
  readonly #base: LinkBase;
  readonly #instances: Float64Array;
  readonly #bytes: Float64Array;
  readonly #large: [number, number][] = [];
  readonly #predecessors: Uint32Array;
  readonly #out: Uint8Array;
  readonly #rootObjects = new Set<number>();
  wideOut = 0;

  constructor(work: Work, located: Located, base: LinkBase, instances: Float64Array, bytes: Float64Array) {
    this.#work = work;
    this.#located = located;
    this.#base = base;
    this.metaClass = base.table.named("java.lang.Class")[0]?.index ?? STATE.UNKNOWN_CLASS;
    this.#instances = instances;
    this.#bytes = bytes;
    this.#predecessors = work.arena.words(base.predecessor.at, located.addresses.count);
    this.#out = work.arena.bytes(base.outDegree.at, located.addresses.count);
  }

  /** A class's record is no instance, but it is an object: of java.lang.Class, with its static fields. */
  enterClassObjects(): void {
    const { table, layout, classOf, classWidth } = this.#base;
    const count = this.#located.addresses.count;
    const classes = this.#work.arena[classWidth === 2 ? "words" : "halves"](classOf.at, count);
    const sizes = instanceSizes(table, layout);
    const meta = table.named("java.lang.Class")[0];
    const index = this.metaClass;
    for (const heapClass of table.classes) {
      const { dump } = heapClass;
      const object = this.#ordinal(dump.id);
      if (object < 0 || classes[object] !== 0) continue;
      this.classObjects.set(object, heapClass.index);
      classes[object] = index;
      this.#resize(object, classObjectSize(heapClass, meta ? sizes[meta.index]! : layout.header, layout), index);
      const statics = dump.statics.filter(({ type }) => type === OBJECT_TYPE).map(({ value }) => value);
      for (const id of [dump.superId, dump.loaderId, dump.signersId, dump.domainId, ...dump.constants, ...statics]) {
        if (id !== 0) this.#addEdge(object, this.#ordinal(id));
      }
    }
  }

  /** What a thread has on its stack is held by the thread; everything else by nothing but being a root. */
  enterRoots(): void {
    const threads = new Map<number, number>();
    for (const { kind, id, thread } of this.#located.roots) if (kind === 0x08) threads.set(thread, this.#ordinal(id));
    for (const record of this.#located.roots) this.#enterRoot(record, threads);
    if (!this.#located.roots.some(({ kind }) => kind === 0x05)) this.#enterBootClasses();
    // Nothing refers to the classes of primitive arrays, but the JVM itself does.
    for (const heapClass of this.#base.table.classes) {
      if (/^(?:boolean|char|float|double|byte|short|int|long)\[\]$/.test(heapClass.name)) this.#addRoot("system class", heapClass.dump.id);
    }
  }

  /**
   * An instance keeps its class; of classes that are no roots, some instances say so for all of them. Whether they were enough is seen when the
   * dominators are known. @returns those classes
   */
  enterInstances(): Linked["watches"] {
    const { arena, kernel, states } = this.#work;
    const { table } = this.#base;
    // In a damaged dump something else may lie where a class should: that is no class object, and nothing keeps it for being one.
    const kept = table.classes
      .map(({ index, dump }) => ({ index, object: this.#ordinal(dump.id) }))
      .filter(
        ({ index, object }) => this.classObjects.get(object) === index && !this.#rootObjects.has(object) && this.#instances[index]! > 0,
      )
      .sort((a, b) => a.object - b.object);
    if (kept.length === 0) return [];
    const wanted = arena.allocate(table.size);
    const samples = arena.allocate(table.size * SAMPLE_SIZE, { zeroed: false });
    const words = arena.words(samples, (table.size * SAMPLE_SIZE) / 4).fill(STATE.NONE);
    for (const { index } of kept) {
      arena.bytes(wanted, table.size)[index] = 1;
      words[(index * SAMPLE_SIZE) / 4] = 0;
    }
    kernel.sampleInstances(states[0]!, this.#located.addresses.count, wanted, samples);
    for (const { index, object } of kept) {
      const row = words.subarray((index * SAMPLE_SIZE) / 4, ((index + 1) * SAMPLE_SIZE) / 4);
      for (const instance of new Set(row.subarray(1))) if (instance !== STATE.NONE) this.#addEdge(instance, object);
    }
    arena.free(wanted);
    arena.free(samples);
    return kept;
  }

  large(entries: readonly Float64Array[]): Linked["large"] {
    for (const list of entries) {
      for (let i = 0; i < list.length; i += 5) this.#large.push([list[i + 1]!, list[i + 2]!]);
    }
    return {
      ordinals: Uint32Array.from(this.#large, ([ordinal]) => ordinal),
      units: Uint32Array.from(this.#large, ([, units]) => units),
    };
  }

  #enterRoot({ kind, id, thread, frame }: RootRecord, threads: ReadonlyMap<number, number>): void {
    const name = ROOT_KINDS[kind] ?? "unknown";
    const onStack = kind === 0x02 || kind === 0x03 || kind === 0x04 || kind === 0x06;
    const holder = onStack ? (threads.get(thread) ?? -1) : -1;
    if (holder < 0) {
      this.#addRoot(name, id);
      return;
    }
    const object = this.#ordinal(id);
    if (object < 0) return;
    const atFrame = (kind === 0x02 || kind === 0x03) && frame < 0x7fffffff ? frame : -1;
    this.roots.push({ kind: name, object, thread: holder, frame: atFrame });
    this.#addEdge(holder, object);
  }

  /** Dumps that name no system classes: those without a loader are. */
  #enterBootClasses(): void {
    for (const { dump } of this.#base.table.classes) if (dump.loaderId === 0) this.#addRoot("system class", dump.id);
  }

  #addRoot(kind: string, id: number): void {
    const object = this.#ordinal(id);
    if (object < 0) return;
    this.roots.push({ kind, object, thread: -1, frame: -1 });
    this.#predecessors[object] = MANY;
    this.#rootObjects.add(object);
  }

  #addEdge(from: number, to: number): void {
    if (from < 0 || to < 0) return;
    const counts = this.#work.kernel.linkOne(this.#work.states[0]!, from, to);
    if (counts === 0) return;
    if (this.#out[from]! + 1 >= STATE.PEELED) {
      this.#out[from] = STATE.WIDE;
      this.wideOut++;
    } else this.#out[from]!++;
    const known = this.extraEdges.get(from);
    if (known) known.push(to);
    else this.extraEdges.set(from, [to]);
  }

  #resize(object: number, bytes: number, index: number): void {
    const units = bytes / 8;
    this.#work.arena.bytes(this.#base.size.at + object, 1)[0] = Math.min(255, units);
    if (units >= 255) this.#large.push([object, units]);
    this.#instances[index]! += 1;
    this.#bytes[index]! += bytes;
  }

  #ordinal(id: number): number {
    return this.#located.addresses.ordinal(id);
  }
}
