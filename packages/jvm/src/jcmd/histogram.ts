import type { ClassColumns, SnapshotKind } from "@heaptide/model";
import type { AttachOptions } from "../attach/attach.ts";
import { measurePause, type Pause } from "../pause.ts";
import { sourceName } from "./class-names.ts";
import { jcmd } from "./command.ts";

/** A class histogram, and what taking it cost. */
export interface ClassHistogram extends Pause {
  readonly kind: SnapshotKind;
  /** When the JVM had answered, milliseconds since the epoch. */
  readonly at: number;
  /** Most bytes first. Classes of one name from several class loaders are added up, as they cannot be told apart. */
  readonly classes: ClassColumns;
}

const ROW = /^ *\d+: +(\d+) +(\d+) +(\S+)/;
/** The last line: proof that nothing was cut off. An empty heap has it too. */
const TOTAL = /^Total +\d+ +\d+/m;

/**
 * `GC.class_histogram`: `live` collects the whole heap first and counts what is left; `all` counts what lies there. Both stop the process:
 * see `pause`. About 1.5 ms for each MB that is live, with 20,000 objects to the MB; ZGC and Shenandoah collect concurrently and stop for the count only.
 */
export async function classHistogram(pid: number, kind: SnapshotKind, options?: AttachOptions): Promise<ClassHistogram> {
  const command = kind === "all" ? "GC.class_histogram -all" : "GC.class_histogram";
  const { value: classes, ...pause } = await measurePause(pid, () => jcmd(pid, command, parseHistogram, options));
  return { kind, at: Date.now(), ...pause, classes };
}

/** @returns null for a reply that is no histogram, or not all of one. */
export function parseHistogram(text: string): ClassColumns | null {
  if (!TOTAL.test(text)) return null;
  const rank = new Map<string, number>();
  const names: string[] = [];
  const instances: number[] = [];
  const bytes: number[] = [];
  for (const line of text.split("\n")) {
    const row = ROW.exec(line);
    if (!row) continue;
    // The module that follows in parentheses tells nothing that the class does not.
    const name = sourceName(row[3]!);
    const known = rank.get(name);
    if (known === undefined) {
      rank.set(name, names.length);
      names.push(name);
      instances.push(Number(row[1]));
      bytes.push(Number(row[2]));
    } else {
      instances[known]! += Number(row[1]);
      bytes[known]! += Number(row[2]);
    }
  }
  return sortedByBytes({ names, instances, bytes });
}

/** Adding up may have changed the order. */
function sortedByBytes({ names, instances, bytes }: ClassColumns): ClassColumns {
  const order = bytes.map((_, index) => index).sort((a, b) => bytes[b]! - bytes[a]!);
  return { names: order.map((i) => names[i]!), instances: order.map((i) => instances[i]!), bytes: order.map((i) => bytes[i]!) };
}
