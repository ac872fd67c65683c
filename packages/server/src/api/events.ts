import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { Diagnosis } from "@heaptide/model";
import type { ApiSources } from "./contract.ts";

/** A proxy or browser takes a silent connection for dead. */
const KEEP_ALIVE = 15_000;

/**
 * `GET /events`: server-sent events. `diagnosis`, with the whole diagnosis as data, on connecting and after each evaluation; `ping` once
 * what was known has been said, so that a reader can tell news from it, and whenever nothing else is. A reader that is too slow misses evaluations in between,
 * never the last.
 */
export function eventRoutes({ diagnosis }: ApiSources): Hono {
  return new Hono().get("/events", (c) =>
    streamSSE(c, async (stream) => {
      let next: Diagnosis | null = diagnosis.latest;
      let wake = (): void => undefined;
      const stop = diagnosis.onUpdate((latest) => {
        next = latest;
        wake();
      });
      stream.onAbort(() => {
        stop();
        wake();
      });
      let isCaughtUp = false;
      while (!stream.aborted) {
        if (next === null) {
          if (isCaughtUp) await Promise.race([new Promise<void>((resolve) => (wake = resolve)), stream.sleep(KEEP_ALIVE)]);
          isCaughtUp = true;
          if (next === null && !stream.aborted) await stream.writeSSE({ event: "ping", data: "" });
          continue;
        }
        const data: Diagnosis = next;
        next = null;
        await stream.writeSSE({ event: "diagnosis", data: JSON.stringify(data) });
      }
      stop();
    }),
  );
}
