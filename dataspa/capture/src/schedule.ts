import { Cron } from "croner";
import type { CaptureReport } from "./report.ts";
import type { Source } from "./source.ts";
import { dateIn } from "./time.ts";

/** When a source was last due, at or before a time. */
export function lastDue(source: Pick<Source, "schedule" | "timeZone">, at: number): number | undefined {
  const cron = new Cron(source.schedule, { timezone: source.timeZone, paused: true });
  return cron.previousRuns(1, new Date(at + 1000))[0]?.getTime();
}

/**
 * The night to catch up with, where the last due capture did not take place: the platform was off. Earlier nights cannot be had any more, for sites list what is to come
 * now; so it is one capture, however long the platform was off.
 */
export function missedNight(source: Source, reports: readonly CaptureReport[], now: number): string | undefined {
  const due = lastDue(source, now);
  if (due === undefined) return undefined;
  const night = dateIn(source.timeZone, due);
  const done = reports.some((report) => report.source === source.name && (report.night === night || Date.parse(report.at) >= due));
  return done ? undefined : night;
}

/** Calls `capture` for each source when it is due, and at once for those that missed it. Returns what ends it. */
export function startSchedule(
  sources: readonly Source[],
  reports: readonly CaptureReport[],
  capture: (source: Source, night: string) => Promise<unknown>,
): () => void {
  const jobs = sources.map((source) => {
    const due = (at: number) => capture(source, dateIn(source.timeZone, at));
    return new Cron(source.schedule, { timezone: source.timeZone, protect: true }, async () => {
      await due(Date.now());
    });
  });
  for (const source of sources) {
    const missed = missedNight(source, reports, Date.now());
    if (missed !== undefined) void capture(source, missed);
  }
  return () => jobs.forEach((job) => job.stop());
}
