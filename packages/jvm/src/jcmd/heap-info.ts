import type { AttachOptions } from "../attach/attach.ts";
import { jcmd } from "./command.ts";

/** Bytes. `committed` is null where the collector does not print it. */
export interface HeapInfo {
  readonly used: number;
  readonly committed: number | null;
  /** null before JDK 22 for all but ZGC, and where generations print only what they have now. */
  readonly max: number | null;
  /** JDK 25 does not print it any more. */
  readonly metaspaceUsed: number | null;
  readonly text: string;
}

const UNITS: Readonly<Record<string, number>> = { B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** `GC.heap_info`: 4 ms, no collection, no pause worth naming. For JVMs that publish no counters. */
export function heapInfo(pid: number, options?: AttachOptions): Promise<HeapInfo> {
  return jcmd(pid, "GC.heap_info", parseHeapInfo, options);
}

export function parseHeapInfo(text: string): HeapInfo | null {
  const lines = text.split("\n").map((line) => line.trim());
  const heap = lines.filter((line) => HEAP_LINE.test(line));
  const used = heap.map((line) => sizeAfter(line, "used")).filter((size) => size !== null);
  if (used.length === 0) return epsilon(text);
  const metaspace = lines.find((line) => line.startsWith("Metaspace"));
  return {
    used: used.reduce((sum, size) => sum + size, 0),
    committed: total(heap, "committed") ?? total(heap, "total") ?? total(heap, "capacity"),
    max: total(heap, "max capacity") ?? total(heap, "total reserved") ?? total(heap, "max"),
    metaspaceUsed: metaspace ? sizeAfter(metaspace, "used") : null,
    text,
  };
}

/** Epsilon prints a percentage only: "space 204800K,  38% used". */
function epsilon(text: string): HeapInfo | null {
  const match = /^Epsilon Heap[\s\S]*?space (\d+)K, +(\d+)% used/.exec(text.trim());
  if (!match) return null;
  const committed = Number(match[1]) * 1024;
  return { used: (committed * Number(match[2])) / 100, committed, max: null, metaspaceUsed: null, text };
}

/** One line for each generation or for the whole heap: "garbage-first heap", "def new generation", "PSOldGen", "ZHeap", "12M max, 4M soft max, ...". */
const HEAP_LINE =
  /^(garbage-first heap|(def new|tenured) +generation|DefNew|Tenured|PSYoungGen|ParOldGen|PSOldGen|ZHeap|[\d.]+[BKMGT] max)/;

function total(lines: readonly string[], label: string): number | null {
  const sizes = lines.map((line) => sizeAfter(line, label)).filter((size) => size !== null);
  return sizes.length === lines.length ? sizes.reduce((sum, size) => sum + size, 0) : null;
}

/** `used 16524K`, and Shenandoah's `16M used`. */
function sizeAfter(line: string, label: string): number | null {
  const number = String.raw`(\d+(?:\.\d+)?)([BKMGT])\b`;
  const match = new RegExp(`(?:^|[ ,])${label}\\s+${number}`).exec(line) ?? new RegExp(`(?:^|[ ,])${number} ${label}\\b`).exec(line);
  return match ? Number(match[1]) * UNITS[match[2]!]! : null;
}
