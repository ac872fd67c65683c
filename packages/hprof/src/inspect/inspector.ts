import type { Bytes } from "@heaptide/base";
import { addressOf, nameOf } from "../analysis/paths.ts";
import type { HeapIndex, Ordinal, Reach } from "../index/heap-index.ts";
import { OBJECT_TYPE, TYPE_NAMES } from "../records/tags.ts";
import { type Answer, answerOf, valueOf } from "../query/values.ts";
import type { ObjectReader } from "./object-reader.ts";
import { referenceName } from "./references.ts";
import { readIdAt, walkObjects } from "./walk.ts";

/** Everything that the dump holds of one object. */
export interface InspectedObject {
  readonly address: string;
  readonly class: string;
  readonly bytes: Bytes;
  readonly retained: Bytes;
  readonly reach: Reach;
  /** Why it is a root; empty for most. */
  readonly roots: readonly string[];
  /** Without it the object would be garbage; null where only roots keep it. */
  readonly dominator: { readonly address: string; readonly class: string } | null;
  /** Of a string. */
  readonly text: string | null;
  /** Of an array. */
  readonly length: number | null;
  /** Fields of an instance, statics of a class object, elements of an array. */
  readonly values: readonly { readonly name: string; readonly type: string; readonly declaredBy: string | null; readonly value: Answer }[];
}

export interface Referrer {
  readonly address: string;
  readonly class: string;
  readonly retained: Bytes;
  /** `field`, `element`, `static`, ... and its name. */
  readonly by: { readonly kind: string; readonly name: string };
}

export interface Referrers {
  readonly count: number;
  /** The first ones by address. */
  readonly referrers: readonly Referrer[];
}

const ELEMENTS = 100;

/** @param elements of an array, from its first on */
export async function inspectObject(
  reader: ObjectReader,
  object: Ordinal,
  { elements = ELEMENTS }: { readonly elements?: number } = {},
): Promise<InspectedObject> {
  const { index } = reader;
  const record = await reader.read(object, { count: elements });
  const dominator = index.dominator(object);
  const values: InspectedObject["values"][number][] = [];
  const add = async (name: string, type: number, raw: number, declaredBy: string | null): Promise<void> => {
    const value =
      type === OBJECT_TYPE && raw !== 0 && index.at(raw) === null ? missing(raw) : await answerOf(reader, valueOf(reader, type, raw));
    values.push({ name, type: TYPE_NAMES[type] ?? "?", declaredBy, value });
  };
  if (record?.kind === "instance") {
    for (const field of record.fields) await add(field.name, field.type, field.value, index.table.name(field.declaredBy));
  } else if (record?.kind === "class") {
    for (const field of record.dump.statics) await add(`static ${index.table.fieldName(field.name)}`, field.type, field.value, null);
  } else if (record) {
    const type = record.kind === "objects" ? OBJECT_TYPE : record.type;
    for (const [i, element] of record.elements.entries()) await add(`[${i}]`, type, element, null);
  }
  return {
    address: addressOf(index, object),
    class: nameOf(index, object),
    bytes: index.shallow(object),
    retained: index.retained(object),
    reach: index.reach(object),
    roots: index.rootsOf(object).map(({ kind }) => kind),
    dominator: dominator === null ? null : { address: addressOf(index, dominator), class: nameOf(index, dominator) },
    text: index.className(object) === "java.lang.String" ? await reader.text(object) : null,
    length: record?.kind === "objects" || record?.kind === "primitives" ? record.length : null,
    values,
  };
}

/** A reference to what the dump does not have. */
function missing(address: number): Answer {
  return { address: `0x${address.toString(16)}`, class: "(missing in the dump)" };
}

/** What refers to an object, weak references too: one walk over the whole file. */
export async function referrersOf(reader: ObjectReader, object: Ordinal, { top = 50 }: { readonly top?: number } = {}): Promise<Referrers> {
  const { index } = reader;
  const found = new Set<Ordinal>();
  const target = index.address(object);
  const { idSize } = index.records;
  const places = referencePlaces(index);
  await walkObjects(index, "looking for what refers to it", {
    instance(from, view, at, length) {
      for (const place of places(index.classIndex(from))) {
        if (place + idSize <= length && readIdAt(view, at + place, idSize) === target) found.add(from);
      }
    },
    objects(from, view, at, length) {
      for (let i = 0; i < length; i++) {
        if (readIdAt(view, at + i * idSize, idSize) !== target) continue;
        found.add(from);
        break;
      }
    },
  });
  for (const { dump } of index.table.classes) {
    const refers =
      dump.loaderId === target || dump.superId === target || dump.statics.some(({ type, value }) => type === 2 && value === target);
    const from = refers ? index.at(dump.id) : null;
    if (from !== null) found.add(from);
  }
  for (const root of index.roots) if (root.object === object && root.thread >= 0) found.add(root.thread);
  const referrers: Referrer[] = [];
  for (const from of [...found].sort((a, b) => a - b).slice(0, top)) {
    const by = await referenceName(reader, from, object);
    referrers.push({ address: addressOf(index, from), class: nameOf(index, from), retained: index.retained(from), by });
  }
  return { count: found.size, referrers };
}

/** Where in the record of an instance its references lie, by class index. */
function referencePlaces({ table }: HeapIndex): (classIndex: number) => readonly number[] {
  const known: (readonly number[] | undefined)[] = [];
  return (classIndex) => {
    const heapClass = known[classIndex] ? null : table.at(classIndex);
    return (known[classIndex] ??= heapClass
      ? table.fields(heapClass).flatMap(({ type, offset }) => (type === OBJECT_TYPE ? [offset] : []))
      : []);
  };
}
