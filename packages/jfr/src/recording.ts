import { isHeaptideError } from "@heaptide/base";
import { type ChunkExtent, type Incomplete, locateChunk, openChunk } from "./chunk.ts";
import { type EventTotals, walkEvents } from "./events.ts";
import { HEADER_SIZE } from "./header.ts";
import type { RecordingSource } from "./source.ts";
import type { ReadOptions, RecordingView } from "./view.ts";

/** How much of a recording one event type is. */
export interface EventTotal {
  readonly type: string;
  readonly count: number;
  /** Of the events themselves, without what their keys lead to. */
  readonly bytes: number;
}

export interface RecordingRead {
  readonly chunks: number;
  /** Milliseconds since the epoch; 0 where no chunk could be read. */
  readonly from: number;
  readonly to: number;
  /** By type; all that were seen, whether somebody wanted them or not. Most frequent first. */
  readonly events: readonly EventTotal[];
  readonly incomplete: Incomplete | null;
}

/**
 * Reads a recording once, chunk by chunk, for any number of views. Memory: one window of events, the checkpoints of one chunk, and what the
 * views keep.
 *
 * What is missing at the end of a file that was cut off or is still written comes back as `incomplete`; everything before it is read.
 * @throws HeaptideError `MALFORMED_INPUT`, `UNSUPPORTED_VERSION`, `TRUNCATED_INPUT` where not even the first chunk's header is there
 */
export async function readRecording(
  source: RecordingSource,
  views: readonly RecordingView[],
  options: ReadOptions = {},
): Promise<RecordingRead> {
  const events: EventTotals = new Map();
  const read = { chunks: 0, from: 0, to: 0, incomplete: null as Incomplete | null };
  for (let offset = 0; offset < source.size || offset === 0;) {
    options.signal?.throwIfAborted();
    if (offset > 0 && source.size - offset < HEADER_SIZE) {
      read.incomplete = { reason: "truncated", offset, lost: null };
      break;
    }
    const extent = await locateChunk(source, offset, read.chunks);
    read.incomplete = await readChunk(source, extent, { views, events, options });
    if (read.chunks === 0) read.from = extent.header.startedAt;
    read.to = extent.header.startedAt + extent.header.duration;
    read.chunks++;
    if (read.incomplete) break;
    offset = extent.end;
  }
  if (source.whole === false) read.incomplete ??= { reason: "not-inflated", offset: source.size, lost: null };
  return { ...read, events: [...events].map(([type, total]) => ({ type, ...total })).sort((a, b) => b.count - a.count) };
}

interface Reading {
  readonly views: readonly RecordingView[];
  readonly events: EventTotals;
  readonly options: ReadOptions;
}

/** @returns what is missing of the chunk. In one that was cut off or is still written, that which makes no sense counts as missing. */
async function readChunk(source: RecordingSource, extent: ChunkExtent, { views, events, options }: Reading): Promise<Incomplete | null> {
  const progress = { end: extent.start + HEADER_SIZE };
  try {
    const chunk = await openChunk(source, extent);
    if (!chunk) return extent.incomplete && notRead(extent, extent.incomplete);
    const handlers = views.map((view) => view.open(chunk));
    try {
      await walkEvents(source, extent, chunk, { handlers, events, options, progress });
    } finally {
      for (const view of views) view.close?.(chunk);
    }
    return extent.incomplete;
  } catch (error) {
    if (!extent.incomplete || !isHeaptideError(error, "MALFORMED_INPUT")) throw error;
    return { ...extent.incomplete, offset: progress.end, lost: null };
  }
}

/** Nothing of a chunk could be understood but its header. */
function notRead({ start, end }: ChunkExtent, { reason, lost }: Incomplete): Incomplete {
  const offset = start + HEADER_SIZE;
  return { reason, offset, lost: lost === null ? null : lost + end - offset };
}
