import { OBJECT_TYPE, typeSize } from "../records/tags.ts";
import { type ClassTable, fieldSizes, type HeapClass } from "./classes.ts";
import { addFields, alignUp, type FieldBlock, type HeapLayout, injectedFields } from "./layout.ts";

/** Bytes that an instance of each class takes, by index, under a layout. */
export function instanceSizes(table: ClassTable, layout: HeapLayout): Uint32Array {
  const sizes = new Uint32Array(table.size);
  const sizeOf = instanceSizer(layout);
  for (const heapClass of table.classes) sizes[heapClass.index] = sizeOf(heapClass);
  return sizes;
}

/** The same for those classes that are asked for. */
export function instanceSizer(layout: HeapLayout): (heapClass: HeapClass) => number {
  const blocks = new Map<HeapClass, FieldBlock>();
  return (heapClass) => alignUp(blockOf(heapClass, layout, blocks).end, layout.alignment);
}

function blockOf(heapClass: HeapClass, layout: HeapLayout, known: Map<HeapClass, FieldBlock>): FieldBlock {
  const chain: HeapClass[] = [];
  let c: HeapClass | null = heapClass;
  while (c && !known.has(c)) {
    chain.push(c);
    c = c.superClass;
  }
  let block: FieldBlock = c ? known.get(c)! : { end: layout.header, gaps: [] };
  for (const own of chain.toReversed()) {
    const { primitives, references } = fieldSizes(own.dump);
    const injected = injectedFields(own.name);
    block = addFields(block, [...primitives, ...injected.primitives], references + injected.references, layout.reference);
    known.set(own, block);
  }
  return block;
}

/** A class object: an instance of java.lang.Class with the static fields behind it. */
export function classObjectSize(heapClass: HeapClass, instance: number, layout: HeapLayout): number {
  const sizes = heapClass.dump.statics.map(({ type }) => (type === OBJECT_TYPE ? layout.reference : typeSize(type, 8)));
  return alignUp(instance + sizes.reduce((sum, size) => sum + size, 0), layout.alignment);
}
