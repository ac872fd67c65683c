import type { Hand, HandSetup } from "../index/crew.ts";
import { type HandReply, resultOf } from "../index/hand-reply.ts";
import type { PassRequest, PassResult } from "../index/pass.ts";

/** `shared`: the dump, which every thread may read. */
export type BrowserHandSetup = HandSetup & { readonly shared: Blob | SharedArrayBuffer };

/** Workers of a browser. Each is told first what it works on, then what to do. */
export function browserHands(setup: BrowserHandSetup, count: number): readonly Hand[] {
  return Array.from({ length: count }, () => {
    const worker = new Worker(new URL("./scan.worker.ts", import.meta.url), { type: "module" });
    worker.postMessage(setup, []);
    return { run: (request) => ask(worker, request), close: () => worker.terminate() };
  });
}

async function ask(worker: Worker, request: PassRequest): Promise<PassResult> {
  const { promise, resolve, reject } = Promise.withResolvers<HandReply>();
  const answered = ({ data }: MessageEvent<HandReply>): void => resolve(data);
  const failed = (event: ErrorEvent): void => reject(new Error(event.message || "A worker that reads the dump has ended."));
  worker.addEventListener("message", answered);
  worker.addEventListener("error", failed);
  worker.postMessage(request, []);
  try {
    return resultOf(await promise);
  } finally {
    worker.removeEventListener("message", answered);
    worker.removeEventListener("error", failed);
  }
}
