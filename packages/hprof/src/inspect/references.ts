import type { HeapIndex, Ordinal } from "../index/heap-index.ts";
import type { HeapRoot } from "../index/link.ts";
import { OBJECT_TYPE } from "../records/tags.ts";
import type { ObjectReader } from "./object-reader.ts";

/** By what an object refers to another one, as a person would write it. */
export interface ReferenceName {
  readonly kind: "field" | "static" | "element" | "class" | "loader" | "local" | "other";
  /** `items`, `[3]`, `LEAK`; of a local the method that has it on its stack, where that is known. */
  readonly name: string;
}

/** An array of more elements is not searched for a position: its elements are all alike. */
const SEARCHED = 1_000_000;

/** Which field, static or element of `from` refers to `to`; the first one where several do. */
export async function referenceName(reader: ObjectReader, from: Ordinal, to: Ordinal): Promise<ReferenceName> {
  const { index } = reader;
  const target = index.address(to);
  const record = await reader.read(from, { count: SEARCHED });
  switch (record?.kind) {
    case "instance": {
      const field = record.fields.find(({ type, value }) => type === OBJECT_TYPE && value === target);
      if (field) return { kind: "field", name: field.name };
      break;
    }
    case "objects": {
      const at = record.elements.indexOf(target);
      return { kind: "element", name: at >= 0 ? `[${at}]` : "[…]" };
    }
    case "class": {
      const field = record.dump.statics.find(({ type, value }) => type === OBJECT_TYPE && value === target);
      if (field) return { kind: "static", name: index.table.fieldName(field.name) };
      if (record.dump.loaderId === target) return { kind: "loader", name: "(its class loader)" };
      if (record.dump.superId === target) return { kind: "class", name: "(its super class)" };
      break;
    }
    case "primitives":
    case undefined:
      break;
  }
  const local = index.roots.find((root) => root.thread === from && root.object === to);
  if (local) return { kind: "local", name: frameName(index, local) ?? local.kind };
  if (index.classObject(to)) return { kind: "class", name: "(its class)" };
  return { kind: "other", name: "(unknown)" };
}

/** The frame that has a local variable; null where the dump does not say. */
export function frameName(index: HeapIndex, root: HeapRoot): string | null {
  const frames = root.thread < 0 || root.frame < 0 ? [] : stackOf(index, root.thread);
  return frames[root.frame] ?? null;
}

/** The stack of a thread, innermost frame first: `shop.Cart.add:17`. Empty where the dump has none. */
export function stackOf(index: HeapIndex, thread: Ordinal): readonly string[] {
  const { records, located } = index;
  const address = index.address(thread);
  const root = located.roots.find(({ kind, id }) => kind === 0x08 && id === address);
  const trace = root && records.traces.get(root.frame);
  return (trace?.frames ?? []).map((id) => {
    const frame = records.frames.get(id);
    if (!frame) return "(unknown frame)";
    const holder = index.table.byId(records.classSerials.get(frame.classSerial) ?? 0)?.name ?? "?";
    const line = frame.line > 0 ? `:${frame.line}` : "";
    return `${holder}.${records.names.text(frame.method)}${line}`;
  });
}
