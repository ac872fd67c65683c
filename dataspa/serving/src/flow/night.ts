/** What happened to the events of one source in one night: a cell of the data-flow board. Times are milliseconds since the epoch. */
export interface FlowNight {
  readonly source: string;
  readonly night: string;
  /** When it was captured, by the clock of the capture; null where records came without a report. */
  readonly at: number | null;
  readonly status: "ok" | "partial" | "failed" | null;
  /** Code and text of what went wrong with the source. */
  readonly problem: string | null;
  readonly message: string | null;
  readonly pages: number;
  readonly unchanged: number;
  readonly bytes: number;
  /** Events that the listing had. */
  readonly listed: number;
  /** Records that were published. */
  readonly captured: number;
  /** Found on a page and not published. */
  readonly refused: number;
  /** Of the captured ones, by what the jobs made of them. */
  readonly processed: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Of the processed ones: came without coordinates; got them; are served. */
  readonly incomplete: number;
  readonly found: number;
  readonly served: number;
  /** From publishing to the job, and to the served file; median, milliseconds; null where there is none. */
  readonly delay: number | null;
  readonly endToEnd: number | null;
  /** The latest time at which one of its records was processed. */
  readonly processedAt: number | null;
  readonly publishedAt: number | null;
}

/** What Flink said at a time; it holds until the next one. */
export interface PlatformState {
  readonly at: number;
  readonly taskManagers: number;
  /** State by job name: RUNNING, RESTARTING, ...; a job that is not there is missing. */
  readonly jobs: Readonly<Record<string, string>>;
  /** Why Flink could not be asked. */
  readonly problem: string | null;
}

/** Records that are neither processed nor duplicate nor rejected. */
export const missingOf = (night: FlowNight) => Math.max(0, night.captured - night.processed - night.duplicates - night.rejected);
