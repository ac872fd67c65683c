import { diagnose } from "@heaptide/diagnosis";
import type { Diagnosis, History } from "@heaptide/model";
import { ObservedHistory, type Session } from "@heaptide/store";
import { type Sight, seenWith } from "./sight.ts";

/** What was concluded at a moment of the run, from what had arrived until then. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly diagnosis: Diagnosis;
}

export interface ReplayOptions {
  readonly sight: Sight;
  /** Milliseconds between two moments. */
  readonly every: number;
  /** Is shown the history of each moment. */
  readonly look?: (history: History) => void;
}

/** Concludes again and again while a session arrives, as one who watched would have; the last moment is the end. */
export function replay({ batches }: Session, { sight, every, look }: ReplayOptions): Moment[] {
  const observed = new ObservedHistory();
  const moments: Moment[] = [];
  let due = (batches[0]?.at ?? 0) + every;
  batches.forEach(({ at, observations }, i) => {
    observed.append(seenWith(sight, observations));
    const isLast = i === batches.length - 1;
    if (at < due && !isLast) return;
    due = at + every;
    const history = observed.history();
    look?.(history);
    moments.push({ at, diagnosis: diagnose(history) });
  });
  return moments;
}
