import { type Amount, type ClassRow, classRows, type Missing, missingOf } from "../analysis/report.ts";
import type { ObjectReader } from "../inspect/object-reader.ts";
import { type HeldGroup, heldGroups } from "./held.ts";
import { type BigObject, bigObjects } from "./object-paths.ts";

/** What is kept of a dump to compare it with another one: plain data, some MB, so that only one dump needs to be open at a time. */
export interface HeapSummary {
  readonly name: string;
  /** When it was begun, milliseconds since the epoch. */
  readonly at: number;
  readonly totals: Amount;
  /** Reachable from roots. */
  readonly live: Amount;
  readonly classes: readonly ClassRow[];
  readonly groups: readonly HeldGroup[];
  readonly objects: readonly BigObject[];
  readonly missing: Missing;
}

/** @throws the signal's reason with which the dump was opened */
export async function summarizeHeap(reader: ObjectReader, name = reader.index.work.source.name): Promise<HeapSummary> {
  const { index } = reader;
  const { reach, reachBytes } = index.tree;
  const classes = classRows(index);
  await index.work.breathe("finding holders");
  const groups = heldGroups(index);
  await index.work.breathe("naming the largest");
  const objects = await bigObjects(reader);
  return {
    name,
    at: index.records.at,
    totals: { objects: index.count, bytes: classes.reduce((sum, row) => sum + row.bytes, 0) },
    live: { objects: reach[0], bytes: reachBytes[0] },
    classes,
    groups,
    objects,
    missing: missingOf(index),
  };
}
