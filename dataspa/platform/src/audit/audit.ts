import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { missingOf } from "@dataspa/serving";
import { Configuration } from "../configuration.ts";
import { type Platform, startPlatform } from "../platform.ts";
import { accountOfTroubles, plannedTroubles, type Trouble, type TroubleAccount } from "./troubles.ts";
import { account, type SourceAccount } from "./account.ts";

export interface AuditOptions {
  readonly nights: number;
  readonly kills: number;
  /** Troubles of other kinds: sites that are down or relaunched, no TaskManager for longer than is usual. */
  readonly gaps: number;
  readonly seed: number;
  readonly transport: "segments" | "kafka";
  readonly signal: AbortSignal;
  readonly onProgress: (said: string) => void;
}

export interface AuditResult {
  readonly transport: string;
  readonly nights: number;
  readonly kills: number;
  readonly seconds: number;
  readonly sources: readonly SourceAccount[];
  readonly troubles: readonly TroubleAccount[];
  /** Gaps that nothing explains. */
  readonly unexpected: readonly string[];
  readonly complete: boolean;
}

const DAY = 86_400_000;
/** Seconds. A restart after a kill takes less. */
const GAP_AFTER = 60;
/** The data flow is computed anew after this time. Milliseconds. */
const FLOW_IS_FRESH = 2_500;
const FIRST_NIGHT = Date.UTC(2026, 0, 1, 2);
/** After the last night, until everything is out; a job that restarts waits up to ten seconds, several times. */
const PATIENCE = 180_000;
/** No pauses for the sake of servers that are ours. */
const HASTE = {
  userAgent: "dataspa audit",
  concurrency: 8,
  perSecond: Number.POSITIVE_INFINITY,
  attempts: 3,
  firstPause: 50,
  timeout: 10_000,
};

/**
 * Replays nights of the town through the real capture, transport, jobs and files, as fast as they go, kills the TaskManager on the way and makes other trouble. Then it counts by itself,
 * from the transport's lines and the jobs' files alone: every captured record must have exactly one line in the ledger, and every processed one must be served exactly once. And it
 * compares the gaps that the platform found with the troubles that there were.
 */
export async function audit(options: AuditOptions): Promise<AuditResult> {
  const began = performance.now();
  const { nights, kills, transport, signal, onProgress } = options;
  const planned = plannedTroubles(options.gaps, nights);
  const folder = await mkdtemp(join(tmpdir(), "dataspa-audit-"));
  try {
    const flink = { checkpointInterval: "2s" };
    const configuration = Configuration.parse({ data: folder, port: 0, transport, gapAfter: GAP_AFTER, flink });
    const calendar = new Calendar();
    const clock = () => calendar.now;
    await using platform = await startPlatform({
      ...{ configuration, manners: HASTE, clock, scheduled: false, supervised: false, townSeed: options.seed, signal, onProgress },
    });
    const killAt = new Set(Array.from({ length: kills }, (_, i) => Math.floor(((i + 1) * nights) / (kills + 1))));
    for (; calendar.night < nights; calendar.night++) {
      signal.throwIfAborted();
      if (killAt.has(calendar.night)) await replaceTaskManager(platform, calendar.night, onProgress);
      await makeTrouble(platform, planned, calendar, options);
      if (killAt.has(calendar.night)) await recovered(platform, calendar.dateOf(calendar.night), signal);
      if ((calendar.night + 1) % 30 === 0) onProgress(`${calendar.night + 1} of ${nights} nights captured`);
    }
    onProgress("waiting until the jobs have written everything");
    const sources = await settled(platform, signal);
    await platform.refresh();
    await pause(FLOW_IS_FRESH, undefined, { signal });
    const { troubles, unexpected } = accountOfTroubles(planned, (await platform.flow()).gaps, (night) => calendar.dateOf(night));
    const whole =
      sources.length > 0 && sources.every((source) => source.missing + source.twice + source.unserved + source.servedTwice === 0);
    // What a kill delays beyond the patience is a gap, rightly told.
    const wrong = unexpected.filter((gap) => gap.kind !== "not-processed" || !gap.reason.startsWith("no TaskManager"));
    const complete = whole && wrong.length === 0 && troubles.every(({ found }) => found);
    const seconds = Math.round((performance.now() - began) / 1000);
    return {
      transport,
      nights,
      kills,
      seconds,
      sources,
      troubles,
      unexpected: wrong.map(({ title, reason }) => `${title}: ${reason}`),
      complete,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

class Calendar {
  night = 0;

  /** What the capture takes for the present. */
  get now(): number {
    return FIRST_NIGHT + this.night * DAY;
  }

  dateOf(night: number): string {
    return new Date(FIRST_NIGHT + night * DAY).toISOString().slice(0, 10);
  }
}

async function replaceTaskManager(platform: Platform, night: number, onProgress: AuditOptions["onProgress"]): Promise<void> {
  onProgress(`night ${night}: kill -9 of the TaskManager; another one is started`);
  await platform.cluster!.killTaskManager();
  await platform.cluster!.startTaskManager();
}

/** Kills one upon the other would test one recovery: the next night comes when this one was processed. That it never is, is for the account to tell. */
async function recovered(platform: Platform, night: string, signal: AbortSignal): Promise<void> {
  for (const until = Date.now() + PATIENCE; Date.now() < until; await pause(500, undefined, { signal })) {
    const own = (await platform.flow()).nights.filter((one) => one.night === night);
    if (own.length > 0 && own.every((one) => missingOf(one) === 0)) return;
  }
}

/** Captures one night, with what befalls it. */
async function makeTrouble(
  platform: Platform,
  planned: readonly Trouble[],
  calendar: Calendar,
  { signal, onProgress }: AuditOptions,
): Promise<void> {
  const { night } = calendar;
  const now = planned.find((trouble) => night >= trouble.night && night < trouble.night + trouble.nights);
  const befalls = now?.befalls;
  if (befalls === "taskmanager") await platform.cluster!.killTaskManager();
  else if (befalls) platform.town!.befall(befalls.house, befalls.trouble);
  await captureNight(platform, calendar);
  if (befalls === "taskmanager") {
    await seenGap(platform, calendar.dateOf(night), signal, onProgress);
    await platform.cluster!.startTaskManager();
  } else if (befalls) platform.town!.befall(befalls.house, null);
}

async function captureNight(platform: Platform, calendar: Calendar): Promise<void> {
  const date = calendar.dateOf(calendar.night);
  platform.town!.turnTo(date);
  await Promise.all(platform.sources.map((source) => platform.capture.capture(source, date)));
}

/** Without a TaskManager, until the platform says so. That it does not is for the account to tell. */
async function seenGap(platform: Platform, night: string, signal: AbortSignal, onProgress: (said: string) => void): Promise<void> {
  const began = Date.now();
  for (const until = began + GAP_AFTER * 2000; Date.now() < until; await pause(1_000, undefined, { signal })) {
    const gap = (await platform.flow()).gaps.find(
      ({ kind, nights, to }) => kind === "not-processed" && to === null && nights.includes(night),
    );
    if (!gap) continue;
    onProgress(`found after ${Math.round((Date.now() - began) / 1000)} s: ${gap.title}: ${gap.reason}`);
    return;
  }
}

async function settled(platform: Platform, signal: AbortSignal): Promise<SourceAccount[]> {
  for (const until = Date.now() + PATIENCE; ; await pause(2_000, undefined, { signal })) {
    const sources = await account(platform);
    const open = sources.reduce((sum, source) => sum + source.missing + source.unserved, 0);
    if (open === 0 || Date.now() > until) return sources;
  }
}
