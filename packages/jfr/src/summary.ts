import type { Series } from "@heaptide/base";
import type { Incomplete } from "./chunk.ts";
import { groupOldObjects, groupThreadStarts, type OldObjectGroup, type ThreadStartGroup } from "./groups.ts";
import { type EventTotal, type RecordingRead, readRecording } from "./recording.ts";
import { type RecordingInput, withSource } from "./source.ts";
import type { ReadOptions } from "./view.ts";
import { type JvmRecorded, JvmView } from "./views/jvm.ts";
import { LiveSetView } from "./views/live-set.ts";
import { OldObjectView } from "./views/old-objects.ts";
import { StackTable } from "./views/stacks.ts";
import { ThreadStartView } from "./views/thread-starts.ts";

/** A recording at a glance. Times: milliseconds since the epoch; sizes: bytes. */
export interface RecordingSummary {
  readonly chunks: number;
  readonly from: number;
  readonly to: number;
  readonly jvm: JvmRecorded | null;
  /** Most frequent first. */
  readonly events: readonly EventTotal[];
  /** null where the recording saw no collection. */
  readonly liveSet: LiveSet | null;
  readonly oldObjects: {
    /** When the last dump wrote them; null where there are none. */
    readonly at: number | null;
    readonly count: number;
    /** Of the objects themselves; null before JDK 25, which does not record it. */
    readonly bytes: number | null;
    /** Those with most samples first, `top` at most. */
    readonly groups: readonly OldObjectGroup[];
    /** How many groups there are in all. */
    readonly groupCount: number;
  };
  readonly threadStarts: { readonly count: number; readonly groups: readonly ThreadStartGroup[]; readonly groupCount: number };
  /** Old objects and thread starts whose class or thread the recording does not know. */
  readonly unresolved: number;
  readonly incomplete: Incomplete | null;
}

/** Heap used right after each collection: what is seen, without a trend. */
export interface LiveSet {
  readonly series: Series;
  readonly first: number;
  readonly last: number;
  readonly min: number;
  readonly max: number;
}

export interface SummaryOptions extends ReadOptions {
  /** Groups of each kind to return. Default 10. */
  readonly top?: number;
}

/**
 * Reads a recording once and says what it tells about leaks.
 * @throws HeaptideError `MALFORMED_INPUT`, `UNSUPPORTED_VERSION`, `TRUNCATED_INPUT`, `RECORDING_UNREADABLE`
 */
export async function summarizeRecording(input: RecordingInput, options: SummaryOptions = {}): Promise<RecordingSummary> {
  const { top = 10 } = options;
  const table = new StackTable();
  const [jvm, heap, old, threads] = [new JvmView(), new LiveSetView(), new OldObjectView(table), new ThreadStartView(table)];
  const read = await withSource(input, (source) => readRecording(source, [jvm, heap, old, threads], options));
  const objectGroups = groupOldObjects(old.objects, table.stacks);
  const threadGroups = groupThreadStarts(threads.starts, table.stacks);
  return {
    chunks: read.chunks,
    from: read.from,
    to: read.to,
    jvm: jvm.jvm,
    events: read.events,
    liveSet: liveSetOf(heap.series),
    oldObjects: {
      at: old.at,
      count: old.objects.length,
      bytes: objectGroups.reduce<number | null>((sum, group) => (sum === null || group.bytes === null ? null : sum + group.bytes), 0),
      groups: objectGroups.slice(0, top),
      groupCount: objectGroups.length,
    },
    threadStarts: { count: threads.starts.length, groups: threadGroups.slice(0, top), groupCount: threadGroups.length },
    unresolved: old.unresolved + threads.unresolved,
    incomplete: read.incomplete,
  };
}

/** What a recording consists of. */
export interface EventListing extends RecordingRead {
  readonly jvm: JvmRecorded | null;
}

/**
 * Counts the events of each type; none but the JVM's description of itself is decoded, so this takes as long as reading the file.
 * @throws as `summarizeRecording`
 */
export async function listEvents(input: RecordingInput, options: ReadOptions = {}): Promise<EventListing> {
  const jvm = new JvmView();
  const read = await withSource(input, (source) => readRecording(source, [jvm], options));
  return { ...read, jvm: jvm.jvm };
}

function liveSetOf(series: Series): LiveSet | null {
  const { value } = series;
  if (value.length === 0) return null;
  // Not Math.min(...value): a long recording has more collections than a call takes arguments.
  const [min, max] = value.reduce(([low, high], bytes) => [Math.min(low, bytes), Math.max(high, bytes)], [Infinity, -Infinity] as [
    number,
    number,
  ]);
  return { series, first: value[0]!, last: value.at(-1)!, min, max };
}
