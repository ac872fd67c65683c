import type { DuckDBConnection } from "@duckdb/node-api";
import type { Observation } from "@heaptide/model";
import { readColumns } from "./columns.ts";

const KINDS = ["counted", "recorded", "sampled"] as const;
type Kind = (typeof KINDS)[number];
type Times = { -readonly [kind in Kind]: number | null };

/** When a life was last looked into; null: never. Times in milliseconds since the epoch. */
export interface LastLooks {
  readonly incarnation: string;
  readonly process: string;
  /** Its classes were counted. */
  readonly counted: number | null;
  /** Its flight recording was read. */
  readonly recorded: number | null;
  readonly sampled: number | null;
}

const KIND_OF: Partial<Record<Observation["type"], Kind>> = { snapshot: "counted", allocations: "recorded", sample: "sampled" };

/**
 * When each life was last looked into. What was there before the first question is a pass over all samples, made once; after it, what is written is noted as it comes.
 * A life that is over is forgotten.
 */
export class LookKeeper {
  #noted: Map<string, Times> | null = null;
  #before: Promise<void> | null = null;

  noteWritten(batch: readonly Observation[]): void {
    if (this.#noted === null) return;
    for (const one of batch) {
      const kind = KIND_OF[one.type];
      if (one.type === "ended") this.#noted.delete(one.incarnation);
      else if (kind !== undefined && isOfLife(one)) this.#note(one.incarnation, kind, one.at);
    }
  }

  /** Of the lives that are not over. */
  async read(connection: DuckDBConnection): Promise<LastLooks[]> {
    this.#noted ??= new Map();
    this.#before ??= this.#readBefore(connection);
    await this.#before;
    const lives = await readColumns(connection, `SELECT key, process FROM incarnation WHERE ended IS NULL ORDER BY process, started`);
    const [keys, processes] = [lives.texts(0), lives.texts(1)];
    return keys.map((key, i) => ({ ...{ incarnation: key!, process: processes[i]! }, ...(this.#noted?.get(key!) ?? never()) }));
  }

  async #readBefore(connection: DuckDBConnection): Promise<void> {
    const tables: Record<Kind, string> = { counted: "snapshot", recorded: "allocation_dump", sampled: "sample" };
    for (const kind of KINDS) {
      const rows = await readColumns(
        connection,
        `SELECT incarnation, max(seen) FROM ${tables[kind]} WHERE incarnation IN (SELECT key FROM incarnation WHERE ended IS NULL) GROUP BY incarnation`,
      );
      const times = rows.numbers(1);
      rows.texts(0).forEach((incarnation, i) => this.#note(incarnation!, kind, times[i]!));
    }
  }

  #note(incarnation: string, kind: Kind, at: number): void {
    const times = this.#noted?.get(incarnation) ?? never();
    times[kind] = Math.max(times[kind] ?? at, at);
    this.#noted?.set(incarnation, times);
  }
}

const isOfLife = (one: Observation): one is Observation & { incarnation: string } =>
  "incarnation" in one && typeof one.incarnation === "string";

const never = (): Times => ({ counted: null, recorded: null, sampled: null });
