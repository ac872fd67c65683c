import type { Chunk } from "./chunk.ts";
import type { EventRow } from "./event-row.ts";

/** Takes what it needs from the row, which is filled anew for the next event of its type. */
export type EventHandler = (event: EventRow) => void;

/** Something that wants to see events. A new view is one of these; see README.md. */
export interface RecordingView {
  /** Called for each chunk before its events: which event types to decode, and what to do with each. Others are skipped unread. */
  open(chunk: Chunk): ReadonlyMap<string, EventHandler>;
  /** Called behind the chunk's last event, while its pools can still be asked; also where reading ended early. */
  close?(chunk: Chunk): void;
}

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** Called with each part that was read; both in bytes. */
  readonly onProgress?: (done: number, total: number) => void;
}
