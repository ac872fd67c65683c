import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Configuration } from "../configuration.ts";
import { type Platform, startPlatform } from "../platform.ts";
import { account, type SourceAccount } from "./account.ts";

export interface AuditOptions {
  readonly nights: number;
  readonly kills: number;
  readonly seed: number;
  readonly transport: "segments" | "kafka";
  readonly signal: AbortSignal;
  readonly onProgress: (said: string) => void;
}

export interface AuditResult {
  readonly transport: string;
  readonly nights: number;
  readonly kills: number;
  /** Seconds, in all and for each recovery: from the kill to the next record in the ledger. */
  readonly seconds: number;
  readonly sources: readonly SourceAccount[];
  readonly complete: boolean;
}

const DAY = 86_400_000;
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
 * Replays nights of the town through the real capture, transport, jobs and files, as fast as they go, and kills the TaskManager on the way. Then it counts by itself, from the transport's
 * lines and the jobs' files alone: every captured record must have exactly one line in the ledger, and every processed one must be served exactly once.
 */
export async function audit(options: AuditOptions): Promise<AuditResult> {
  const began = performance.now();
  const folder = await mkdtemp(join(tmpdir(), "dataspa-audit-"));
  try {
    let now = FIRST_NIGHT;
    const configuration = Configuration.parse({ data: folder, port: 0, transport: options.transport, flink: { checkpointInterval: "2s" } });
    const { signal, onProgress } = options;
    await using platform = await startPlatform({
      configuration,
      manners: HASTE,
      clock: () => now,
      scheduled: false,
      supervised: true,
      signal,
      onProgress,
    });
    const killAt = new Set(Array.from({ length: options.kills }, (_, i) => Math.floor(((i + 1) * options.nights) / (options.kills + 1))));
    for (let night = 0; night < options.nights; night++, now += DAY) {
      signal.throwIfAborted();
      if (killAt.has(night)) {
        onProgress(`night ${night}: kill -9 of the TaskManager`);
        await platform.cluster!.killTaskManager();
        await running(platform, signal);
      }
      const date = new Date(now).toISOString().slice(0, 10);
      platform.town!.turnTo(date);
      await Promise.all(platform.sources.map((source) => platform.capture.capture(source, date)));
      if ((night + 1) % 30 === 0) onProgress(`${night + 1} of ${options.nights} nights captured`);
    }
    onProgress("waiting until the jobs have written everything");
    const sources = await settled(platform, signal);
    const complete =
      sources.length > 0 && sources.every((source) => source.missing + source.twice + source.unserved + source.servedTwice === 0);
    return {
      transport: options.transport,
      nights: options.nights,
      kills: options.kills,
      seconds: Math.round((performance.now() - began) / 1000),
      sources,
      complete,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A job that has been killed counts as hit only when it runs again: kills one upon the other would test one recovery. */
async function running(platform: Platform, signal: AbortSignal): Promise<void> {
  for (const until = Date.now() + PATIENCE; Date.now() < until; await pause(500, undefined, { signal })) {
    if (platform.cluster!.taskManagers.length > 0) return;
  }
  throw new Error("no TaskManager came back");
}

async function settled(platform: Platform, signal: AbortSignal): Promise<SourceAccount[]> {
  for (const until = Date.now() + PATIENCE; ; await pause(2_000, undefined, { signal })) {
    const sources = await account(platform);
    const open = sources.reduce((sum, source) => sum + source.missing + source.unserved, 0);
    if (open === 0 || Date.now() > until) return sources;
  }
}

export function formatAudit({ transport, nights, kills, seconds, sources, complete }: AuditResult): string {
  const columns = ["captured", "processed", "duplicates", "rejected", "missing", "twice", "served", "unserved", "servedTwice"] as const;
  const total = {
    source: "all",
    ...Object.fromEntries(columns.map((column) => [column, sources.reduce((sum, source) => sum + source[column], 0)])),
  } as unknown as SourceAccount;
  const row = (cells: readonly string[]) => cells.map((cell, index) => (index === 0 ? cell.padEnd(14) : cell.padStart(12))).join("");
  return [
    `${nights} nights over ${transport}, TaskManager killed ${kills} times, ${seconds} s`,
    row(["source", ...columns.map((column) => (column === "servedTwice" ? "served twice" : column))]),
    ...[...sources, total].map((source) => row([source.source, ...columns.map((column) => source[column].toLocaleString("en"))])),
    complete
      ? "Every event is accounted for: captured = processed + duplicates + rejected, and each processed one is served once."
      : "NOT complete: see missing, twice, unserved.",
  ].join("\n");
}
