import { HeaptideError } from "@heaptide/base";
import { Arena, LARGEST_ARENA } from "../arena.ts";
import { NONE } from "../kernel/state.ts";
import { type KernelKind, loadKernel, wasmWorks } from "../kernel/load.ts";
import { readRecords } from "../records/records.ts";
import type { DumpSource } from "../source.ts";
import type { WeakReferences } from "./class-rows.ts";
import type { AddressMap } from "./address-map.ts";
import { type Core, findDominators, peel } from "./core.ts";
import { type Crew, soloCrew } from "./crew.ts";
import { HeapIndex } from "./heap-index.ts";
import { link, type Linked } from "./link.ts";
import { locate } from "./locate.ts";
import { type Tree, walkTree } from "./tree.ts";
import { type Progress, requireHeap, Work } from "./work.ts";

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
export const WORTH_WORKERS = 64 << 20;

/** Analyses a dump: every object, its dominator and what it retains. */
export async function buildIndex(source: DumpSource, options: OpenOptions = {}): Promise<HeapIndex> {
  const records = await readRecords(source, options.signal);
  requireHeap(source, records);
  const limit = arenaLimit(options);
  const arena = reserve(source.size, limit, kernelKind(options) === "wasm");
  const kernel = loadKernel(arena);
  const workers = options.workers ?? (source.size < WORTH_WORKERS ? 1 : defaultWorkers());
  const crew = await crewOf(workers, arena, source, soloCrew(kernel, arena, source));
  const work = new Work({ source, records, arena, kernel, crew, signal: options.signal, onProgress: options.onProgress });
  try {
    if (needsShelf(source.size, options)) work.shelf = (await import("../saved/file-shelf.ts")).temporaryShelf();
    const located = await locate(work);
    const linked = await link(work, located, options.weak ?? "excluded");
    return new HeapIndex({ work, located, linked, ...(await findTree(work, located.addresses, linked)) });
  } catch (error) {
    work.shelf?.close();
    throw error;
  } finally {
    await crew.close();
  }
}

/** What the process takes beside the arena. */
const BESIDE = 128 << 20;
/** What an analysis without a shelf takes of the arena, for objects of usual size. */
const ARENA_FOR_A_BYTE = 0.36;

function needsShelf(size: number, { memory }: OpenOptions): boolean {
  return memory !== undefined && size * ARENA_FOR_A_BYTE > memory - BESIDE;
}

function arenaLimit({ memory }: OpenOptions): number {
  return memory === undefined ? LARGEST_ARENA : Math.max(64 << 20, Math.min(LARGEST_ARENA, memory - BESIDE));
}

/**
 * The dominator tree. Edges from instances to their classes are there for some of the instances only; where the tree shows that they were not
 * enough, which is seldom, those that were missed are added and the core is read again.
 */
async function findTree(work: Work, addresses: AddressMap, linked: Linked): Promise<{ readonly core: Core; readonly tree: Tree }> {
  const objects = addresses.count;
  const peeled = await peel(work, objects, linked);
  for (;;) {
    addresses.ready();
    const core = await findDominators(work, objects, linked, peeled);
    // The tree asks neither for addresses nor for paths.
    for (const part of [addresses, core.parents, core.map]) part.park();
    const tree = await walkTree(work, objects, linked);
    if (tree.unheld.length === 0) return { core, tree };
    const added = tree.unheld.map(({ object, instances }) => addClassEdges(work, linked, core, object, instances));
    if (!added.includes(true)) throw new Error(`The dominators of ${tree.unheld.length} classes stay wrong.`);
    tree.retained.free();
    core.parents.free();
  }
}

/** An instance that was peeled is dominated by what is left of those that hold it: for what is above both, its holder does as well. @returns whether there was an edge to add */
function addClassEdges(work: Work, linked: Linked, { map }: Core, object: number, instances: readonly number[]): boolean {
  let added = false;
  for (const instance of instances) {
    let holder = instance;
    while (work.kernel.coreIndex(map.at, holder) === NONE) holder = work.arena.words(linked.predecessor.at + holder * 4, 1)[0]!;
    const edges = linked.extraEdges.get(holder) ?? [];
    if (edges.includes(object)) continue;
    linked.extraEdges.set(holder, [...edges, object]);
    added = true;
  }
  return added;
}

/** Address space: twice what has been needed for a byte of a dump; only what is used becomes real. */
function reserve(size: number, limit: number, wasm: boolean): Arena {
  const wanted = Math.min(limit, size * 3 + (64 << 20));
  try {
    return Arena.create(wanted, wasm);
  } catch (cause) {
    throw new HeaptideError("HEAP_DUMP_TOO_LARGE", { needed: wanted, limit: 0 }, { cause });
  }
}

export function kernelKind({ kernel }: OpenOptions): KernelKind {
  return kernel ?? (wasmWorks() ? "wasm" : "plain");
}

export function defaultWorkers(): number {
  const cores = (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ?? 1;
  return Math.min(4, cores);
}

export async function crewOf(size: number, arena: Arena, source: DumpSource, solo: Crew): Promise<Crew> {
  const shared = typeof SharedArrayBuffer !== "undefined" && arena.buffer instanceof SharedArrayBuffer;
  if (size <= 1 || !shared || source.location?.kind !== "file") return solo;
  return (await import("./node-crew.ts")).nodeCrew(solo, arena, source.location, size);
}
