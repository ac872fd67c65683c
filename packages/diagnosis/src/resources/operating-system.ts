import { type Life, measured } from "../life.ts";
import { LEAST_SAMPLES } from "../thresholds.ts";
import { counted, type Watched } from "./watched.ts";

/** Total threads are noisy while a process starts: they count only with a law. */
export function threads(life: Life): Watched | null {
  const series = measured(life, "threads");
  return series.at.length < LEAST_SAMPLES
    ? null
    : counted("threads", series, "threads of the process", life.incarnation.limits.threads ?? null);
}

export function descriptors(life: Life): Watched | null {
  const series = measured(life, "descriptors");
  if (series.at.length < LEAST_SAMPLES) return null;
  return counted("descriptors", series, "open file descriptors", life.incarnation.limits.descriptors ?? null);
}
