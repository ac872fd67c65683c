import type { Amount } from "../analysis/report.ts";
import { matchObjects, type ObjectChange } from "./match.ts";
import type { HeapSummary } from "./summary.ts";

/** Dumps of one process beside each other. Every list of numbers has one for each dump, in the order in which they were given. */
export interface HeapComparison {
  readonly dumps: readonly {
    readonly name: string;
    /** Milliseconds since the epoch. */
    readonly at: number;
    readonly totals: Amount;
    readonly live: Amount;
    /** Whether all of it could be read: what is missing in one of two looks like growth or loss. */
    readonly whole: boolean;
  }[];
  /** Those that changed; by how much more they retain in the last than in the first, either way. */
  readonly classes: readonly ClassChange[];
  readonly holders: readonly HolderChange[];
  readonly objects: readonly ObjectChange[];
}

export interface ClassChange {
  readonly class: string;
  readonly instances: readonly number[];
  readonly bytes: readonly number[];
  readonly retained: readonly number[];
}

/** Objects of one class behind one place in source code. */
export interface HolderChange extends ClassChange {
  readonly holder: string;
  /** Address of one of them in the last dump; null where there is none any more. */
  readonly example: string | null;
}

/** @param summaries two or more, the oldest first */
export function compareHeaps(summaries: readonly HeapSummary[]): HeapComparison {
  return {
    dumps: summaries.map(({ name, at, totals, live, missing }) => ({
      name,
      at,
      totals,
      live,
      whole: missing.cut === null && missing.damaged.stretches === 0,
    })),
    classes: changed(
      summaries.map(({ classes }) => classes.map((row) => ({ ...row, key: row.class }))),
      (row) => ({ class: row.class }),
    ),
    holders: changed(
      summaries.map(({ groups }) => groups.map((group) => ({ ...group, instances: group.count, key: `${group.holder}\n${group.class}` }))),
      (row, last) => ({ class: row.class, holder: row.holder, example: last?.example ?? null }),
    ),
    objects: matchObjects(summaries.map(({ objects }) => objects)),
  };
}

interface Counted {
  readonly key: string;
  readonly instances: number;
  readonly bytes: number;
  readonly retained: number;
}

/** Rows of the same key side by side; those that stayed the same left out. */
function changed<Row extends Counted, Named>(
  dumps: readonly (readonly Row[])[],
  named: (row: Row, last: Row | undefined) => Named,
): (Named & Omit<ClassChange, "class">)[] {
  const byKey = new Map<string, (Row | undefined)[]>();
  dumps.forEach((rows, i) => {
    for (const row of rows) {
      const series = byKey.get(row.key) ?? new Array<Row | undefined>(dumps.length).fill(undefined);
      series[i] = row;
      byKey.set(row.key, series);
    }
  });
  const changes = [...byKey.values()].map((series) => {
    const some = series.find((row) => row !== undefined)!;
    const column = (pick: (row: Row) => number): number[] => series.map((row) => (row ? pick(row) : 0));
    return {
      ...named(some, series.at(-1)),
      instances: column((row) => row.instances),
      bytes: column((row) => row.bytes),
      retained: column((row) => row.retained),
    };
  });
  const isChanged = (values: readonly number[]): boolean => values.some((value) => value !== values[0]);
  return changes
    .filter(({ instances, bytes, retained }) => isChanged(instances) || isChanged(bytes) || isChanged(retained))
    .sort((a, b) => Math.abs(change(b.retained)) - Math.abs(change(a.retained)) || Math.abs(change(b.bytes)) - Math.abs(change(a.bytes)));
}

/** From the first to the last. */
export function change(values: readonly (number | null)[]): number {
  return (values.at(-1) ?? 0) - (values[0] ?? 0);
}
