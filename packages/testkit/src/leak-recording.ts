import { ChunkBuilder, type ChunkSpec, type FieldSpec } from "./recording.ts";

/** What happened in the process while it was recorded. Times: nanoseconds since the chunk's start. */
export interface LeakChunk extends ChunkSpec {
  /** Old objects, a batch for each dump. */
  readonly dumps?: readonly { readonly at: number; readonly objects: readonly LeakedObject[] }[];
  readonly threadStarts?: readonly {
    readonly at: number;
    readonly thread: string;
    readonly parent: string;
    readonly stack: readonly Frame[];
  }[];
  readonly collections?: readonly { readonly at: number; readonly before: number; readonly after: number }[];
}

export interface LeakedObject {
  /** Class names as in class files: `[B`, `java/util/HashMap$Node`. */
  readonly class: string;
  readonly allocatedAt: number;
  readonly thread: string;
  readonly stack: readonly Frame[];
  readonly size?: number;
  readonly elements?: number;
  readonly heldBy?: readonly {
    readonly class: string;
    readonly field?: string;
    readonly static?: boolean;
    readonly index?: number;
    readonly description?: string;
  }[];
}

export interface Frame {
  readonly class: string;
  readonly method: string;
  readonly line: number;
  /** Class of the loader. */
  readonly loader?: string;
  readonly hidden?: boolean;
}

const pooled = (type: string): FieldSpec => ({ type, pooled: true });
const NOT_AN_ARRAY = -(2 ** 31);

/** A chunk with the types of JDK 25, `objectSize` among them; with those of JDK 17 where `jdk` says so. */
export function leakChunk(spec: LeakChunk, jdk: 17 | 25 = 25): ChunkBuilder {
  return new LeakChunkWriter(spec, jdk).write();
}

class LeakChunkWriter {
  readonly #spec: LeakChunk;
  readonly #jdk: 17 | 25;
  readonly #chunk: ChunkBuilder;
  readonly #keys = new Map<string, number>();

  constructor(spec: LeakChunk, jdk: 17 | 25) {
    this.#spec = spec;
    this.#jdk = jdk;
    this.#chunk = declareTypes(new ChunkBuilder(spec), jdk);
  }

  write(): ChunkBuilder {
    const { dumps = [], threadStarts = [], collections = [], startTicks = 0 } = this.#spec;
    for (const { at, before, after } of collections) {
      const summary = (when: string, heapUsed: number): void => {
        const key = this.#constant("jdk.types.GCWhen", { when });
        this.#chunk.event("jdk.GCHeapSummary", { startTime: startTicks + at, when: key, heapSpace: { start: 4096 }, heapUsed });
      };
      summary("Before GC", before);
      summary("After GC", after);
    }
    for (const { at, thread, parent, stack } of threadStarts) {
      const fields = { thread: this.#thread(thread), parentThread: this.#thread(parent), stackTrace: this.#stack(stack) };
      this.#chunk.event("jdk.ThreadStart", { startTime: startTicks + at, ...fields });
    }
    for (const { at, objects } of dumps) for (const object of objects) this.#oldObject(startTicks + at, object);
    return this.#chunk;
  }

  #oldObject(startTime: number, object: LeakedObject): void {
    let referrer = 0;
    for (const holder of (object.heldBy ?? []).toReversed()) {
      const { class: name, description = null, field, index } = holder;
      const key = this.#constant("jdk.types.OldObject", { type: this.#class(name), description, referrer });
      referrer = this.#constant("jdk.types.Reference", {
        object: key,
        array: index === undefined ? 0 : this.#constant("jdk.types.OldObjectArray", { size: 100, index }),
        field: field === undefined ? 0 : this.#constant("jdk.types.OldObjectField", { name: field, modifiers: holder.static ? 8 : 0 }),
      });
    }
    this.#chunk.event("jdk.OldObjectSample", {
      startTime,
      eventThread: this.#thread(object.thread),
      stackTrace: this.#stack(object.stack),
      allocationTime: (this.#spec.startTicks ?? 0) + object.allocatedAt,
      ...(this.#jdk === 25 ? { objectSize: object.size ?? 24 } : {}),
      object: this.#constant("jdk.types.OldObject", { type: this.#class(object.class), referrer }),
      arrayElements: object.elements ?? NOT_AN_ARRAY,
      root: object.heldBy ? this.#root() : 0,
    });
  }

  #root(): number {
    const system = this.#constant("jdk.types.OldObjectRootSystem", { system: "Class Loader Data" });
    return this.#constant("jdk.types.OldObjectGcRoot", {
      system,
      type: this.#constant("jdk.types.OldObjectRootType", { type: "Stack Variable" }),
    });
  }

  #class(name: string, loader?: string): number {
    const classLoader = loader === undefined ? 0 : this.#constant("jdk.types.ClassLoader", { type: this.#class(loader) });
    return this.#constant("java.lang.Class", { name: this.#symbol(name), classLoader });
  }

  #stack(frames: readonly Frame[]): number {
    if (frames.length === 0) return 0;
    const written = frames.map(({ class: name, method, line, loader, hidden = false }) => ({
      method: this.#constant("jdk.types.Method", { type: this.#class(name, loader), name: this.#symbol(method), hidden }),
      lineNumber: line,
    }));
    return this.#constant("jdk.types.StackTrace", { frames: written });
  }

  #thread(name: string): number {
    return this.#constant("java.lang.Thread", { javaName: name, osName: `os ${name}` });
  }

  #symbol(text: string): number {
    return this.#constant("jdk.types.Symbol", { string: text });
  }

  /** The key of a constant, which is written once. */
  #constant(type: string, value: Parameters<ChunkBuilder["constant"]>[2]): number {
    const content = type + JSON.stringify(value);
    let key = this.#keys.get(content);
    if (key === undefined) {
      key = this.#keys.size + 1;
      this.#keys.set(content, key);
      this.#chunk.constant(type, key, value);
    }
    return key;
  }
}

function declareTypes(chunk: ChunkBuilder, jdk: 17 | 25): ChunkBuilder {
  declareCode(chunk);
  declareReferences(chunk);
  return declareEvents(chunk, jdk);
}

function declareCode(chunk: ChunkBuilder): void {
  chunk
    .type("jdk.types.Symbol", { string: "java.lang.String" })
    .type("jdk.types.ClassLoader", { type: pooled("java.lang.Class") })
    .type("java.lang.Class", { classLoader: pooled("jdk.types.ClassLoader"), name: pooled("jdk.types.Symbol"), hidden: "boolean" })
    .type("java.lang.Thread", { osName: "java.lang.String", javaName: "java.lang.String" })
    .type("jdk.types.Method", { type: pooled("java.lang.Class"), name: pooled("jdk.types.Symbol"), hidden: "boolean" })
    .type("jdk.types.StackFrame", { method: pooled("jdk.types.Method"), lineNumber: "int" })
    .type("jdk.types.StackTrace", { truncated: "boolean", frames: { type: "jdk.types.StackFrame", array: true } });
}

function declareReferences(chunk: ChunkBuilder): void {
  const [array, field, object] = [pooled("jdk.types.OldObjectArray"), pooled("jdk.types.OldObjectField"), pooled("jdk.types.OldObject")];
  const [system, kind] = [pooled("jdk.types.OldObjectRootSystem"), pooled("jdk.types.OldObjectRootType")];
  const [type, referrer] = [pooled("java.lang.Class"), pooled("jdk.types.Reference")];
  chunk
    .type("jdk.types.OldObjectArray", { size: "int", index: "int" })
    .type("jdk.types.OldObjectField", { name: "java.lang.String", modifiers: "short" })
    .type("jdk.types.Reference", { array, field, object, skip: "int" })
    .type("jdk.types.OldObject", { address: "long", type, description: "java.lang.String", referrer })
    .type("jdk.types.OldObjectRootSystem", { system: "java.lang.String" })
    .type("jdk.types.OldObjectRootType", { type: "java.lang.String" })
    .type("jdk.types.OldObjectGcRoot", { description: "java.lang.String", system, type: kind });
}

function declareEvents(chunk: ChunkBuilder, jdk: 17 | 25): ChunkBuilder {
  const [thread, stackTrace, when] = [pooled("java.lang.Thread"), pooled("jdk.types.StackTrace"), pooled("jdk.types.GCWhen")];
  const common = { startTime: "long", duration: "long", eventThread: thread, stackTrace };
  const size = jdk === 25 ? { objectSize: "long" } : {};
  const object = { object: pooled("jdk.types.OldObject"), arrayElements: "int", root: pooled("jdk.types.OldObjectGcRoot") };
  return chunk
    .type("jdk.types.GCWhen", { when: "java.lang.String" })
    .type("jdk.types.VirtualSpace", { start: "long", committedSize: "long" })
    .type("jdk.GCHeapSummary", { startTime: "long", when, heapSpace: "jdk.types.VirtualSpace", heapUsed: "long" }, true)
    .type("jdk.ThreadStart", { ...common, thread, parentThread: thread }, true)
    .type("jdk.OldObjectSample", { ...common, allocationTime: "long", ...size, ...object }, true);
}
