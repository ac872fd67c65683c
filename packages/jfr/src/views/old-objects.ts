import type { Chunk } from "../chunk.ts";
import type { EventHandler, RecordingView } from "../view.ts";
import { numberIn, type Struct } from "../values.ts";
import { type Names, namesOf } from "./names.ts";
import { oldObject, type Reference, referenceChain } from "./reference-chain.ts";
import type { StackTable } from "./stacks.ts";

/** A sampled allocation that was still reachable when the recording was dumped. Times: milliseconds since the epoch. */
export interface OldObject {
  readonly class: string;
  readonly allocatedAt: number;
  readonly thread: string | null;
  /** Ordinal in the recording's stacks; -1 for none. */
  readonly stack: number;
  readonly arrayElements: number | null;
  readonly description: string | null;
  /** Bytes of the object itself; null before JDK 25, which does not record it. */
  readonly size: number | null;
  readonly chain: Reference[];
  readonly root: Root | null;
}

export interface Root {
  readonly system: string;
  readonly type: string;
  readonly description: string | null;
}

/** A sample as the event has it: keys of the chunk's pools. */
interface Sample {
  readonly object: number;
  readonly root: number;
  readonly allocatedAt: number;
  readonly thread: number;
  readonly stack: number;
  readonly arrayElements: number;
  readonly size: number | null;
}

const EVENT = "jdk.OldObjectSample";
const ROOT_POOL = "jdk.types.OldObjectGcRoot";

/**
 * The old objects of the recording's last dump.
 *
 * Each dump writes all samples that are alive then, so an object comes once a dump. The JVM stamps all events of one dump with one start
 * time: the batch with the latest is the last dump, whatever chunk it lies in. (HotSpot, leakprofiler/checkpoint/eventEmitter.cpp.) A dump that
 * found nothing alive leaves no event: then the batch before it is what there is, and `at` tells its age.
 */
export class OldObjectView implements RecordingView {
  objects: OldObject[] = [];
  /** When the batch was written, milliseconds since the epoch; null without one. */
  at: number | null = null;
  /** Samples of the batch whose class the recording does not know, and which are left out. */
  unresolved = 0;
  readonly #stacks: StackTable;
  #ticks = Number.NEGATIVE_INFINITY;
  #chunkTicks = Number.NEGATIVE_INFINITY;
  #batch: Sample[] = [];

  constructor(stacks: StackTable) {
    this.#stacks = stacks;
  }

  open(): ReadonlyMap<string, EventHandler> {
    this.#batch = [];
    this.#chunkTicks = Number.NEGATIVE_INFINITY;
    return new Map([[EVENT, (event) => this.#take(event.number(event.slot("startTime")), event)]]);
  }

  close(chunk: Chunk): void {
    if (this.#batch.length === 0 || this.#chunkTicks < this.#ticks) return;
    const names = namesOf(chunk);
    const stackOf = this.#stacks.resolver(chunk, names);
    const objects = this.#batch.flatMap((sample) => resolve(chunk, names, stackOf, sample) ?? []);
    const lost = this.#batch.length - objects.length;
    const continued = this.#chunkTicks === this.#ticks;
    // A chunk that was cut off may have lost the constants of its whole batch: then the batch before says more.
    if (continued || objects.length === 0) this.unresolved += lost;
    else this.unresolved = lost;
    if (objects.length === 0) return;
    this.objects = continued ? [...this.objects, ...objects] : objects;
    this.#ticks = this.#chunkTicks;
    this.at = chunk.timeOf(this.#ticks);
  }

  #take(ticks: number, event: Parameters<EventHandler>[0]): void {
    if (ticks < this.#chunkTicks) return;
    if (ticks > this.#chunkTicks) this.#batch = [];
    this.#chunkTicks = ticks;
    const field = (name: string): number => event.number(event.slot(name));
    this.#batch.push({
      object: field("object"),
      root: field("root"),
      allocatedAt: field("allocationTime"),
      thread: field("eventThread"),
      stack: field("stackTrace"),
      arrayElements: field("arrayElements"),
      size: event.slot("objectSize") < 0 ? null : field("objectSize"),
    });
  }
}

function resolve(chunk: Chunk, names: Names, stackOf: (key: number) => number, sample: Sample): OldObject | null {
  const object = oldObject(chunk, sample.object);
  const name = object && names.className(numberIn(object, "type"));
  if (!object || name === null) return null;
  return {
    class: name,
    allocatedAt: chunk.timeOf(sample.allocatedAt),
    thread: names.threadName(sample.thread),
    stack: stackOf(sample.stack),
    // The JVM writes its smallest integer for what is no array.
    arrayElements: sample.arrayElements < 0 ? null : sample.arrayElements,
    description: names.text(object, "description", "jdk.types.Symbol"),
    size: sample.size,
    chain: referenceChain(chunk, names, object),
    root: sample.root === 0 ? null : rootOf(names, chunk.pools.struct(ROOT_POOL, sample.root)),
  };
}

function rootOf(names: Names, root: Struct | null): Root | null {
  if (!root) return null;
  return {
    system: names.text(root, "system", "jdk.types.OldObjectRootSystem") ?? "unknown",
    type: names.text(root, "type", "jdk.types.OldObjectRootType") ?? "unknown",
    description: names.text(root, "description", "jdk.types.Symbol"),
  };
}
