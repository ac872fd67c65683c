import type { Series } from "@heaptide/base";
import type { Incomplete } from "./chunk.ts";
import { readRecording } from "./recording.ts";
import { type RecordingInput, withSource } from "./source.ts";
import type { ReadOptions } from "./view.ts";
import { LiveSetView } from "./views/live-set.ts";
import { type OldObject, OldObjectView } from "./views/old-objects.ts";
import { type StackFrame, StackTable } from "./views/stacks.ts";
import { type ThreadStarted, ThreadStartView } from "./views/thread-starts.ts";

/** What a recording tells about who allocated what was still there at its last dump. Times: milliseconds since the epoch. */
export interface Allocations {
  /** Start of the first chunk in the file. */
  readonly recordingFrom: number;
  /** When the old objects were written; null where there are none. Much older than the file: the last dump found none alive. */
  readonly oldObjectsAt: number | null;
  /** Each different stack once; `stack` of an object or a thread start is an ordinal in here. */
  readonly stacks: StackFrame[][];
  readonly oldObjects: OldObject[];
  readonly threadStarts: ThreadStarted[];
  /** Events whose class or thread the recording does not know, and which are left out. */
  readonly unresolved: number;
  readonly incomplete: Incomplete | null;
}

/**
 * Old objects with their chains to the root, and thread starts, of a whole recording.
 *
 * Old objects are there only if they were allocated after the recording began and survived a collection before the dump, and their chains
 * only if the dump asked for paths to roots.
 * @throws HeaptideError `MALFORMED_INPUT`, `UNSUPPORTED_VERSION`, `TRUNCATED_INPUT`, `RECORDING_UNREADABLE`
 */
export async function readAllocations(input: RecordingInput, options: ReadOptions = {}): Promise<Allocations> {
  const table = new StackTable();
  const objects = new OldObjectView(table);
  const threads = new ThreadStartView(table);
  const read = await withSource(input, (source) => readRecording(source, [objects, threads], options));
  return {
    recordingFrom: read.from,
    oldObjectsAt: objects.at,
    stacks: table.stacks,
    oldObjects: objects.objects,
    threadStarts: threads.starts,
    unresolved: objects.unresolved + threads.unresolved,
    incomplete: read.incomplete,
  };
}

/** Heap used right after each collection of the recording, bytes by time. Errors as of `readAllocations`. */
export async function readLiveSet(input: RecordingInput, options: ReadOptions = {}): Promise<Series> {
  const view = new LiveSetView();
  await withSource(input, (source) => readRecording(source, [view], options));
  return view.series;
}
