import type { Arena } from "../arena.ts";
import { compiledKernel, type Kernel } from "../kernel/load.ts";
import type { DumpSource } from "../source.ts";
import { type OpenOptions, workersFor } from "./options.ts";
import { type PassRequest, type PassResult, runPass } from "./pass.ts";

/** Who walks over the dump: this thread alone, or this thread and workers, which take turns at its batches. */
export interface Crew {
  readonly size: number;
  /** One request for each. @throws Misfit, the signal's reason */
  run(requests: readonly PassRequest[], signal: AbortSignal | undefined): Promise<readonly PassResult[]>;
  close(): Promise<void>;
}

/** For small dumps, and where there are no workers. */
export function soloCrew(kernel: Kernel, arena: Arena, source: DumpSource): Crew {
  return {
    size: 1,
    run: async ([request], signal) => [await runPass(kernel, arena, source, request!, signal ?? new AbortController().signal)],
    close: async () => {},
  };
}

/** Those whom a dump is worth. Workers begin to start: whatever else has to be read is read meanwhile. */
export async function gatherCrew(kernel: Kernel, arena: Arena, source: DumpSource, options: OpenOptions): Promise<Crew> {
  const solo = soloCrew(kernel, arena, source);
  const size = workersFor(source, options);
  const shared = typeof SharedArrayBuffer !== "undefined" && arena.buffer instanceof SharedArrayBuffer;
  if (size <= 1 || !shared || source.descriptor === null) return solo;
  const { nodeCrew } = await import("./node-crew.ts");
  const { memory, buffer } = arena;
  return nodeCrew(solo, { memory, buffer, module: memory && (await compiledKernel()), descriptor: source.descriptor }, size);
}
