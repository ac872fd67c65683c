import { Worker } from "node:worker_threads";
import { ArenaViews } from "../arena-views.ts";
import type { Crew } from "./crew.ts";
import { Misfit, type PassRequest, type PassResult } from "./pass.ts";

/** What a worker is started with: everything else is in the arena. */
export interface WorkerSetup {
  readonly memory: WebAssembly.Memory | null;
  readonly buffer: ArrayBufferLike;
  /** The kernel, compiled; null for the plain one. */
  readonly module: WebAssembly.Module | null;
  /** Of the dump: by one descriptor all threads may read. */
  readonly descriptor: number;
}

export type WorkerReply =
  | { readonly kind: "done"; readonly result: PassResult }
  | { readonly kind: "misfit"; readonly problem: number; readonly high: number; readonly low: number }
  | { readonly kind: "failed"; readonly error: unknown };

/**
 * This thread, which begins at once, and workers, which join it when they have started. They keep little: all that is large lies in the arena.
 */
export function nodeCrew(solo: Crew, setup: WorkerSetup, size: number): Crew {
  const arena = new ArenaViews(setup.memory, setup.buffer);
  const workers = Array.from(
    { length: size - 1 },
    () =>
      new Worker(new URL("./scan-worker.mjs", import.meta.url), {
        workerData: setup,
        resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 2 },
      }),
  );
  return {
    size,
    run: (requests, signal) => runAll(solo, workers, requests, arena, signal),
    close: async () => void (await Promise.all(workers.map((worker) => worker.terminate()))),
  };
}

async function runAll(
  solo: Crew,
  workers: readonly Worker[],
  requests: readonly PassRequest[],
  arena: ArenaViews,
  signal: AbortSignal | undefined,
): Promise<readonly PassResult[]> {
  signal?.throwIfAborted();
  // No batch is left to take: each worker ends with the one it has.
  const stop = (): void => void Atomics.store(arena.words(requests[0]!.counter, 1), 0, 0x7fffffff);
  signal?.addEventListener("abort", stop);
  try {
    const stopAll = (error: unknown): never => {
      stop();
      throw error;
    };
    const others = workers.map((worker, i) => ask(worker, requests[i + 1]!).catch(stopAll));
    const own = solo.run(requests.slice(0, 1), signal).then(([result]) => result!, stopAll);
    const asked = [own, ...others];
    // All of them must have ended before anybody frees what they work on.
    await Promise.allSettled(asked);
    signal?.throwIfAborted();
    return await Promise.all(asked);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

function ask(worker: Worker, request: PassRequest): Promise<PassResult> {
  return new Promise((resolve, reject) => {
    const finish = (reply: WorkerReply): void => {
      worker.off("error", reject);
      if (reply.kind === "done") resolve(reply.result);
      else reject(reply.kind === "misfit" ? new Misfit(reply.problem, reply.high, reply.low) : reply.error);
    };
    worker.once("message", finish);
    worker.once("error", reject);
    worker.postMessage(request, []);
  });
}
