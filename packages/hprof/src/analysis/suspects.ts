import type { Bytes } from "@heaptide/base";
import type { HeapIndex, Ordinal } from "../index/heap-index.ts";
import * as STATE from "../kernel/state.ts";
import type { ObjectReader } from "../inspect/object-reader.ts";
import { mergePaths } from "./holders.ts";
import { withDominated } from "./marks.ts";
import { addressOf, describePath, nameOf, type PathStep, type RootPath, shortestPath } from "./paths.ts";

/** Something that keeps an unusual share of the heap alive. */
export interface Suspect {
  /** What the heap hangs on: an object, or many of one class. */
  readonly kind: "object" | "class";
  readonly class: string;
  readonly address: string | null;
  readonly retained: Bytes;
  /** Of all that is alive. */
  readonly share: number;
  /** From the root to where the objects pile up: each step dominates the next. Of a class, the most frequent path. */
  readonly path: RootPath;
  /** The static field, local variable or thread that holds it, as a person would look for it: `static shop.Cart.LEAK`. */
  readonly holder: string;
  /** Where they pile up. */
  readonly collection: { readonly class: string; readonly address: string; readonly retained: Bytes } | null;
  /** What piles up there: the class that takes most, how many, and what they retain. */
  readonly elements: { readonly class: string; readonly count: number; readonly retained: Bytes } | null;
}

/** A suspect retains at least this share. Like MAT's, so that people find what they are used to. */
const SHARE = 0.1;
/** A child that retains less than this of its parent is one of many: the parent is where they pile up. */
const DROP = 0.7;
const MOST = 5;

export async function findSuspects(reader: ObjectReader, { share = SHARE, most = MOST } = {}): Promise<Suspect[]> {
  const { index } = reader;
  const total = index.tree.reachBytes[0];
  const { objects, classes } = topLevel(index, total * share);
  const suspects: Suspect[] = [];
  const chains = objects.flatMap((object) => accumulations(index, [object], total * share));
  index.forgetLargestChildren();
  chains.sort((a, b) => index.retained(b.at(-1)!) - index.retained(a.at(-1)!));
  for (const chain of chains.slice(0, most)) suspects.push(await objectSuspect(reader, chain, total));
  for (const candidate of classes.slice(0, Math.max(0, most - suspects.length))) {
    const suspect = await classSuspect(reader, candidate, total);
    if (suspect) suspects.push(suspect);
  }
  return suspects.sort((a, b) => b.retained - a.retained);
}

interface ClassCandidate {
  readonly classIndex: number;
  readonly retained: number;
}

/** What only the root dominates: single objects that retain enough, and classes of the others that do so together. */
function topLevel(index: HeapIndex, least: number): { readonly objects: readonly Ordinal[]; readonly classes: readonly ClassCandidate[] } {
  const { dominators, retained, classes } = index.columns;
  const objects: Ordinal[] = [];
  const sums = new Float64Array(index.table.size);
  for (let object = 0; object < index.count; object++) {
    if (dominators[object] !== index.count) continue;
    const bytes = retained[object]! * 8;
    if (bytes >= least) objects.push(object);
    else sums[classes[object]!]! += bytes;
  }
  const groups = Array.from(sums, (bytes, classIndex) => ({ classIndex, retained: bytes })).filter((group) => group.retained >= least);
  return {
    objects: objects.sort((a, b) => retained[b]! - retained[a]!),
    classes: groups.sort((a, b) => b.retained - a.retained),
  };
}

/** @param chain from what only the root dominates down to where objects pile up */
async function objectSuspect(reader: ObjectReader, chain: readonly Ordinal[], total: number): Promise<Suspect> {
  const { index } = reader;
  const point = chain.at(-1)!;
  const collection = chain.findLast((object, i) => !isInner(index, object, chain[i - 1])) ?? point;
  const path = await describePath(reader, [...(shortestPath(index, chain[0]!) ?? [chain[0]!]), ...chain.slice(1)]);
  const isClass = index.classObject(collection) !== null;
  return {
    kind: "object",
    class: nameOf(index, collection),
    address: addressOf(index, collection),
    retained: index.retained(collection),
    share: index.retained(collection) / total,
    path,
    holder: holderOf(path),
    collection: isClass ? null : placeOf(index, collection),
    elements: elementsOf(index, point, index.retained(point)),
  };
}

/**
 * From an object down to the places below it where objects pile up, each with the dominators on the way. Where several of its children retain
 * enough to be suspects themselves, as the static fields of a class may, each is followed.
 */
function accumulations(index: HeapIndex, above: readonly Ordinal[], least: number): Ordinal[][] {
  const chain = [...above.slice(0, -1), ...descend(index, above.at(-1)!)];
  const point = chain.at(-1)!;
  const { dominators, retained } = index.columns;
  const large: Ordinal[] = [];
  for (let object = 0; object < index.count; object++) {
    if (dominators[object] === point && retained[object]! * 8 >= least) large.push(object);
  }
  const linked = large.length === 1 && index.retained(large[0]!) >= DROP * index.retained(point);
  if (large.length === 0 || linked) return [chain];
  return large.flatMap((object) => accumulations(index, [...chain, object], least));
}

async function classSuspect(reader: ObjectReader, { classIndex, retained }: ClassCandidate, total: number): Promise<Suspect | null> {
  const { index } = reader;
  const objects: Ordinal[] = [];
  for (const object of index.instancesOf(classIndex)) if (index.columns.dominators[object] === index.count) objects.push(object);
  const { merged } = mergePaths(index, objects, 1000);
  if (!merged[0]) return null;
  const path = await describePath(reader, merged[0].example);
  const name = index.table.name(classIndex);
  return {
    kind: "class",
    class: name,
    address: null,
    retained: retained as Bytes,
    share: retained / total,
    path,
    holder: holderOf(path),
    collection: null,
    elements: { class: name, count: objects.length, retained: retained as Bytes },
  };
}

/** From an object down to where no single child takes most of it any more, or where elements of a linked structure begin. */
function descend(index: HeapIndex, top: Ordinal): Ordinal[] {
  const chain = [top];
  for (;;) {
    const at = chain.at(-1)!;
    const child = largestChild(index, at);
    if (child === null || index.retained(child) < DROP * index.retained(at)) return chain;
    const links = largestChild(index, child);
    const isLinked = links !== null && index.classIndex(links) === index.classIndex(child) && !index.classObject(child);
    if (isLinked && index.retained(links) >= DROP * index.retained(child)) return chain;
    chain.push(child);
  }
}

function largestChild(index: HeapIndex, parent: Ordinal): Ordinal | null {
  const child = index.largestChildren()[parent]!;
  return child === STATE.NONE ? null : child;
}

/** Whether an object is a part of the collection above it: an array, or an instance of a class within the collection's (`HashMap$Node`). */
function isInner(index: HeapIndex, object: Ordinal, above: Ordinal | undefined): boolean {
  if (above === undefined || index.classObject(above)) return false;
  const name = index.className(object);
  return name.endsWith("]") || isNodeOf(index, index.classIndex(object), index.classIndex(above));
}

/** `HashMap$Node` and `HashMap$Node[]` belong to HashMap and to what extends it. */
function isNodeOf(index: HeapIndex, node: number, collection: number): boolean {
  const name = index.table.name(node).replace(/(?:\[\])+$/, "");
  for (let c = index.table.at(collection); c; c = c.superClass) if (name.startsWith(`${c.name}$`)) return true;
  return false;
}

function placeOf(index: HeapIndex, object: Ordinal): NonNullable<Suspect["collection"]> {
  return { class: nameOf(index, object), address: addressOf(index, object), retained: index.retained(object) };
}

/** What piles up below an object: its children, or where those are nodes of a structure, what the nodes hold. */
function elementsOf(index: HeapIndex, point: Ordinal, bytes: number): Suspect["elements"] {
  const { dominators, retained, classes } = index.columns;
  const children = new Groups(index.table.size);
  for (let object = 0; object < index.count; object++) {
    if (dominators[object] === point) children.add(classes[object]!, retained[object]!);
  }
  const node = children.largest();
  if (node === null) return null;
  const inNodes = new Groups(index.table.size);
  const nodes = new Groups(index.table.size);
  withDominated(index, [point], (isInside) => {
    for (let object = 0; object < index.count; object++) {
      const parent = dominators[object]!;
      if (!isInside(object) || object === point) continue;
      if (classes[object] === node) nodes.add(node, index.shallow(object) / 8);
      else if (parent < index.count && classes[parent] === node && isInside(parent)) inNodes.add(classes[object]!, retained[object]!);
    }
  });
  const value = isStructural(index, node, point) ? inNodes.largest() : null;
  if (value !== null && inNodes.units[value]! * 8 > bytes / 20) return inNodes.share(index, value);
  const isLinked = nodes.counts[node]! > children.counts[node]!;
  return isLinked ? { ...children.share(index, node), count: nodes.counts[node]! } : children.share(index, node);
}

/** Whether a class only serves a collection: an inner class named as its part. */
function isStructural(index: HeapIndex, node: number, point: Ordinal): boolean {
  const name = index.table.name(node);
  return /\$(?:\w*(?:Node|Entry|Link|Segment|Bucket|Cell))$/.test(name) || isNodeOf(index, node, index.classIndex(point));
}

/** Sums by class index. */
class Groups {
  readonly counts: Float64Array;
  readonly units: Float64Array;

  constructor(size: number) {
    this.counts = new Float64Array(size);
    this.units = new Float64Array(size);
  }

  add(group: number, units: number): void {
    this.counts[group]!++;
    this.units[group]! += units;
  }

  /** null where there is none. */
  largest(): number | null {
    const most = this.units.reduce((best, units, i) => (units > this.units[best]! ? i : best), 0);
    return this.counts[most]! > 0 ? most : null;
  }

  share(index: HeapIndex, group: number): { readonly class: string; readonly count: number; readonly retained: Bytes } {
    return { class: index.table.name(group), count: this.counts[group]!, retained: (this.units[group]! * 8) as Bytes };
  }
}

/** The last thing on a path that a person can look up in source code: a static field, a local variable, else the root. */
export function holderOf({ root, steps }: RootPath): string {
  const at = steps.findLastIndex((step) => step.by?.kind === "static" || step.by?.kind === "local");
  const step: PathStep | undefined = steps[at];
  if (step?.by?.kind === "static") return `static ${steps[at - 1]!.class.replace(/^class /, "")}.${step.by.name}`;
  if (step?.by?.kind === "local") return `local variable in ${step.by.name}`;
  return steps[0] ? `${root}: ${steps[0].class}` : root;
}
