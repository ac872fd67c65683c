import { type KernelKind, wasmWorks } from "../kernel/load.ts";
import type { DumpSource } from "../source.ts";
import type { WeakReferences } from "./class-rows.ts";
import type { Progress } from "./work.ts";

/** How a dump is opened. */
export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Default: WebAssembly where it works. Both give the same. */
  readonly kernel?: KernelKind | undefined;
  /** Threads that read the dump; 1 is this one alone. Default: as many as there are cores, up to 4, for dumps worth it. */
  readonly workers?: number | undefined;
  /** Bytes of memory that the process may take (Node). Where that is little for the dump, arrays wait on disk until they are needed, which takes longer. */
  readonly memory?: number | undefined;
  /** false: an index that was saved beside the dump is not used. */
  readonly saved?: boolean | undefined;
  /** Default: excluded, as what is only weakly reachable does not leak. */
  readonly weak?: WeakReferences | undefined;
}

/** Below this starting workers takes longer than they save. */
const WORTH_WORKERS = 64 << 20;
const MOST_WORKERS = 4;

export async function usesWasm({ kernel }: OpenOptions): Promise<boolean> {
  return kernel === undefined ? wasmWorks() : kernel === "wasm";
}

export function workersFor({ size }: DumpSource, { workers }: OpenOptions): number {
  if (workers !== undefined) return workers;
  const cores = (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ?? 1;
  return size < WORTH_WORKERS ? 1 : Math.min(MOST_WORKERS, cores);
}
