/** A worker of `nodeCrew`: runs passes over its part of the batches until it is ended. Imports little, since it starts while the dump waits. */
import { parentPort, workerData } from "node:worker_threads";
import { ArenaViews } from "../arena-views.ts";
import { loadKernel } from "../kernel/load.ts";
import { readAt } from "../read-at.ts";
import type { WorkerReply, WorkerSetup } from "./node-crew.ts";
import { Misfit, type PassRequest, runPass } from "./pass.ts";

const port = parentPort!;
const { memory, buffer, module, descriptor } = workerData as WorkerSetup;
const arena = new ArenaViews(memory, buffer);
const kernel = await loadKernel(arena, module);
const source = { readInto: (target: Uint8Array, offset: number) => readAt(descriptor, target, offset) };

port.on("message", (request: PassRequest) => {
  runPass(kernel, arena, source, request).then(
    (result) => port.postMessage({ kind: "done", result } satisfies WorkerReply, [result.entries.buffer as ArrayBuffer]),
    (error: unknown) => {
      const reply: WorkerReply =
        error instanceof Misfit ? { kind: "misfit", problem: error.problem, high: error.high, low: error.low } : { kind: "failed", error };
      port.postMessage(reply, []);
    },
  );
});
