import { summarizeRecording } from "@heaptide/jfr";
import { leakChunk, recording } from "@heaptide/testkit";
import type { FuzzTarget } from "./target.ts";

const LINE = { class: "shop/Cart", method: "add", line: 17, loader: "AppLoader" };
const HELD = [{ class: "java/lang/Class", field: "KEPT", static: true, description: "Class Name: shop.Cart" }];

function chunk(thread: string, state = 0): ReturnType<typeof leakChunk> {
  const object = { class: "[B", allocatedAt: 1, thread, stack: [LINE, LINE], heldBy: HELD };
  return leakChunk({
    startNanos: 1.7e18,
    state,
    collections: [{ at: 5, before: 9000, after: 4000 }],
    threadStarts: [{ at: 6, thread: "worker-1", parent: "main", stack: [LINE] }],
    dumps: [{ at: 7, objects: [object, object] }],
  }).flush();
}

export const target: FuzzTarget = {
  // One finished chunk, two of which the second is still written, and one that is flushed twice.
  seeds: [
    recording(chunk("main")),
    recording(chunk("early"), chunk("late", 3)),
    chunk("twice").event("jdk.GCHeapSummary", { heapUsed: 1 }).flush().bytes(),
  ],
  async parse(bytes) {
    const { incomplete } = await summarizeRecording(bytes);
    return incomplete ? "a part" : "an answer";
  },
};
