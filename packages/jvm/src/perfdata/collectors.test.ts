import { perfDataFile } from "@heaptide/testkit";
import { describe, expect, it } from "vitest";
import { memoryView, type MemoryView } from "./collectors.ts";
import { parsePerfData } from "./read.ts";

type Counters = Readonly<Record<string, number | string>>;

/** Two generations with spaces of used/capacity bytes; `collections` of them young. */
function heap(spec: { policy: string; young: number[]; old: number; collections: number; more?: Counters }): Counters {
  const young = Object.fromEntries(spec.young.map((used, space) => [`sun.gc.generation.0.space.${space}.used`, used]));
  return {
    "sun.gc.policy.name": spec.policy,
    "sun.os.hrt.frequency": 1_000_000_000,
    "sun.rt.createVmBeginTime": 1_000_000,
    "sun.gc.generation.0.maxCapacity": 100 * 1024,
    "sun.gc.generation.1.maxCapacity": 300 * 1024,
    "sun.gc.generation.1.space.0.used": spec.old,
    "sun.gc.collector.0.invocations": spec.collections,
    "sun.gc.collector.0.time": 7_000_000,
    "sun.gc.collector.0.lastExitTime": 2_000_000_000,
    ...young,
    ...spec.more,
  };
}

const view = (counters: Counters): MemoryView => memoryView(parsePerfData(perfDataFile({ counters })));

describe("memoryView", () => {
  it("leaves eden out of what is used after a collection, but not out of what is used", () => {
    const seen = view(heap({ policy: "Copy:MSC", young: [5000, 30, 0], old: 400, collections: 2 }));
    expect(seen).toMatchObject({ collector: "Serial", afterGc: 430, heapUsed: 5430, collections: 2, gcTime: 7, afterGcAt: 1_002_000 });
  });

  it("has no value after a collection before the first one", () => {
    expect(view(heap({ policy: "GarbageFirst", young: [5000, 0, 0], old: 0, collections: 0 }))).toMatchObject({
      afterGc: null,
      afterGcAt: null,
    });
  });

  it("says that Serial and Parallel write their use only when they collect, unless the JVM still samples it", () => {
    const parallel = (more: Counters) => view(heap({ policy: "ParScav:MSC", young: [1, 1, 1], old: 1, collections: 1, more }));
    expect(parallel({}).heapUsedAt).toBe("last-collection");
    expect(parallel({ "sun.os.hrt.ticks": 1 }).heapUsedAt).toBe("now");
  });

  it("adds the generations of Serial and Parallel up to the heap, and takes G1's as views of the whole", () => {
    expect(view(heap({ policy: "ParScav:MSC", young: [0], old: 0, collections: 0 })).heapMax).toBe(400 * 1024);
    const padded = { "sun.gc.generation.0.maxCapacity": 512 * 1024 + 24, "sun.gc.generation.1.maxCapacity": 512 * 1024 + 8 };
    expect(view(heap({ policy: "GarbageFirst", young: [0], old: 0, collections: 0, more: padded })).heapMax).toBe(512 * 1024);
  });

  it("gives no value after a collection for ZGC, whose counters are written before anything is freed", () => {
    const more = { "sun.gc.collector.0.name": "ZGC minor collection pauses", "sun.gc.generation.0.name": "young" };
    const seen = view(heap({ policy: "", young: [10], old: 10, collections: 4, more }));
    expect(seen).toMatchObject({ collector: "ZGC", afterGc: null, fullCollections: null, heapUsedAt: "last-collection" });
  });

  it("tells classes loaded from the archive and from files as one number", () => {
    const classes = { "java.cls.loadedClasses": 30, "java.cls.sharedLoadedClasses": 500, "java.cls.unloadedClasses": 2 };
    expect(view(classes)).toMatchObject({ classesLoaded: 530, classesUnloaded: 2, collector: null });
  });
});
