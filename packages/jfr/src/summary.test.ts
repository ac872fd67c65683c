import { type Frame, leakChunk, type LeakedObject, recording } from "@heaptide/testkit";
import { describe, expect, it } from "vitest";
import { type StackFrame, summarizeRecording, userFrame } from "./index.ts";

const frame = (name: string, line: number, more: Partial<Frame> = {}): Frame => ({
  class: name,
  method: "call",
  line,
  loader: "AppLoader",
  ...more,
});
const ADD = [frame("java/util/HashMap", 5), frame("shop/Cart", 17)];
const SELL = [frame("shop/Till", 3)];
const CART = [{ class: "java/lang/Class", field: "KEPT", static: true, description: "Class Name: shop.Cart" }];

function object(spec: Partial<LeakedObject>): LeakedObject {
  return { class: "[B", allocatedAt: 0, thread: "main", stack: ADD, size: 100, heldBy: CART, ...spec };
}

describe("summarizeRecording", () => {
  it("groups old objects by stack and root, those with most samples first", async () => {
    const objects = [object({ stack: SELL, size: 9000 }), object({}), object({ class: "shop/Item" }), object({}), object({ heldBy: [] })];
    const { oldObjects } = await summarizeRecording(recording(leakChunk({ dumps: [{ at: 1, objects }] })));
    expect(oldObjects).toMatchObject({ count: 5, bytes: 9400, groupCount: 3 });
    expect(oldObjects.groups.map(({ count, bytes, root }) => [count, bytes, root])).toEqual([
      [3, 300, "shop.Cart.KEPT"],
      [1, 9000, "shop.Cart.KEPT"],
      [1, 100, "Class Loader Data, Stack Variable"],
    ]);
    expect(oldObjects.groups[0]?.classes).toEqual([
      { class: "byte[]", count: 2 },
      { class: "shop.Item", count: 1 },
    ]);
  });

  it("returns no more groups than asked for, and says how many there are", async () => {
    const objects = [object({}), object({ stack: SELL }), object({ stack: [] })];
    const { oldObjects } = await summarizeRecording(recording(leakChunk({ dumps: [{ at: 1, objects }] }, 17)), { top: 2 });
    expect(oldObjects.groups).toHaveLength(2);
    expect(oldObjects).toMatchObject({ groupCount: 3, bytes: null });
  });

  it("groups thread starts by the stack that started them", async () => {
    const threadStarts = ["t-1", "t-2", "t-3"].map((thread, at) => ({ at, thread, parent: "main", stack: at === 1 ? ADD : SELL }));
    const summary = await summarizeRecording(recording(leakChunk({ threadStarts })));
    expect(summary.threadStarts.groups.map(({ count, first, last }) => [count, first, last])).toEqual([
      [2, "t-1", "t-3"],
      [1, "t-2", "t-2"],
    ]);
  });

  it("counts events by type, without decoding what nobody asked for", async () => {
    const collections = [{ at: 1, before: 500, after: 300 }];
    const summary = await summarizeRecording(recording(leakChunk({ collections }), leakChunk({ collections })));
    expect(summary).toMatchObject({ chunks: 2, jvm: null, events: [{ type: "jdk.GCHeapSummary", count: 4 }] });
  });

  it("gives the ends and the bounds of the live set, and null where there was no collection", async () => {
    const collections = [300, 100, 900, 400].map((after, at) => ({ at: at * 1e9, before: 1000, after }));
    expect((await summarizeRecording(recording(leakChunk({ collections })))).liveSet).toMatchObject({
      first: 300,
      last: 400,
      min: 100,
      max: 900,
    });
    expect((await summarizeRecording(recording(leakChunk({})))).liveSet).toBeNull();
  });

  it("stops when it is told to", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(summarizeRecording(recording(leakChunk({})), { signal })).rejects.toThrow("enough");
  });
});

describe("userFrame", () => {
  const at = (name: string, more: Partial<StackFrame> = {}): StackFrame => ({
    class: name,
    method: "call",
    line: 1,
    loader: "AppLoader",
    hidden: false,
    ...more,
  });

  it("is the innermost frame that is neither the JDK's nor hidden nor without a line", () => {
    const stack = [
      at("byte[]", { loader: null }),
      at("java.sql.Driver", { loader: "jdk.internal.loader.ClassLoaders$PlatformClassLoader" }),
      at("com.sun.proxy.$Proxy1"),
      at("shop.Cart$$Lambda", { hidden: true }),
      at("shop.Bridge", { line: -1 }),
      at("shop.Cart"),
      at("shop.Main"),
    ];
    expect(userFrame(stack)).toBe(5);
    expect(userFrame(stack.slice(0, 5))).toBe(-1);
  });
});
