import type { Moment } from "./replay.ts";
import type { RecordedRun } from "./sessions.ts";

/** A forecast that a run to death can confirm. Seconds. */
export interface Forecast {
  readonly run: string;
  readonly low: number;
  readonly high: number;
  readonly truth: number;
}

/** What was forecast at each moment of a run that ended in the death of its TaskManager. */
export function forecastsOf({ run, name }: RecordedRun, moments: readonly Moment[]): Forecast[] {
  if (run.died === null) return [];
  const died = Date.parse(run.died);
  return moments.flatMap(({ at, diagnosis }) =>
    diagnosis.findings
      .filter(({ exhaustion, process }) => exhaustion !== null && process.role === "taskmanager" && at < died)
      .slice(0, 1)
      .map(({ exhaustion }) => ({
        run: name,
        low: exhaustion!.low,
        high: exhaustion!.high,
        truth: (died - Date.parse(diagnosis.to)) / 1000,
      })),
  );
}

export const isWithin = ({ low, high, truth }: Forecast): boolean => low <= truth && truth <= high;

/** Width of the interval as a share of its middle. */
export const widthOf = ({ low, high }: Forecast): number => (high - low) / Math.max(1, (high + low) / 2);
