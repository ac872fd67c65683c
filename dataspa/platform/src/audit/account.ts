import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { EVENTS_TOPIC } from "@dataspa/capture";
import type { Platform } from "../platform.ts";

/** What became of the records of one source. */
export interface SourceAccount {
  readonly source: string;
  readonly captured: number;
  readonly processed: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Captured, and not in the ledger; in it more than once. */
  readonly missing: number;
  readonly twice: number;
  /** Lines of the enriched files; processed ones that are not there; that are there more than once. */
  readonly served: number;
  readonly unserved: number;
  readonly servedTwice: number;
}

/** Counts by record, from what the transport holds and the jobs wrote; no counter of anything under audit is believed. */
export async function account({ transport, folders }: Pick<Platform, "transport" | "folders">): Promise<SourceAccount[]> {
  const captured = new Map<string, string>();
  for await (const line of transport.read(EVENTS_TOPIC)) {
    const { capture } = JSON.parse(line) as { capture: { record: string; source: string } };
    captured.set(capture.record, capture.source);
  }
  const outcomes = new Map<string, string[]>();
  await eachLine(folders.sinks.ledger, (line) => {
    const { record, outcome } = line as { record: string; outcome: string };
    outcomes.set(record, [...(outcomes.get(record) ?? []), outcome]);
  });
  const served = new Map<string, number>();
  await eachLine(folders.sinks.enriched, (line) => {
    const { record } = (line as { capture: { record: string } }).capture;
    served.set(record, (served.get(record) ?? 0) + 1);
  });
  const bySource = Map.groupBy(captured, ([, source]) => source);
  return [...bySource]
    .map(([source, records]) =>
      accountOf(
        source,
        records.map(([record]) => record),
        outcomes,
        served,
      ),
    )
    .toSorted((a, b) => (a.source < b.source ? -1 : 1));
}

function accountOf(
  source: string,
  records: readonly string[],
  outcomes: ReadonlyMap<string, readonly string[]>,
  served: ReadonlyMap<string, number>,
): SourceAccount {
  const first = records.map((record) => outcomes.get(record)?.[0]);
  const count = (...wanted: string[]) => first.filter((outcome) => outcome !== undefined && wanted.includes(outcome)).length;
  const processed = records.filter((_, index) => first[index] === "new" || first[index] === "updated");
  return {
    source,
    captured: records.length,
    processed: processed.length,
    duplicates: count("duplicate"),
    rejected: count("rejected"),
    missing: first.filter((outcome) => outcome === undefined).length,
    twice: records.filter((record) => (outcomes.get(record)?.length ?? 0) > 1).length,
    served: records.filter((record) => served.has(record)).length,
    unserved: processed.filter((record) => !served.has(record)).length,
    servedTwice: records.filter((record) => (served.get(record) ?? 0) > 1).length,
  };
}

/** Of finished files only: what begins with a dot is not committed. */
async function eachLine(folder: string, take: (line: unknown) => void): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith(".")) continue;
    for await (const line of createInterface({ input: createReadStream(join(entry.parentPath, entry.name)) })) take(JSON.parse(line));
  }
}
