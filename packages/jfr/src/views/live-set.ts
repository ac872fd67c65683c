import { type Series, seriesOf } from "@heaptide/base";
import type { Chunk } from "../chunk.ts";
import type { EventHandler, RecordingView } from "../view.ts";

const EVENT = "jdk.GCHeapSummary";
const AFTER = "After GC";

/** Heap used right after each collection, bytes. Young collections leave old garbage in it: its lower envelope is the live set. */
export class LiveSetView implements RecordingView {
  readonly #samples: [at: number, bytes: number][] = [];

  open(chunk: Chunk): ReadonlyMap<string, EventHandler> {
    return new Map([
      [
        EVENT,
        (event) => {
          const when = chunk.pools.struct("jdk.types.GCWhen", event.number(event.slot("when")))?.get("when");
          if (when !== AFTER) return;
          this.#samples.push([chunk.timeOf(event.number(event.slot("startTime"))), event.number(event.slot("heapUsed"))]);
        },
      ],
    ]);
  }

  get series(): Series {
    return seriesOf(this.#samples);
  }
}
