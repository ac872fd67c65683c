import type { Arena } from "../arena.ts";
import type { ArenaViews } from "../arena-views.ts";
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

/** A worker that runs passes beside this thread. It keeps little: all that is large lies in the arena. */
export interface Hand {
  run(request: PassRequest): Promise<PassResult>;
  close(): unknown;
}

/** What every worker is started with, beside what it reads the dump by: everything else is in the arena. */
export interface HandSetup {
  readonly memory: WebAssembly.Memory | null;
  readonly buffer: ArrayBufferLike;
  /** The kernel, compiled; null for the plain one. */
  readonly module: WebAssembly.Module | null;
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
  const hands = size > 1 && shared ? await gatherHands(arena, source, size - 1) : [];
  return hands.length === 0 ? solo : crewOf(solo, hands, arena);
}

async function gatherHands({ memory, buffer }: Arena, { descriptor, shared }: DumpSource, count: number): Promise<readonly Hand[]> {
  const setup = async (): Promise<HandSetup> => ({ memory, buffer, module: memory && (await compiledKernel()) });
  if (descriptor !== null) return (await import("./node-hands.ts")).nodeHands({ ...(await setup()), descriptor }, count);
  // Node has Blobs as well, but no workers of this kind.
  if (shared === undefined || typeof Worker === "undefined") return [];
  return (await import("../browser/scan-hands.ts")).browserHands({ ...(await setup()), shared }, count);
}

/** This thread, which begins at once, and workers, which join it when they have started. */
function crewOf(solo: Crew, hands: readonly Hand[], arena: ArenaViews): Crew {
  return {
    size: hands.length + 1,
    run: (requests, signal) => runAll(solo, hands, requests, arena, signal),
    close: async () => void (await Promise.all(hands.map((hand) => hand.close()))),
  };
}

async function runAll(
  solo: Crew,
  hands: readonly Hand[],
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
    const others = hands.map((hand, i) => hand.run(requests[i + 1]!).catch(stopAll));
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
