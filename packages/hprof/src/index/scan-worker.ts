/** A worker of `nodeHands`: runs passes over its part of the batches until it is ended. Imports little, since it starts while the dump waits. */
import { parentPort, workerData } from "node:worker_threads";
import { ArenaViews } from "../arena-views.ts";
import { loadKernel } from "../kernel/load.ts";
import { readAt } from "../read-at.ts";
import { replyTo, transferred } from "./hand-reply.ts";
import type { NodeHandSetup } from "./node-hands.ts";
import type { PassRequest } from "./pass.ts";

const port = parentPort!;
const { memory, buffer, module, descriptor } = workerData as NodeHandSetup;
const arena = new ArenaViews(memory, buffer);
const kernel = await loadKernel(arena, module);
const source = { readInto: (target: Uint8Array, offset: number) => readAt(descriptor, target, offset) };

port.on("message", (request: PassRequest) => {
  void replyTo(request, kernel, arena, source).then((reply) => port.postMessage(reply, transferred(reply)));
});
