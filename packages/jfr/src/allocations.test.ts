import type { AllocationsSeen } from "@heaptide/model";
import { type Frame, leakChunk, type LeakedObject, recording } from "@heaptide/testkit";
import { describe, expect, expectTypeOf, it } from "vitest";
import { type Allocations, readAllocations, readLiveSet } from "./index.ts";

const START = 1_700_000_000_000;
const clock = { startNanos: START * 1e6, startTicks: 5_000_000, ticksPerSecond: 1e9 };
const SECOND = 1e9;
const LINE: Frame = { class: "shop/Cart", method: "add", line: 17, loader: "org/apache/flink/util/ChildFirstClassLoader" };

/** Kept in a static map of `shop.Cart`. */
function kept(spec: Partial<LeakedObject> = {}): LeakedObject {
  return {
    class: "[B",
    allocatedAt: SECOND,
    thread: "main",
    stack: [LINE, { class: "java/lang/Thread", method: "run", line: 840 }],
    elements: 2000,
    heldBy: [
      { class: "[Ljava/util/HashMap$Node;", index: 7 },
      { class: "java/util/HashMap", field: "table", description: "Size: 120" },
      { class: "java/lang/Class", field: "KEPT", static: true, description: "Class Name: shop.Cart" },
    ],
    ...spec,
  };
}

describe("readAllocations", () => {
  it("has the shape that a diagnosis takes", () => {
    expectTypeOf<Allocations>().toExtend<Omit<AllocationsSeen, "type" | "at" | "incarnation">>();
  });

  it("names class, thread, line and loader of an old object, and follows it to its root", async () => {
    const seen = await readAllocations(recording(leakChunk({ ...clock, dumps: [{ at: 3 * SECOND, objects: [kept({ size: 2016 })] }] })));
    expect(seen).toMatchObject({ recordingFrom: START, oldObjectsAt: START + 3000, unresolved: 0, incomplete: null });
    expect(seen.oldObjects).toEqual([
      {
        class: "byte[]",
        allocatedAt: START + 1000,
        thread: "main",
        stack: 0,
        arrayElements: 2000,
        description: null,
        size: 2016,
        chain: [
          { class: "java.util.HashMap$Node[]", field: null, static: false, arraySize: 100, arrayIndex: 7, description: null, skipped: 0 },
          {
            class: "java.util.HashMap",
            field: "table",
            static: false,
            arraySize: null,
            arrayIndex: null,
            description: "Size: 120",
            skipped: 0,
          },
          {
            class: "java.lang.Class",
            field: "KEPT",
            static: true,
            arraySize: null,
            arrayIndex: null,
            description: "Class Name: shop.Cart",
            skipped: 0,
          },
        ],
        root: { system: "Class Loader Data", type: "Stack Variable", description: null },
      },
    ]);
    expect(seen.stacks).toEqual([
      [
        { class: "shop.Cart", method: "add", line: 17, loader: "org.apache.flink.util.ChildFirstClassLoader", hidden: false },
        { class: "java.lang.Thread", method: "run", line: 840, loader: null, hidden: false },
      ],
    ]);
  });

  it("says nothing of the size where JDK 17 did not record it", async () => {
    const seen = await readAllocations(recording(leakChunk({ dumps: [{ at: 1, objects: [kept()] }] }, 17)));
    expect(seen.oldObjects.map((object) => object.size)).toEqual([null]);
  });

  it("takes no number of elements for what is not an array", async () => {
    const seen = await readAllocations(
      recording(leakChunk({ dumps: [{ at: 1, objects: [{ class: "A", allocatedAt: 0, thread: "main", stack: [] }] }] })),
    );
    expect(seen.oldObjects).toMatchObject([{ class: "A", arrayElements: null, chain: [], root: null, stack: -1 }]);
  });

  it("keeps only the last dump's objects of a chunk that holds two", async () => {
    const first = [kept({ thread: "one" }), kept({ thread: "two" })];
    const dumps = [
      { at: SECOND, objects: first },
      { at: 2 * SECOND, objects: [...first.slice(1), kept({ thread: "three" })] },
    ];
    const seen = await readAllocations(recording(leakChunk({ ...clock, dumps })));
    expect(seen.oldObjects.map((object) => object.thread)).toEqual(["two", "three"]);
    expect(seen.oldObjectsAt).toBe(START + 2000);
  });

  it("keeps only the last dump's objects of all chunks, and all thread starts", async () => {
    const threadStarts = (thread: string) => [{ at: SECOND, thread, parent: "main", stack: [LINE] }];
    const later = { ...clock, startNanos: clock.startNanos + 10 * SECOND, startTicks: clock.startTicks + 10 * SECOND };
    const file = recording(
      leakChunk({ ...clock, dumps: [{ at: SECOND, objects: [kept({ thread: "early" })] }], threadStarts: threadStarts("t-1") }),
      leakChunk({ ...later, dumps: [{ at: SECOND, objects: [kept({ thread: "late" })] }], threadStarts: threadStarts("t-2") }),
      leakChunk({ ...later, threadStarts: threadStarts("t-3") }),
    );
    const seen = await readAllocations(file);
    expect(seen.oldObjects.map((object) => object.thread)).toEqual(["late"]);
    expect(seen.threadStarts.map(({ at, thread, parent }) => [at, thread, parent])).toEqual([
      [START + 1000, "t-1", "main"],
      [START + 11_000, "t-2", "main"],
      [START + 11_000, "t-3", "main"],
    ]);
    expect(new Set(seen.threadStarts.map((start) => start.stack)).size).toBe(1);
  });

  it("ends a chain that leads back to itself", async () => {
    const chunk = leakChunk({ dumps: [{ at: 1, objects: [kept({ heldBy: [] })] }] })
      .constant("jdk.types.Symbol", 898, { string: "A" })
      .constant("java.lang.Class", 899, { name: 898 })
      .constant("jdk.types.OldObject", 900, { type: 899, referrer: 901 })
      .constant("jdk.types.Reference", 901, { object: 902 })
      .constant("jdk.types.OldObject", 902, { type: 899, referrer: 903 })
      .constant("jdk.types.Reference", 903, { object: 900 })
      .event("jdk.OldObjectSample", { startTime: 9, object: 900 });
    const seen = await readAllocations(recording(chunk));
    expect(seen.oldObjects.map((object) => object.chain.length)).toEqual([2]);
  });

  it("leaves out, and counts, what the recording has lost the class or the thread of", async () => {
    const chunk = leakChunk({}).event("jdk.OldObjectSample", { object: 77 }).event("jdk.ThreadStart", { thread: 78 });
    expect(await readAllocations(recording(chunk))).toMatchObject({ oldObjects: [], threadStarts: [], unresolved: 2 });
  });
});

describe("readLiveSet", () => {
  it("is what was used right after each collection", async () => {
    const collections = [1, 2, 3].map((second) => ({ at: second * SECOND, before: 9e6, after: second * 1e6 }));
    const series = await readLiveSet(recording(leakChunk({ ...clock, collections })));
    expect([...series.at]).toEqual([START + 1000, START + 2000, START + 3000]);
    expect([...series.value]).toEqual([1e6, 2e6, 3e6]);
  });
});
