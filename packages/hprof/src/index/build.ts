import { HeaptideError } from "@heaptide/base";
import { Arena, LARGEST_ARENA } from "../arena.ts";
import { NONE } from "../kernel/state.ts";
import { loadKernel } from "../kernel/load.ts";
import { readRecords } from "../records/records.ts";
import type { DumpSource } from "../source.ts";
import type { AddressMap } from "./address-map.ts";
import { type Core, findDominators, peel } from "./core.ts";
import type { Shelf } from "./column.ts";
import { gatherCrew } from "./crew.ts";
import { HeapIndex } from "./heap-index.ts";
import { link, type Linked } from "./link.ts";
import { locate } from "./locate.ts";
import { type OpenOptions, usesWasm } from "./options.ts";
import { type Tree, walkTree } from "./tree.ts";
import { requireHeap, Work } from "./work.ts";

/** Analyses a dump: every object, its dominator and what it retains. */
export async function buildIndex(source: DumpSource, options: OpenOptions = {}): Promise<HeapIndex> {
  const arena = reserve(source.size, arenaLimit(options), await usesWasm(options));
  const kernel = await loadKernel(arena);
  const crew = await gatherCrew(kernel, arena, source, options);
  let shelf: Shelf | null = null;
  try {
    const records = await readRecords(source, options.signal);
    requireHeap(source, records);
    if (needsShelf(source.size, options)) shelf = (await import("../saved/file-shelf.ts")).temporaryShelf();
    const work = new Work({ source, records, arena, kernel, crew, shelf, signal: options.signal, onProgress: options.onProgress });
    const located = await locate(work);
    const linked = await link(work, located, options.weak ?? "excluded");
    return new HeapIndex({ work, located, linked, ...(await findTree(work, located.addresses, linked)) });
  } catch (error) {
    shelf?.close();
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

/** Address space: twice what has been needed for a byte of a dump, and what even a small one may take; only what is used becomes real. */
function reserve(size: number, limit: number, wasm: boolean): Arena {
  const wanted = Math.min(limit, size * 3 + Math.min(64 << 20, (4 << 20) + size * 512));
  try {
    return Arena.create(wanted, wasm);
  } catch (cause) {
    throw new HeaptideError("HEAP_DUMP_TOO_LARGE", { needed: wanted, limit: 0 }, { cause });
  }
}
