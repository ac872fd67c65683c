import * as SEARCH from "../kernel/search.ts";
import * as STATE from "../kernel/state.ts";
import type { Column } from "./column.ts";
import type { Linked } from "./link.ts";
import type { Work } from "./work.ts";

/** The dominators: `predecessor` of every object is its immediate dominator afterwards. */
export interface Core {
  /** Objects that were left after peeling. */
  readonly count: number;
  /** From ordinals to core indexes: blocks of rank and 64 bits. */
  readonly map: Column;
  /** By core index: the core index of the object before it on a shortest path from a root, NONE, or FROM_ROOT. */
  readonly parents: Column;
}

/** Takes away what has one holder only: its predecessor is its dominator. Done once, whatever edges are added to the core later. */
export async function peel(work: Work, objects: number, linked: Linked): Promise<Pick<Core, "count" | "map"> & { readonly edges: number }> {
  const { arena, kernel } = work;
  await work.breathe("taking away what has one holder");
  kernel.peel(objects, linked.predecessor.at, linked.outDegree.at);
  const map = arena.allocate(Math.ceil(objects / 64) * 12);
  const sum = arena.allocate(64);
  const count = kernel.mapCore(objects, linked.outDegree.at, map, sum);
  const edges = arena.doubles(sum, 1)[0]! + linked.wideOut;
  arena.free(sum);
  linked.outDegree.free();
  return { count, map: work.column(map, Math.ceil(objects / 64) * 12), edges };
}

export async function findDominators(
  work: Work,
  objects: number,
  linked: Linked,
  { count, map: mapColumn, edges: edgeCount }: Awaited<ReturnType<typeof peel>>,
): Promise<Core> {
  const { arena, kernel } = work;
  const map = mapColumn.at;
  // Nothing here asks for the class or the size of an object.
  linked.classOf.park();
  linked.size.park();
  const parents = arena.allocate(count * 4, { zeroed: false });
  const nodes = arena.allocate(count * 8);
  const graph = await connect(work, linked, { map, nodes, edgeCount });
  const roots = coreRoots(
    work,
    linked.roots.filter(({ thread }) => thread < 0).map(({ object }) => object),
    map,
  );

  await work.breathe("finding shortest paths");
  const queue = arena.allocate(count * 4, { zeroed: false });
  arena.bytes(parents, count * 4).fill(0xff);
  kernel.searchBreadth(roots.at, roots.length, nodes, graph.edges, parents, queue);
  const weak = searchWeak(work, graph.weak, { map, nodes, edges: graph.edges, parents, queue, count });
  arena.free(queue);

  await work.breathe("finding dominators");
  dominate(work, linked, { count, map, nodes, edges: graph.edges, edgeCount: graph.count, roots, weak, objects });
  arena.free(roots.at);
  arena.free(weak.at);
  return { count, map: mapColumn, parents: work.column(parents, count * 4) };
}

/** The edges of the core: the third pass. */
async function connect(
  work: Work,
  linked: Linked,
  { map, nodes, edgeCount }: { readonly map: number; readonly nodes: number; readonly edgeCount: number },
): Promise<{ readonly edges: number; readonly count: number; readonly weak: readonly WeakReference[] }> {
  const { arena, kernel } = work;
  const SLAB = 65536;
  const extra = [...linked.extraEdges.values()].reduce((total, list) => total + list.length, 0);
  const limit = Math.min(0x7fffffff, Math.ceil(edgeCount * 1.15) + extra + SLAB * (work.crew.size + 2) * 2);
  const edges = arena.allocate(limit * 4, { zeroed: false });
  const counter = arena.allocate(64);
  // 0 is no edge.
  arena.words(counter, 1)[0] = 1;
  work.tell(STATE.CORE, map);
  work.tell(STATE.NODES, nodes);
  work.tell(STATE.EDGES, edges);
  work.tell(STATE.EDGE_LIMIT, limit);
  work.tell(STATE.EDGE_COUNTER, counter);
  // Nobody has a slab yet, or only one of the time before.
  work.tell(STATE.EDGE_AT, 0);
  work.tell(STATE.EDGE_END, 0);
  const results = await work.pass("connect", "reading the graph");

  const longest = Math.max(1, ...[...linked.extraEdges.values()].map((list) => list.length));
  const list = arena.allocate(longest * 4);
  for (const [object, targets] of linked.extraEdges) {
    arena.words(list, targets.length).set(targets);
    kernel.addEdges(work.states[0]!, object, list, targets.length);
  }
  arena.free(list);
  const count = arena.words(counter, 1)[0]!;
  if (count > limit) throw new Error(`The core has ${count} edges, but at most ${limit} were expected.`);
  arena.free(counter);
  arena.shrink(edges, count * 4);
  const weak = results.flatMap(({ entries }) =>
    Array.from({ length: entries.length / 5 }, (_, i) => ({ from: entries[i * 5 + 1]!, to: entries[i * 5 + 2]! })),
  );
  return { edges, count, weak: weak.sort((a, b) => a.to - b.to || a.from - b.from) };
}

/** Breadth first from what references that are reached lead to weakly, until they lead to nothing new. @returns all that they lead to */
function searchWeak(
  work: Work,
  references: readonly WeakReference[],
  core: {
    readonly map: number;
    readonly nodes: number;
    readonly edges: number;
    readonly parents: number;
    readonly queue: number;
    readonly count: number;
  },
): List {
  const { arena, kernel } = work;
  const parents = arena.words(core.parents, core.count);
  const reached = (object: number): boolean => {
    const node = kernel.coreIndex(core.map, object);
    return node !== STATE.NONE && parents[node] !== STATE.NONE;
  };
  const found = new Set<number>();
  let waiting = references;
  for (;;) {
    const now = waiting.filter(({ from }) => reached(from));
    if (now.length === 0) break;
    const fresh = now.filter(({ to }) => !reached(to)).map(({ to }) => to);
    for (const object of fresh) found.add(object);
    waiting = waiting.filter(({ from }) => !reached(from));
    const list = coreRoots(work, fresh, core.map);
    kernel.searchBreadth(list.at, list.length, core.nodes, core.edges, core.parents, core.queue);
    arena.free(list.at);
  }
  return coreRoots(work, [...found], core.map);
}

interface WeakReference {
  /** Ordinals. */
  readonly from: number;
  readonly to: number;
}

interface List {
  readonly at: number;
  readonly length: number;
}

function coreRoots(work: Work, objects: readonly number[], map: number): List {
  const indexes = new Set(objects.map((object) => work.kernel.coreIndex(map, object)));
  const at = work.arena.allocate(indexes.size * 4, { zeroed: false });
  work.arena.words(at, indexes.size).set([...indexes]);
  return { at, length: indexes.size };
}

interface CoreGraph {
  readonly count: number;
  readonly map: number;
  readonly nodes: number;
  readonly edges: number;
  readonly edgeCount: number;
  readonly roots: List;
  readonly weak: List;
  /** How many objects there are, the core's and all others. */
  readonly objects: number;
}

/** Dominators of the core, from its graph back to ordinals. The arrays are freed as soon as they have served. */
function dominate(work: Work, linked: Linked, core: CoreGraph): void {
  const { arena, kernel } = work;
  const allocate = (): number => arena.allocate((core.count + 1) * 4, { zeroed: false });
  const { count, objects, parents, heads, crossings, weakFrom, garbageFrom } = searchCore(work, linked, core);
  const [ancestors, labels, stack] = [allocate(), allocate(), allocate()];
  kernel.findDominators(count, parents, heads, crossings, ancestors, labels, stack);
  for (const piece of [ancestors, labels, stack, heads, crossings]) arena.free(piece);
  const ordinals = allocate();
  kernel.listCore(core.objects, core.map, ordinals);
  kernel.storeDominators(count, objects, parents, ordinals, linked.predecessor.at, core.objects, weakFrom, garbageFrom);
  for (const piece of [objects, parents, ordinals]) arena.free(piece);
}

/** Numbers of a depth-first search, from 1 on, and what lies in the arena by them; weakly reachable objects and garbage from their numbers on. */
interface Search {
  readonly count: number;
  readonly weakFrom: number;
  readonly garbageFrom: number;
  readonly objects: number;
  readonly parents: number;
  readonly heads: number;
  readonly crossings: number;
}

/** In three phases: from roots, from what is only weakly reachable, from garbage. Frees the graph. */
function searchCore({ arena, kernel }: Work, linked: Linked, core: CoreGraph): Search {
  const room = (core.count + 1) * 4;
  const [objects, parents] = [arena.allocate(room, { zeroed: false }), arena.allocate(room, { zeroed: false })];
  const heads = arena.allocate(room);
  const crossings = arena.allocate(core.edgeCount * 8 + 16, { zeroed: false });
  const search = arena.allocate(SEARCH.SEARCH_SIZE);
  const words = arena.words(search, SEARCH.SEARCH_SIZE / 4);
  const tell = (what: number, value: number): void => void (words[what / 4] = value);
  tell(SEARCH.SEARCH_NEXT, 1);
  tell(SEARCH.SEARCH_CROSSING, 1);
  tell(SEARCH.SEARCH_NODES, core.nodes);
  tell(SEARCH.SEARCH_EDGES, core.edges);
  tell(SEARCH.SEARCH_OBJECTS, objects);
  tell(SEARCH.SEARCH_PARENTS, parents);
  tell(SEARCH.SEARCH_HEADS, heads);
  tell(SEARCH.SEARCH_CROSSINGS, crossings);
  const next = (): number => words[SEARCH.SEARCH_NEXT / 4]!;

  kernel.searchDepth(search, core.roots.at, core.roots.length);
  const weakFrom = next();
  tell(SEARCH.SEARCH_FLOOR, weakFrom - 1);
  kernel.searchDepth(search, core.weak.at, core.weak.length);
  const garbageFrom = next();
  tell(SEARCH.SEARCH_FLOOR, garbageFrom - 1);
  for (const unreferencedOnly of [1, 0]) kernel.searchRest(search, core.objects, core.map, linked.predecessor.at, unreferencedOnly);
  const count = next();
  for (const piece of [search, core.edges, core.nodes]) arena.free(piece);
  return { count, weakFrom, garbageFrom, objects, parents, heads, crossings };
}
