import type { Bytes } from "@heaptide/base";
import type { HeapIndex, Ordinal } from "../index/heap-index.ts";
import type { ObjectReader } from "../inspect/object-reader.ts";
import { readIdAt, walkObjects } from "../inspect/walk.ts";
import { mergePaths } from "./holders.ts";
import { addressOf, describePath } from "./paths.ts";
import { holderOf } from "./suspects.ts";

/** Texts that stand in the heap more than once. What several strings share already is no waste and counts once. */
export interface DuplicateStrings {
  /** Of all arrays behind strings: how many, and how many bytes. */
  readonly arrays: number;
  readonly bytes: Bytes;
  /** What would be free if each text stood there once. */
  readonly wasted: Bytes;
  /** Arrays that are copies of another one. */
  readonly copies: number;
  readonly texts: readonly DuplicateText[];
}

export interface DuplicateText {
  /** Its first 200 characters. */
  readonly text: string;
  /** Arrays that hold it. */
  readonly count: number;
  readonly wasted: Bytes;
  /** Address of one of the arrays. */
  readonly example: string;
  /** What holds most of those that were looked at; null where nothing does. */
  readonly holder: string | null;
  readonly share: number;
}

const STRING = "java.lang.String";
const PLAIN = 1;
const WIDE = 2;
/** Bits of the size, in units of 8 bytes, in the upper half of a key; the rest of its 64 bits are hash. */
const SIZE_BITS = 20;
const LARGEST = 2 ** SIZE_BITS - 1;
const SAMPLES = 200;
const SHOWN = 200;

/**
 * Reads the texts of all strings, comparing them by their length and 44 bits of hash. Three walks over the file, and 9 bytes of memory for each object
 * at the most. Unreachable strings count.
 */
export async function duplicateStrings(reader: ObjectReader, { top = 20 }: { readonly top?: number } = {}): Promise<DuplicateStrings> {
  const { index } = reader;
  const { marks, arrays } = await markArrays(index);
  const keys = new BigUint64Array(arrays);
  const halves = new Uint32Array(keys.buffer);
  let [found, bytes] = [0, 0];
  await walkTexts(index, marks, "comparing texts", (object, low, high) => {
    if (found === arrays) return;
    halves[found * 2] = low;
    halves[found * 2 + 1] = high;
    bytes += index.shallow(object);
    found++;
  });
  keys.subarray(0, found).sort();
  const { runs, wasted, copies } = repeated(halves, found, top);
  const samples = await gather(index, marks, runs);
  const texts: DuplicateText[] = [];
  for (const run of runs) texts.push(await textOf(reader, run, samples.get(keyOf(run))!, marks));
  return { arrays: found, bytes: bytes as Bytes, wasted: wasted as Bytes, copies, texts };
}

/** The arrays that strings point to, and whether their bytes are pairs. */
async function markArrays(index: HeapIndex): Promise<{ readonly marks: Uint8Array; readonly arrays: number }> {
  const { table, records } = index;
  const marks = new Uint8Array(index.count);
  const [heapClass] = table.named(STRING);
  const fields = heapClass ? table.fields(heapClass) : [];
  const value = fields.find(({ name }) => name === "value");
  const coder = fields.find(({ name }) => name === "coder");
  let arrays = 0;
  if (!heapClass || !value) return { marks, arrays };
  await walkObjects(index, "finding strings", {
    instance(object, view, at, length) {
      if (index.classIndex(object) !== heapClass.index || length < value.offset + records.idSize) return;
      const array = index.at(readIdAt(view, at + value.offset, records.idSize));
      if (array === null || marks[array] !== 0) return;
      marks[array] = coder && coder.offset < length && view.getUint8(at + coder.offset) === 1 ? WIDE : PLAIN;
      arrays++;
    },
  });
  return { marks, arrays };
}

/** Calls `use` with the two halves of each marked array's key. */
async function walkTexts(
  index: HeapIndex,
  marks: Uint8Array,
  stage: string,
  use: (object: Ordinal, low: number, high: number) => void,
): Promise<void> {
  const { idSize } = index.records;
  await walkObjects(index, stage, {
    primitives(object, view, at, length, type) {
      if (marks[object] === 0 || length === 0) return;
      const size = type === 5 ? length * 2 : length;
      // Two of FNV's kind with different starts and factors; both halves see every byte.
      let [a, b] = [0x811c9dc5, 0x9747b28c ^ idSize];
      for (let i = at; i < at + size; i++) {
        const byte = view.getUint8(i);
        a = Math.imul(a ^ byte, 0x01000193);
        b = Math.imul(b ^ byte, 0x5bd1e995) ^ (b >>> 15);
      }
      const units = Math.min(LARGEST, index.shallow(object) / 8);
      use(object, a >>> 0, ((units << (32 - SIZE_BITS)) | ((b >>> 0) >>> SIZE_BITS)) >>> 0);
    },
  });
}

interface Run {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly wasted: number;
}

const keyOf = ({ low, high }: Pick<Run, "low" | "high">): number => high * 2 ** 21 + (low >>> 11);

/** What is there more than once, of sorted keys: all of it summed up, and the most wasteful. */
function repeated(
  halves: Uint32Array,
  count: number,
  top: number,
): { readonly runs: readonly Run[]; readonly wasted: number; readonly copies: number } {
  let runs: Run[] = [];
  let [wasted, copies] = [0, 0];
  const prune = (): void => void (runs = runs.sort((a, b) => b.wasted - a.wasted).slice(0, top));
  for (let i = 0; i < count;) {
    const [low, high] = [halves[i * 2]!, halves[i * 2 + 1]!];
    let end = i + 1;
    while (end < count && halves[end * 2] === low && halves[end * 2 + 1] === high) end++;
    if (end - i > 1) {
      const waste = (end - i - 1) * (high >>> (32 - SIZE_BITS)) * 8;
      wasted += waste;
      copies += end - i - 1;
      runs.push({ low, high, count: end - i, wasted: waste });
      if (runs.length > 4 * top + 64) prune();
    }
    i = end;
  }
  prune();
  return { runs, wasted, copies };
}

/** Some of the arrays of each run. */
async function gather(index: HeapIndex, marks: Uint8Array, runs: readonly Run[]): Promise<ReadonlyMap<number, Ordinal[]>> {
  const samples = new Map(runs.map((run) => [keyOf(run), [] as Ordinal[]]));
  if (runs.length === 0) return samples;
  await walkTexts(index, marks, "naming repeated texts", (object, low, high) => {
    const list = samples.get(keyOf({ low, high }));
    if (list && list.length < SAMPLES) list.push(object);
  });
  return samples;
}

async function textOf(reader: ObjectReader, run: Run, samples: readonly Ordinal[], marks: Uint8Array): Promise<DuplicateText> {
  const { index } = reader;
  const [first] = samples;
  const { merged, sampled } = mergePaths(index, samples, SAMPLES);
  const [most] = merged;
  return {
    text: (await reader.characters(first!, { wide: marks[first!] === WIDE, longest: SHOWN })) ?? "",
    count: run.count,
    wasted: run.wasted as Bytes,
    example: addressOf(index, first!),
    holder: most ? holderOf(await describePath(reader, most.example)) : null,
    share: most ? most.count / sampled : 0,
  };
}
