import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";

export const AuditEntry = z.object({
  /** ISO 8601. */
  at: z.string(),
  who: z.string(),
  /** Address that the request came from. */
  from: z.string(),
  what: z.string(),
  detail: z.string(),
  status: z.number(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

const SHOWN = 500;
const MOST_BYTES = 8 << 20;

/**
 * Who ordered what: looks that pause a process, everything that changes how Heaptide behaves, and log-ins; what was refused too. A line of JSON each in a file beside the database, which
 * is begun anew at 8 MiB, keeping the one before. What cannot be written is still shown.
 */
export class AuditLog {
  readonly #file: string | null;
  readonly #latest: AuditEntry[] = [];

  constructor(dataDirectory: string | null) {
    this.#file = dataDirectory === null ? null : join(dataDirectory, "audit.jsonl");
  }

  /** The latest first. */
  get latest(): readonly AuditEntry[] {
    return this.#latest.toReversed();
  }

  note(entry: AuditEntry): void {
    this.#latest.push(entry);
    if (this.#latest.length > SHOWN) this.#latest.shift();
    if (this.#file !== null) this.#write(this.#file, `${JSON.stringify(entry)}\n`);
  }

  #write(file: string, line: string): void {
    try {
      mkdirSync(dirname(file), { recursive: true });
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MOST_BYTES) renameSync(file, `${file}.1`);
      appendFileSync(file, line, { mode: 0o600 });
    } catch {
      // A full disk is told by the state of the store.
    }
  }
}
