import type { Chunk } from "../chunk.ts";
import { numberIn, Struct } from "../values.ts";
import type { Names } from "./names.ts";

/** One step of a reference chain, from the object outwards to its root: `class` holds the previous one in `field`, or is an array. */
export interface Reference {
  readonly class: string;
  readonly field: string | null;
  readonly static: boolean;
  readonly arraySize: number | null;
  readonly arrayIndex: number | null;
  /** What the recording says of the holder, e.g. "Size: 120", or "Class Name: X" for the class that has the static field. */
  readonly description: string | null;
  /** Steps left out between this one and the next. */
  readonly skipped: number;
}

const OBJECT_POOL = "jdk.types.OldObject";
const REFERENCE_POOL = "jdk.types.Reference";
const ARRAY_POOL = "jdk.types.OldObjectArray";
const FIELD_POOL = "jdk.types.OldObjectField";
/** java.lang.reflect.Modifier.STATIC. */
const STATIC = 0x8;
/** HotSpot shortens chains to 200 steps (leakprofiler, edgeStore.hpp); ten times that is no chain. */
const LONGEST_CHAIN = 2000;

/** The object of a key; null where the recording does not have it. */
export function oldObject(chunk: Chunk, key: number): Struct | null {
  return key === 0 ? null : chunk.pools.struct(OBJECT_POOL, key);
}

/** Follows who refers to an object, up to the root; ends where an object comes again, which only a damaged recording has. */
export function referenceChain(chunk: Chunk, names: Names, object: Struct): Reference[] {
  const chain: Reference[] = [];
  const seen = new Set<number>();
  let key = numberIn(object, "referrer");
  while (key !== 0 && !seen.has(key) && chain.length < LONGEST_CHAIN) {
    seen.add(key);
    const reference = chunk.pools.struct(REFERENCE_POOL, key);
    const holder = reference && oldObject(chunk, numberIn(reference, "object"));
    if (!reference || !holder) break;
    chain.push(step(chunk, names, reference, holder));
    key = numberIn(holder, "referrer");
  }
  return chain;
}

function step(chunk: Chunk, names: Names, reference: Struct, holder: Struct): Reference {
  const array = part(chunk, reference, "array", ARRAY_POOL);
  const field = part(chunk, reference, "field", FIELD_POOL);
  return {
    class: names.className(numberIn(holder, "type")) ?? "unknown",
    field: field && names.text(field, "name", "jdk.types.Symbol"),
    static: field !== null && (numberIn(field, "modifiers") & STATIC) !== 0,
    arraySize: array && numberIn(array, "size"),
    arrayIndex: array && numberIn(array, "index"),
    description: names.text(holder, "description", "jdk.types.Symbol"),
    skipped: Math.max(0, numberIn(reference, "skip")),
  };
}

/** A part of a reference: in a pool of its own, or, should a version write it so, in place. */
function part(chunk: Chunk, reference: Struct, field: string, pool: string): Struct | null {
  const value = reference.get(field);
  if (value instanceof Struct) return value;
  return typeof value === "number" && value !== 0 ? chunk.pools.struct(pool, value) : null;
}
