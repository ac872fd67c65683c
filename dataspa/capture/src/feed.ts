import { mkdir } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { eventNumber } from "./event.ts";
import { writeSegment } from "./segment.ts";

export interface FeedOptions {
  /** Where the segments appear; made if it is not there. */
  readonly directory: string;
  /** Events a second, those with coordinates included. */
  readonly perSecond: number;
  /** The same events, in the same order, for the same seed. */
  readonly seed?: number;
  /** Of all events, from 0 to 1, evenly spread: those whose venue has to be looked up. */
  readonly shareWithoutCoordinates?: number;
  /** From one segment to the next, milliseconds. */
  readonly every?: number;
  readonly signal?: AbortSignal;
}

/** Events so far. A segment counts when it is in place. */
export interface Written {
  readonly events: number;
  readonly withoutCoordinates: number;
  readonly segments: number;
}

export interface Feed {
  written(): Written;
  /** Rejects when the feed fails, for instance on a full disk; resolves after `stop()` or the signal. */
  readonly ended: Promise<void>;
  /** Resolves when the last segment is in place. Throws what the feed failed with. */
  stop(): Promise<void>;
}

/** A steady stream of captured events: an NDJSON segment a second. It keeps its rate on average, however late a single segment is. */
export function startFeed(options: FeedOptions): Feed {
  const stopped = new AbortController();
  const until = options.signal ? AbortSignal.any([options.signal, stopped.signal]) : stopped.signal;
  const progress = { events: 0, withoutCoordinates: 0, segments: 0 };
  const ended = run({ seed: 1, shareWithoutCoordinates: 0.8, every: 1000, ...options }, progress, until);
  // Whoever is interested asks `ended` or `stop()`: a failure must not end the process before.
  ended.catch(() => {});
  return {
    written: () => ({ ...progress }),
    ended,
    stop: () => {
      stopped.abort();
      return ended;
    },
  };
}

type Settled = FeedOptions & Required<Pick<FeedOptions, "seed" | "shareWithoutCoordinates" | "every">>;
type Progress = { -readonly [K in keyof Written]: Written[K] };

async function run(options: Settled, progress: Progress, until: AbortSignal): Promise<void> {
  await mkdir(options.directory, { recursive: true });
  const started = Date.now();
  while (!until.aborted) {
    const due = Math.floor(((Date.now() - started) / 1000) * options.perSecond);
    if (due > progress.events) await writeEvents(options, progress, due, started);
    const next = started + Math.ceil((Date.now() - started + 1) / options.every) * options.every;
    await pause(next - Date.now(), undefined, { signal: until }).catch((error: Error) => {
      if (error.name !== "AbortError") throw error;
    });
  }
}

/** The events up to number `due` as one segment. */
async function writeEvents(options: Settled, progress: Progress, due: number, from: number): Promise<void> {
  const { seed, shareWithoutCoordinates: share } = options;
  const lines = [];
  let withoutCoordinates = progress.withoutCoordinates;
  for (let index = progress.events; index < due; index++) {
    // As many as the share allows of the first index + 1 events, no more: exact at any time, without a draw.
    const withCoordinates = withoutCoordinates >= Math.round((index + 1) * share);
    if (!withCoordinates) withoutCoordinates++;
    lines.push(JSON.stringify(eventNumber(index, { seed, from, withCoordinates })));
  }
  await writeSegment(options.directory, `events-${from}-${String(progress.segments).padStart(6, "0")}.ndjson`, lines);
  Object.assign(progress, { events: due, withoutCoordinates, segments: progress.segments + 1 });
}
