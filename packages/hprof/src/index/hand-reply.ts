import type { ArenaViews } from "../arena-views.ts";
import type { Kernel } from "../kernel/load.ts";
import type { DumpSource } from "../source.ts";
import { Misfit, type PassRequest, type PassResult, runPass } from "./pass.ts";

/** What a worker answers: an error of a class would not go from thread to thread as such. */
export type HandReply =
  | { readonly kind: "done"; readonly result: PassResult }
  | { readonly kind: "misfit"; readonly problem: number; readonly high: number; readonly low: number }
  | { readonly kind: "failed"; readonly error: unknown };

/** In the worker. */
export async function replyTo(
  request: PassRequest,
  kernel: Kernel,
  arena: ArenaViews,
  source: Pick<DumpSource, "readInto">,
): Promise<HandReply> {
  try {
    return { kind: "done", result: await runPass(kernel, arena, source, request) };
  } catch (error) {
    if (!(error instanceof Misfit)) return { kind: "failed", error };
    return { kind: "misfit", problem: error.problem, high: error.high, low: error.low };
  }
}

/** What need not be copied on the way. */
export const transferred = (reply: HandReply): ArrayBuffer[] => (reply.kind === "done" ? [reply.result.entries.buffer as ArrayBuffer] : []);

/** In the thread that asked. @throws Misfit; what the worker failed with */
export function resultOf(reply: HandReply): PassResult {
  switch (reply.kind) {
    case "done":
      return reply.result;
    case "misfit":
      throw new Misfit(reply.problem, reply.high, reply.low);
    case "failed":
      throw reply.error;
  }
}
