/** What one capture of one source did: a line of `reports.ndjson`. Counts add up: found = captured + rejected. */
export interface CaptureReport {
  /** Unique; each record's id begins with it. */
  readonly run: string;
  readonly source: string;
  /** The night it was due for, in the source's time zone: `2026-05-01`. */
  readonly night: string;
  /** By the clock of the capture; ISO 8601, UTC. */
  readonly at: string;
  /** When its records were handed to the transport, by this machine's clock; null before. */
  readonly publishedAt: string | null;
  /** How long it took, milliseconds. */
  readonly took: number;
  /** `ok`: every page was had; `partial`: one was not, the earlier ones count; `failed`: there was nothing to read. */
  readonly status: "ok" | "partial" | "failed";
  readonly pages: number;
  /** Of these: the server said that nothing has changed since the last night. */
  readonly unchanged: number;
  readonly bytes: number;
  /** Events the listing has, those of unchanged pages included. */
  readonly listed: number;
  /** Events that stood on pages that were read. */
  readonly found: number;
  /** Published, one record each. */
  readonly captured: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly warnings: Readonly<Record<string, number>>;
  /** Why it is not `ok`; `code` is that of a PageError, or `unexpected-page`. */
  readonly problem: { readonly code: string; readonly message: string } | null;
}

/** Counts by reason. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(reason: string, count = 1): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  toRecord(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}
