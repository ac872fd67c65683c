import * as STATE from "../kernel/state.ts";
import { OBJECT_TYPE } from "../records/tags.ts";
import type { ClassTable, Field, HeapClass } from "./classes.ts";
import { arrayBase, type HeapLayout } from "./layout.ts";
import { instanceSizes } from "./sizes.ts";
import type { Work } from "./work.ts";

/** Whether references that do not keep their target alive count as such: `followed` is how tools that ignore the difference see the heap. */
export type WeakReferences = "excluded" | "followed";

/** What the kernel needs to know of classes that are only counted: a hash from id to index. */
export function enterClassIds(work: Work, table: ClassTable): void {
  const { arena, kernel } = work;
  const slots = 2 ** Math.ceil(Math.log2(Math.max(64, table.size * 2)));
  const keys = arena.allocate(slots * 16);
  work.tell(STATE.CLASS_KEYS, keys);
  work.tell(STATE.CLASS_MASK, slots - 1);
  for (const { index, dump } of table.classes) kernel.enterClass(work.states[0]!, Math.floor(dump.id / 2 ** 32), dump.id % 2 ** 32, index);
}

/** What it needs to know of those whose references are followed: a row for each, too. */
export function enterClasses(work: Work, table: ClassTable, layout: HeapLayout, weak: WeakReferences): void {
  enterClassIds(work, table);
  tellLayout(work, layout);
  const { arena, records } = work;
  const rows = arena.allocate(table.size * STATE.ROW_SIZE);
  work.tell(STATE.CLASS_ROWS, rows);
  const view = arena.words(rows, (table.size * STATE.ROW_SIZE) / 4);
  const sizes = instanceSizes(table, layout);
  const references = table.classes.map((heapClass) => referencesOf(table, heapClass, weak));
  const offsets = arena.allocate(references.reduce((sum, { strong }) => sum + strong.length, 0) * 4);
  let at = offsets;
  const idSize = records.idSize;
  // What has no class has no references either.
  view[(STATE.UNKNOWN_CLASS * STATE.ROW_SIZE + STATE.ROW_WEAK) / 4] = STATE.NONE;
  table.classes.forEach((heapClass, i) => {
    const { strong, weak: weakOffset, bytes } = references[i]!;
    const row = (heapClass.index * STATE.ROW_SIZE) / 4;
    view[row + STATE.ROW_UNITS / 4] = sizes[heapClass.index]! / 8;
    view[row + STATE.ROW_OFFSETS / 4] = at;
    view[row + STATE.ROW_OFFSET_COUNT / 4] = strong.length;
    view[row + STATE.ROW_BYTES / 4] = bytes(idSize);
    view[row + STATE.ROW_WEAK / 4] = weakOffset ?? STATE.NONE;
    arena.words(at, strong.length).set(strong);
    at += strong.length * 4;
  });
}

export function tellLayout(work: Work, layout: HeapLayout): void {
  work.tell(STATE.REFERENCE_SIZE, layout.reference);
  work.tell(STATE.ALIGNMENT, layout.alignment);
  for (let shift = 0; shift < 4; shift++) work.tell(STATE.ARRAY_BASE + shift * 4, arrayBase(layout, 1 << shift));
}

/** Where references lie in the record of an instance, the weak one apart, and how long the record must be at least. */
function referencesOf(
  table: ClassTable,
  heapClass: HeapClass,
  weak: WeakReferences,
): { readonly strong: number[]; readonly weak: number | null; readonly bytes: (idSize: number) => number } {
  const fields = table.fields(heapClass);
  const references = fields.filter(({ type }) => type === OBJECT_TYPE);
  const weakField = weak === "excluded" ? references.find((field) => isReferent(table, field)) : undefined;
  const last = fields.at(-1);
  return {
    strong: references.filter((field) => field !== weakField).map(({ offset }) => offset),
    weak: weakField?.offset ?? null,
    bytes: (idSize) => (last ? last.offset + (last.type === OBJECT_TYPE ? idSize : 1 << (last.type & 3)) : 0),
  };
}

/** `referent` of java.lang.ref.Reference: weak, soft, phantom and final references all have it there. */
function isReferent(table: ClassTable, field: Field): boolean {
  return field.name === "referent" && table.name(field.declaredBy) === "java.lang.ref.Reference";
}
