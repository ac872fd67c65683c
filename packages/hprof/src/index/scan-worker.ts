/** A worker of `nodeCrew`: runs passes over its part of the batches until it is ended. */
import module from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import type { WorkerReply, WorkerSetup } from "./node-crew.ts";
import type { PassRequest } from "./pass.ts";

module.enableCompileCache?.();
const [{ loadKernel }, { Arena }, { Misfit, runPass }, { reopen }] = await Promise.all([
  import("../kernel/load.ts"),
  import("../arena.ts"),
  import("./pass.ts"),
  import("../source.ts"),
]);

const port = parentPort!;
const { memory, buffer, location } = workerData as WorkerSetup;
const arena = Arena.over(memory, buffer);
const kernel = loadKernel(arena);
const source = await reopen(location);

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
