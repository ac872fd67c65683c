/**
 * How HotSpot lays out objects: what turns the fields in a dump, where every reference has the size of an id, into the bytes that an object takes
 * in the heap.
 *
 * Source: openjdk/jdk:src/hotspot/share/classfile/fieldLayoutBuilder.cpp (JDK 15 and newer: fields of a subclass fill the gaps of its super
 * class), src/hotspot/share/oops/{instanceOop,arrayOop}.hpp. Older JVMs differ by 8 bytes in a few classes with small fields.
 * Not supported: @Contended padding, which dumps do not tell (256 bytes for each Thread of JDK 17).
 */
export interface HeapLayout {
  /** Bytes before the first field of an instance. */
  readonly header: number;
  readonly reference: 4 | 8;
  /** Objects begin and end at multiples of it. */
  readonly alignment: number;
  readonly idSize: 4 | 8;
}

/** What a HotSpot of 64 bits may use, most usual first: compressed or not references and class pointers, compact headers of JDK 24 and newer. */
export const LAYOUTS_64: readonly HeapLayout[] = [
  { header: 12, reference: 4, alignment: 8, idSize: 8 },
  { header: 12, reference: 8, alignment: 8, idSize: 8 },
  { header: 16, reference: 8, alignment: 8, idSize: 8 },
  { header: 8, reference: 4, alignment: 8, idSize: 8 },
  { header: 8, reference: 8, alignment: 8, idSize: 8 },
  { header: 12, reference: 4, alignment: 16, idSize: 8 },
];

export const LAYOUT_32: HeapLayout = { header: 8, reference: 4, alignment: 8, idSize: 4 };

/** Bytes before the first element: the header, the length, and padding to the element where elements are larger than 4 bytes. */
export function arrayBase(layout: HeapLayout, elementSize: number): number {
  const base = layout.header + 4;
  // Until JDK 22 arrays without compressed class pointers began at the next word for all elements.
  const unit = layout.header === 16 ? 8 : elementSize;
  return alignUp(base, Math.max(4, unit));
}

export function alignUp(size: number, alignment: number): number {
  return Math.ceil(size / alignment) * alignment;
}

/** What is laid out so far: where it ends, and the gaps before that. */
export interface FieldBlock {
  readonly end: number;
  readonly gaps: readonly Gap[];
}

interface Gap {
  readonly offset: number;
  readonly size: number;
}

/** Adds a class's own fields, given by their sizes in the heap, to those of its super class: primitives from large to small, then references. */
export function addFields(above: FieldBlock, primitives: readonly number[], references: number, reference: number): FieldBlock {
  const sizes = [...primitives].sort((a, b) => b - a).concat(new Array<number>(references).fill(reference));
  let { end } = above;
  const gaps = [...above.gaps];
  for (const size of sizes) {
    const at = bestGap(gaps, size);
    if (at >= 0) takeFrom(gaps, at, size);
    else {
      const offset = alignUp(end, size);
      if (offset > end) gaps.push({ offset: end, size: offset - end });
      end = offset + size;
    }
  }
  return { end, gaps };
}

/** The smallest gap that has room for a field at a multiple of its size. */
function bestGap(gaps: readonly Gap[], size: number): number {
  let best = -1;
  gaps.forEach((gap, at) => {
    const fits = alignUp(gap.offset, size) + size <= gap.offset + gap.size;
    if (fits && (best < 0 || gap.size < gaps[best]!.size)) best = at;
  });
  return best;
}

function takeFrom(gaps: Gap[], at: number, size: number): void {
  const { offset, size: room } = gaps[at]!;
  const start = alignUp(offset, size);
  const parts = [
    { offset, size: start - offset },
    { offset: start + size, size: offset + room - start - size },
  ];
  gaps.splice(at, 1, ...parts.filter((part) => part.size > 0));
}

/** Fields that HotSpot adds to classes of its own and no dump shows: openjdk/jdk:src/hotspot/share/classfile/javaClasses.hpp, JDK 17 to 25. */
export function injectedFields(className: string): { readonly primitives: readonly number[]; readonly references: number } {
  const word = 8;
  switch (className) {
    case "java.lang.Class":
      return { primitives: [word, word, 4, 4], references: 3 };
    case "java.lang.ClassLoader":
    case "java.lang.Module":
      return { primitives: [word], references: 0 };
    case "java.lang.invoke.ResolvedMethodName":
      return { primitives: [word], references: 1 };
    case "java.lang.invoke.MemberName":
      return { primitives: [word], references: 0 };
    case "java.lang.invoke.MethodHandleNatives$CallSiteContext":
      return { primitives: [word, word], references: 0 };
    case "java.lang.StackFrameInfo":
      return { primitives: [2], references: 0 };
    default:
      return { primitives: [], references: 0 };
  }
}
