import { join } from "node:path";

/** Where everything of one platform lies. */
export interface Folders {
  readonly root: string;
  /** Segments of the embedded transport. */
  readonly transport: string;
  readonly broker: string;
  readonly capture: string;
  readonly sinks: Readonly<Record<"processed" | "ledger" | "dead-letters" | "enriched" | "popularity" | "visits" | "late", string>>;
  readonly checkpoints: string;
  readonly savepoints: string;
  readonly flink: string;
  readonly database: string;
  /** What a running platform tells other commands about itself. */
  readonly running: string;
}

export function foldersOf(root: string): Folders {
  const sink = (name: string) => join(root, "sinks", name);
  return {
    root,
    transport: join(root, "transport"),
    broker: join(root, "kafka"),
    capture: join(root, "capture"),
    sinks: {
      processed: sink("processed"),
      ledger: sink("ledger"),
      "dead-letters": sink("dead-letters"),
      enriched: sink("enriched"),
      popularity: sink("popularity"),
      visits: sink("visits"),
      late: sink("late"),
    },
    checkpoints: join(root, "checkpoints"),
    savepoints: join(root, "savepoints"),
    flink: join(root, "flink"),
    database: join(root, "serving.duckdb"),
    running: join(root, "running.json"),
  };
}
