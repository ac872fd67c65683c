import { Worker } from "node:worker_threads";
import type { Hand, HandSetup } from "./crew.ts";
import { type HandReply, resultOf } from "./hand-reply.ts";
import type { PassRequest, PassResult } from "./pass.ts";

/** `descriptor`: of the dump; by one all threads may read. */
export type NodeHandSetup = HandSetup & { readonly descriptor: number };

/** Workers of Node. */
export function nodeHands(setup: NodeHandSetup, count: number): readonly Hand[] {
  return Array.from({ length: count }, () => {
    const worker = new Worker(new URL("./scan-worker.mjs", import.meta.url), {
      workerData: setup,
      resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 2 },
    });
    return { run: (request) => ask(worker, request), close: () => worker.terminate() };
  });
}

async function ask(worker: Worker, request: PassRequest): Promise<PassResult> {
  const { promise, resolve, reject } = Promise.withResolvers<HandReply>();
  worker.once("message", resolve);
  worker.once("error", reject);
  worker.postMessage(request, []);
  try {
    return resultOf(await promise);
  } finally {
    worker.off("message", resolve);
    worker.off("error", reject);
  }
}
