import type { Series } from "@heaptide/base";
import { type Life, measured } from "../life.ts";
import { LEAST_SAMPLES } from "../thresholds.ts";
import { leadingKind, threadsBeyondPools } from "./census.ts";
import { counted, type Watched } from "./watched.ts";

/** Threads of one name where they were counted by name: the total is noisy while a process starts. */
export function threads(life: Life): Watched | null {
  const limit = life.incarnation.limits.threads ?? null;
  const kind = leadingKind(life, "threads");
  if (kind) return counted("threads", longer(kind.series, measured(life, "threads")), `threads named ${kind.name}`, limit);
  const series = threadsBeyondPools(life) ?? measured(life, "threads");
  return series.at.length < LEAST_SAMPLES ? null : counted("threads", series, "threads of the process", limit);
}

export function descriptors(life: Life): Watched | null {
  const limit = life.incarnation.limits.descriptors ?? null;
  const series = measured(life, "descriptors");
  const kind = leadingKind(life, "descriptors");
  const source = kind ? `open file descriptors, most of them ${kind.name}` : "open file descriptors";
  if (series.at.length >= LEAST_SAMPLES) return counted("descriptors", series, source, limit);
  return kind ? counted("descriptors", kind.series, source, limit) : null;
}

/** A census that was taken too seldom to show a course gives way to the total. */
const longer = (kind: Series, total: Series): Series => (kind.at.length >= LEAST_SAMPLES + 1 || total.at.length === 0 ? kind : total);
