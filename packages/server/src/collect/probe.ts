import type { Observation } from "@heaptide/model";

/** Where observations go. The store is one. */
export interface Sink {
  append(observations: Iterable<Observation>): void;
}

/**
 * One way of looking at a process or a cluster. A probe returns what it saw and throws what kept it from looking; when it looks, how often after a failure, and
 * who hears of it is the loop's business.
 */
export interface Probe {
  /** As it stands in probe states and costs: "histogram". */
  readonly name: string;
  /** Key of the incarnation it looks at; null for probes of a cluster as a whole. */
  readonly incarnation: string | null;
  /** Milliseconds from the end of one look to the next. Asked after every look: it may adapt to what the look cost. */
  interval(): number;
  look(signal: AbortSignal): Promise<readonly Observation[]>;
  /** Leaves nothing behind in the process. Called once, when the watch ends; the process may be gone. */
  end?(): Promise<void>;
}
