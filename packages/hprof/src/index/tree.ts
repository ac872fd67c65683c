import * as STATE from "../kernel/state.ts";
import * as WALK from "../kernel/walk.ts";
import type { Column } from "./column.ts";
import type { Linked } from "./link.ts";
import type { ClassTable, HeapClass } from "./classes.ts";
import type { Work } from "./work.ts";

/** What the walk over the dominator tree gives. */
export interface Tree {
  /** Units of 8 bytes that each object retains: a word each, `count + 3` of them with the three roots. */
  readonly retained: Column;
  readonly classes: readonly GroupSum[];
  readonly loaders: ReadonlyMap<number, GroupSum>;
  readonly packages: ReadonlyMap<string, GroupSum>;
  /** Objects: reachable from roots, only by weak references, not at all. */
  readonly reach: readonly [number, number, number];
  readonly reachBytes: readonly [number, number, number];
  /** Classes whose dominator does not dominate all their instances, as it should, with two instances that it must: then edges were missing. */
  readonly unheld: readonly Unheld[];
}

interface Unheld {
  /** The class object. */
  readonly object: number;
  readonly instances: readonly number[];
}

export interface GroupSum {
  /** Bytes that the group's topmost objects retain: nothing is counted twice. */
  readonly retained: number;
  /** Of a class: objects reachable from roots, only by weak references, not at all. */
  readonly instances: readonly [number, number, number];
}

const ROW = WALK.GROUP_SIZE;
const PRIMITIVE_ARRAYS = "(primitive arrays)";

export async function walkTree(work: Work, count: number, linked: Linked): Promise<Tree> {
  const { arena, kernel } = work;
  const nodes = count + 3;
  await work.breathe("summing up");
  const retained = ownSizes(work, count, linked);
  const units = arena.words(retained, nodes);
  const watches = openWatches(work, linked);
  // One node more: the watched class objects, until they are put before all others of their parents.
  const firsts = arena.allocate((nodes + 1) * 4, { zeroed: false });
  listChildren(work, linked, count, firsts);

  const groups = groupsOf(linked.table);
  const room = (rows: number): number => arena.allocate(rows * ROW);
  const [classes, loaders, packages] = [room(linked.table.size), room(groups.loaders.length), room(groups.packages.length)];
  const byClass = arena.allocate(linked.table.size * 8);
  arena.words(byClass, groups.byClass.length).set(groups.byClass);
  const walk = arena.allocate(WALK.WALK_SIZE);
  const words = arena.words(walk, WALK.WALK_SIZE / 4);
  const tell = (what: number, value: number): void => void (words[what / 4] = value);
  tell(WALK.WALK_ABOVE, linked.predecessor.at);
  tell(WALK.WALK_FIRSTS, firsts);
  tell(WALK.WALK_RETAINED, retained);
  tell(WALK.WALK_CLASSES, classes);
  tell(WALK.WALK_BY_CLASS, byClass);
  tell(WALK.WALK_LOADERS, loaders);
  tell(WALK.WALK_PACKAGES, packages);
  tell(WALK.WALK_WATCHES, watches.at);
  tell(WALK.WALK_WATCH_COUNT, linked.watches.length);
  tell(WALK.WALK_META, linked.metaClass);
  work.tell(STATE.CLASS_OF, linked.classOf.at);
  const reach = [0, 1, 2].map((phase) => {
    const found = kernel.walkTree(work.states[0]!, walk, count + phase, phase);
    watches.look(classes, phase, count + phase);
    return found;
  }) as [number, number, number];
  const loaderSums = readRows(work, loaders, groups.loaders.length);
  const packageSums = readRows(work, packages, groups.packages.length);
  const tree: Tree = {
    retained: work.column(retained, nodes * 4),
    classes: readRows(work, classes, linked.table.size),
    loaders: new Map(groups.loaders.map((id, i) => [id, loaderSums[i]!])),
    packages: new Map(groups.packages.map((name, i) => [name, packageSums[i]!])),
    reach,
    reachBytes: [0, 1, 2].map((phase) => units[count + phase]! * 8) as [number, number, number],
    unheld: watches.unheld,
  };
  for (const piece of [firsts, classes, loaders, packages, byClass, walk, watches.at]) arena.free(piece);
  return tree;
}

/** What objects retain to begin with: a word each, and one for each of the three roots and for `listChildren`. */
function ownSizes({ arena, kernel }: Work, count: number, { size, large }: Linked): number {
  const sizes = arena.allocate((count + 4) * 4, { zeroed: false });
  kernel.expandSizes(count, size.at, sizes);
  size.park();
  const units = arena.words(sizes, count + 3);
  units.fill(0, count);
  large.ordinals.forEach((object, i) => (units[object] = large.units[i]!));
  return sizes;
}

/** Lists of children, those that are watched first: the walk has to know of them before it goes on below their parent. */
function listChildren({ arena, kernel }: Work, { predecessor, watches }: Linked, count: number, firsts: number): void {
  const above = arena.words(predecessor.at, count);
  const parents = watches.map(({ object }) => above[object]!);
  for (const { object } of watches) above[object] = count + 3;
  kernel.listChildren(count, count + 4, predecessor.at, firsts);
  watches.forEach(({ object }, i) => kernel.listFirst(object, parents[i]!, predecessor.at, firsts));
}

/** Watches for the class objects of `linked.watches`; `look` after each walk tells which classes are not held as they should be. */
function openWatches(
  { arena }: Work,
  { watches }: Linked,
): { readonly at: number; readonly look: (classes: number, phase: number, root: number) => void; readonly unheld: readonly Unheld[] } {
  const at = arena.allocate((watches.length + 1) * WALK.WATCH_SIZE);
  const words = arena.words(at, (watches.length * WALK.WATCH_SIZE) / 4);
  const width = WALK.WATCH_SIZE / 4;
  watches.forEach(({ object, index }, i) => {
    words[i * width] = object;
    words[i * width + WALK.WATCH_CLASS / 4] = index;
    words[i * width + WALK.WATCH_DOMINATOR / 4] = STATE.NONE;
  });
  const unheld: Unheld[] = [];
  const settled = new Set<number>();
  return {
    at,
    unheld,
    look(classes, phase, root) {
      watches.forEach(({ object, index }, i) => {
        const row = arena.words(classes + index * ROW, ROW / 4);
        const count = row[(WALK.GROUP_COUNTS + phase * 4) / 4]!;
        const dominator = words[i * width + WALK.WATCH_DOMINATOR / 4]!;
        if (settled.has(index) || (count === 0 && dominator === STATE.NONE)) return;
        // What is reached in a later phase keeps nothing of an earlier one.
        settled.add(index);
        const isHeld =
          count === 0 || (dominator !== STATE.NONE && (dominator >= root - phase || words[i * width + WALK.WATCH_BELOW / 4] === count));
        if (!isHeld) unheld.push({ object, instances: [row[WALK.GROUP_FIRST / 4]!, row[WALK.GROUP_LAST / 4]!] });
      });
    },
  };
}

function readRows(work: Work, at: number, length: number): GroupSum[] {
  const words = work.arena.words(at, (length * ROW) / 4);
  const doubles = work.arena.doubles(at, (length * ROW) / 8);
  return Array.from({ length }, (_, i) => ({
    retained: doubles[(i * ROW + WALK.GROUP_UNITS) / 8]! * 8,
    instances: [0, 1, 2].map((phase) => words[(i * ROW + WALK.GROUP_COUNTS) / 4 + phase]!) as [number, number, number],
  }));
}

/** Loaders by id, packages by name, and for each class index the rows of both. */
function groupsOf(table: ClassTable): {
  readonly loaders: readonly number[];
  readonly packages: readonly string[];
  readonly byClass: Uint32Array;
} {
  const loaders = new Map<number, number>([[0, 0]]);
  const packages = new Map<string, number>([[PRIMITIVE_ARRAYS, 0]]);
  const byClass = new Uint32Array(table.size * 2);
  for (const heapClass of table.classes) {
    byClass[heapClass.index * 2] = numberOf(loaders, heapClass.dump.loaderId);
    byClass[heapClass.index * 2 + 1] = numberOf(packages, packageOf(heapClass));
  }
  return { loaders: [...loaders.keys()], packages: [...packages.keys()], byClass };
}

function numberOf<Key>(numbers: Map<Key, number>, key: Key): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}

/** Of an array that of its elements. */
function packageOf({ name }: Pick<HeapClass, "name">): string {
  const plain = name.replace(/(?:\[\])+$/, "");
  const dot = plain.lastIndexOf(".");
  if (dot >= 0) return plain.slice(0, dot);
  return plain !== name && /^[a-z]+$/.test(plain) ? PRIMITIVE_ARRAYS : "(default package)";
}
