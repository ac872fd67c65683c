import type { Holder } from "@heaptide/model";
import { isArray, plainName } from "../growth/class-names.ts";
import type { Growth } from "../growths.ts";
import { FURTHER_GROUP_EXPLAINS } from "../thresholds.ts";
import { allocationsOf, culpritLine, type NamedLine, NO_KIN } from "./allocations.ts";
import type { UserCode } from "./frames.ts";
import { holdOf } from "./holders.ts";

/** One array that is replaced by a larger one again and again: a buffer that is written to and never emptied, the table of a collection of plain numbers. */
export interface Enlarged {
  readonly class: string;
  readonly bytes: number;
  readonly line: NamedLine | null;
  readonly holder: Holder | null;
}

/** Bytes of an element; of references, as the JVM compresses them. */
const WIDTH: Readonly<Record<string, number>> = { "long[]": 8, "double[]": 8, "char[]": 2, "short[]": 2, "byte[]": 1, "boolean[]": 1 };
const WIDTH_OF_REFERENCE = 4;

/**
 * Where the heap rises in steps and no class has more and more instances: the largest array that was made since the heap began to grow, if it alone is a fair part of what the heap grew by: recordings are read seldom, and it has grown since.
 * @returns null where none was sampled
 */
export function enlargedArray({ life, window }: Growth, userCode: UserCode): Enlarged | null {
  const arrays = allocationsOf(life, isArray, window.from, userCode).map((allocation) => {
    const { class: raw, arrayElements } = allocation.object;
    const name = plainName(raw);
    return { allocation, name, bytes: (arrayElements ?? 0) * (WIDTH[name] ?? WIDTH_OF_REFERENCE) };
  });
  const largest = arrays.toSorted((a, b) => b.bytes - a.bytes)[0];
  if (largest === undefined || largest.bytes < FURTHER_GROUP_EXPLAINS * window.trend.growth) return null;
  const { allocation, name, bytes } = largest;
  const holder = holdOf(allocation.object, () => false)?.holder ?? null;
  return { class: name, bytes, line: culpritLine([allocation], NO_KIN), holder };
}
