import type { Arena } from "../arena.ts";
import type { Kernel } from "../kernel/load.ts";
import type { DumpSource } from "../source.ts";
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
