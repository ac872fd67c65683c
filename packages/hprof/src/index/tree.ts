import type { Linked } from "./link.ts";
import type { Located } from "./locate.ts";
import type { ClassTable, HeapClass } from "./classes.ts";
import type { Work } from "./work.ts";

/** What the walk over the dominator tree gives. */
export interface Tree {
  /** Units of 8 bytes that each object retains: a word each, `count + 3` of them with the three roots. */
  readonly retained: number;
  readonly classes: readonly GroupSum[];
  readonly loaders: ReadonlyMap<number, GroupSum>;
  readonly packages: ReadonlyMap<string, GroupSum>;
  /** Objects: reachable from roots, only by weak references, not at all. */
  readonly reach: readonly [number, number, number];
  readonly reachBytes: readonly [number, number, number];
}

export interface GroupSum {
  /** Bytes that the group's topmost objects retain: nothing is counted twice. */
  readonly retained: number;
  /** Of a class: objects reachable from roots, only by weak references, not at all. */
  readonly instances: readonly [number, number, number];
}

const ROW = 32;
const PRIMITIVE_ARRAYS = "(primitive arrays)";

export async function walkTree(work: Work, located: Located, linked: Linked): Promise<Tree> {
  const { arena, kernel } = work;
  const count = located.addresses.count;
  const nodes = count + 3;
  await work.breathe("summing up");
  const retained = arena.allocate((nodes + 1) * 4, { zeroed: false });
  kernel.expandSizes(count, linked.size, retained);
  const units = arena.words(retained, nodes);
  units.fill(0, count);
  linked.large.ordinals.forEach((object, i) => (units[object] = linked.large.units[i]!));
  const firsts = arena.allocate(nodes * 4, { zeroed: false });
  kernel.listChildren(count, nodes, linked.predecessor, firsts);

  const groups = groupsOf(linked.table);
  const classRows = arena.allocate(linked.table.size * ROW);
  const loaderRows = arena.allocate(groups.loaders.length * ROW);
  const packageRows = arena.allocate(groups.packages.length * ROW);
  const byClass = arena.allocate(linked.table.size * 8);
  arena.words(byClass, groups.byClass.length).set(groups.byClass);
  const reach = [0, 1, 2].map((phase) =>
    kernel.walkTree(
      work.states[0]!,
      count + phase,
      phase,
      linked.predecessor,
      firsts,
      retained,
      classRows,
      byClass,
      loaderRows,
      packageRows,
    ),
  ) as [number, number, number];
  const rows = (at: number, length: number): GroupSum[] => readRows(work, at, length);
  const loaderSums = rows(loaderRows, groups.loaders.length);
  const packageSums = rows(packageRows, groups.packages.length);
  const tree: Tree = {
    retained,
    classes: rows(classRows, linked.table.size),
    loaders: new Map(groups.loaders.map((id, i) => [id, loaderSums[i]!])),
    packages: new Map(groups.packages.map((name, i) => [name, packageSums[i]!])),
    reach,
    reachBytes: [0, 1, 2].map((phase) => units[count + phase]! * 8) as [number, number, number],
  };
  for (const piece of [firsts, classRows, loaderRows, packageRows, byClass]) arena.free(piece);
  return tree;
}

function readRows(work: Work, at: number, length: number): GroupSum[] {
  const words = work.arena.words(at, (length * ROW) / 4);
  const doubles = work.arena.doubles(at, (length * ROW) / 8);
  return Array.from({ length }, (_, i) => ({
    retained: doubles[i * 4 + 1]! * 8,
    instances: [words[i * 8 + 4]!, words[i * 8 + 5]!, words[i * 8 + 6]!],
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
