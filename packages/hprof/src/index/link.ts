import * as STATE from "../kernel/state.ts";
import { OBJECT_TYPE, ROOT_KINDS } from "../records/tags.ts";
import { ClassTable, readClassDumps } from "./classes.ts";
import { enterClasses, type WeakReferences } from "./class-rows.ts";
import { inferLayout } from "./infer-layout.ts";
import type { HeapLayout } from "./layout.ts";
import type { Located, RootRecord } from "./locate.ts";
import { classObjectSize, instanceSizes } from "./sizes.ts";
import type { Work } from "./work.ts";

/** Class, size and predecessors of every object: the second pass, and what no record of an instance says. */
export interface Linked {
  readonly table: ClassTable;
  readonly layout: HeapLayout;
  /** Arrays in the arena: a word each, 2 or 4 bytes each, a byte each, a word each. */
  readonly predecessor: number;
  readonly classOf: number;
  readonly classWidth: 1 | 2;
  readonly size: number;
  readonly outDegree: number;
  /** Objects whose size does not fit its byte: ordinals and units of 8 bytes. */
  readonly large: { readonly ordinals: Uint32Array; readonly units: Uint32Array };
  /** By class index. */
  readonly instances: Float64Array;
  readonly bytes: Float64Array;
  /** Edges that no record of the object itself names, by the ordinal of where they come from. */
  readonly extraEdges: ReadonlyMap<number, readonly number[]>;
  readonly roots: readonly HeapRoot[];
  readonly classObjects: ReadonlyMap<number, number>;
  readonly bigArrays: number;
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
  const predecessor = arena.allocate((count + 4) * 4, { zeroed: false });
  arena.bytes(predecessor, count * 4).fill(0xff);
  const classOf = arena.allocate(count * classWidth * 2);
  const size = arena.allocate(count);
  const outDegree = arena.allocate(count * 4);
  work.tell(STATE.PREDECESSOR, predecessor);
  work.tell(STATE.CLASS_OF, classOf);
  work.tell(STATE.CLASS_WIDTH, classWidth);
  work.tell(STATE.SIZE, size);
  work.tell(STATE.OUT_DEGREE, outDegree);
  const tallies = work.states.map(() => arena.allocate(table.size * 16));
  const samples = work.states.map(() => arena.allocate(table.size * STATE.SAMPLE_SIZE));
  work.states.forEach((_, i) => {
    work.tellOne(i, STATE.TALLY, tallies[i]!);
    work.tellOne(i, STATE.SAMPLES, samples[i]!);
  });
  const results = await work.pass("link", "reading references");

  const base = { table, layout, predecessor, classOf, classWidth, size, outDegree } as const;
  const { instances, bytes } = sumTallies(work, tallies, table.size);
  const linker = new Linker(work, located, base, instances, bytes);
  linker.enterClassObjects();
  linker.enterRoots();
  linker.enterSamples(samples);
  for (const piece of [...tallies, ...samples]) arena.free(piece);
  return {
    ...base,
    large: linker.large(results.map(({ entries }) => entries)),
    instances,
    bytes,
    extraEdges: linker.extraEdges,
    roots: linker.roots,
    classObjects: linker.classObjects,
    bigArrays: work.counted(STATE.BIG_ARRAYS),
    oddInstances: work.told(STATE.ODD_INSTANCES),
  };
}

function sumTallies(work: Work, tallies: readonly number[], size: number): Pick<Linked, "instances" | "bytes"> {
  const instances = new Float64Array(size);
  const bytes = new Float64Array(size);
  for (const tally of tallies) {
    const counts = work.arena.words(tally, size * 4);
    const units = work.arena.doubles(tally, size * 2);
    for (let index = 0; index < size; index++) {
      instances[index]! += counts[index * 4]!;
      bytes[index]! += units[index * 2 + 1]! * 8;
    }
  }
  return { instances, bytes };
}

type LinkBase = Pick<Linked, "table" | "layout" | "predecessor" | "classOf" | "classWidth" | "size" | "outDegree">;

/** Adds what the kernel could not see: class objects, roots, and that an instance keeps its class. */
class Linker {
  readonly extraEdges = new Map<number, number[]>();
  readonly roots: HeapRoot[] = [];
  readonly classObjects = new Map<number, number>();
  readonly #work: Work;
  readonly #located: Located;
  readonly #base: LinkBase;
  readonly #instances: Float64Array;
  readonly #bytes: Float64Array;
  readonly #large: [number, number][] = [];
  readonly #predecessors: Uint32Array;
  readonly #out: Uint32Array;

  constructor(work: Work, located: Located, base: LinkBase, instances: Float64Array, bytes: Float64Array) {
    this.#work = work;
    this.#located = located;
    this.#base = base;
    this.#instances = instances;
    this.#bytes = bytes;
    this.#predecessors = work.arena.words(base.predecessor, located.addresses.count);
    this.#out = work.arena.words(base.outDegree, located.addresses.count);
  }

  /** A class's record is no instance, but it is an object: of java.lang.Class, with its static fields. */
  enterClassObjects(): void {
    const { table, layout, classOf, classWidth } = this.#base;
    const count = this.#located.addresses.count;
    const classes = this.#work.arena[classWidth === 2 ? "words" : "halves"](classOf, count);
    const sizes = instanceSizes(table, layout);
    const meta = table.named("java.lang.Class")[0];
    const index = meta?.index ?? STATE.UNKNOWN_CLASS;
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

  /** An instance keeps its class: a few of each class say so for all of them. Classes that are roots need nobody. */
  enterSamples(samples: readonly number[]): void {
    const { table } = this.#base;
    for (const heapClass of table.classes) {
      const target = this.#ordinal(heapClass.dump.id);
      if (target < 0 || this.#predecessors[target] === MANY) continue;
      const kept = new Set<number>();
      for (const at of samples) {
        const row = this.#work.arena.words(at + heapClass.index * STATE.SAMPLE_SIZE, STATE.SAMPLE_SIZE / 4);
        const count = row[0]!;
        if (count === 0) continue;
        kept.add(row[1]!).add(row[2]!);
        for (let i = 0; i < count; i++) kept.add(row[3 + i]!);
      }
      for (const object of kept) this.#addEdge(object, target);
    }
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
  }

  #addEdge(from: number, to: number): void {
    if (from < 0 || to < 0) return;
    const counts = this.#work.kernel.linkOne(this.#work.states[0]!, from, to);
    if (counts === 0) return;
    this.#out[from]!++;
    const known = this.extraEdges.get(from);
    if (known) known.push(to);
    else this.extraEdges.set(from, [to]);
  }

  #resize(object: number, bytes: number, index: number): void {
    const units = bytes / 8;
    this.#work.arena.bytes(this.#base.size + object, 1)[0] = Math.min(255, units);
    if (units >= 255) this.#large.push([object, units]);
    this.#instances[index]! += 1;
    this.#bytes[index]! += bytes;
  }

  #ordinal(id: number): number {
    return this.#located.addresses.ordinal(id);
  }
}
