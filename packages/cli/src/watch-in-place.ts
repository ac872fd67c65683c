import { formatBytes, formatDuration } from "@heaptide/base";
import type { Diagnosis } from "@heaptide/model";
import { type BudgetOptions, type Sink, type Target, watchHeaptide } from "@heaptide/server";
import { openStore, type Store } from "@heaptide/store";
import { setTimeout as pause } from "node:timers/promises";
import type { Progress } from "./terminal.ts";

export interface WatchInPlaceOptions {
  readonly targets: readonly Target[];
  readonly budget: BudgetOptions;
  /** Longest time to watch, milliseconds. */
  readonly time: number;
  /** Shortest interval of live histograms, milliseconds. */
  readonly every: number;
  readonly progress: Progress;
  /** Ends the watch early; what was seen until then counts. */
  readonly signal: AbortSignal;
  /** Gets everything that is observed, as it arrives. */
  readonly record?: Sink;
  /** Is enough known? */
  readonly isEnough: (diagnosis: Diagnosis) => boolean;
}

const TICK = 1000;
const DAY = 86_400_000;

/**
 * Watches without a server, with everything in memory, and gives the last diagnosis with the store that it came from. The caller closes the store.
 */
export async function watchInPlace(options: WatchInPlaceOptions): Promise<{ diagnosis: Diagnosis; store: Store }> {
  const { targets, budget, time, every, progress, signal, isEnough, record } = options;
  const store = await openStore(":memory:");
  const ending = new AbortController();
  const watching = await watchHeaptide({
    store,
    targets,
    budget,
    histogramEvery: every,
    signal: ending.signal,
    reasons: true,
    ...(record && { record }),
  });
  let enough = false;
  watching.diagnosis.onUpdate((diagnosis) => (enough = isEnough(diagnosis)));
  const began = Date.now();
  while (!enough && !signal.aborted && Date.now() - began < time) {
    await pause(Math.min(TICK, time - (Date.now() - began)), undefined, { signal }).catch(() => undefined);
    progress.update(progressLine(Date.now() - began, time, watching.diagnosis.latest, await seenSoFar(store)));
  }
  ending.abort();
  await watching.ended;
  return { diagnosis: await watching.diagnosis.evaluate(), store };
}

interface Seen {
  readonly snapshots: number;
  readonly liveSet: number | null;
}

/** Of the process that was looked at most: each live histogram leaves one sample of the live set. */
async function seenSoFar(store: Store): Promise<Seen> {
  const lives = (await store.processes()).flatMap(({ incarnations }) => incarnations);
  const now = Date.now();
  const span = { from: now - DAY, to: now };
  const series = await Promise.all(lives.map(({ key }) => store.series(key, "heap.live", span, DAY)));
  const longest = series.toSorted((a, b) => b.at.length - a.at.length)[0];
  return { snapshots: longest?.at.length ?? 0, liveSet: longest?.last.at(-1) ?? null };
}

function progressLine(elapsed: number, time: number, diagnosis: Diagnosis | null, { snapshots, liveSet }: Seen): string {
  const looked = `${snapshots} ${snapshots === 1 ? "snapshot" : "snapshots"}`;
  const live = liveSet === null ? [] : [`live set ${formatBytes(liveSet)}`];
  return [`${formatDuration(elapsed)} of ${formatDuration(time)}`, looked, ...live, `${diagnosis?.verdict ?? "looking"} so far`].join(
    " · ",
  );
}
