import { HeaptideError } from "@heaptide/base";
import type { Chunk, ChunkExtent } from "./chunk.ts";
import { EventRow } from "./event-row.ts";
import { HEADER_SIZE } from "./header.ts";
import { PackedReader } from "./packed-reader.ts";
import type { RecordingSource } from "./source.ts";
import type { EventHandler, ReadOptions } from "./view.ts";

/** Bytes of events in memory at a time. An event that is larger gets a window of its own. */
const WINDOW = 1 << 18;
/** Size and type of an event, bytes. */
const LONGEST_HEAD = 18;
/** Events whose type is not declared: counted, never decoded. */
const UNKNOWN = "unknown";

/** An event type of the chunk: how often it was seen, and who wants it. */
interface Wanted {
  readonly name: string;
  count: number;
  readonly row: EventRow | null;
  readonly handlers: readonly EventHandler[];
}

export interface Walk {
  readonly handlers: readonly ReadonlyMap<string, EventHandler>[];
  /** By name; added to. Metadata and checkpoints are no events. */
  readonly events: Map<string, number>;
  readonly options: ReadOptions;
  /** Offset in the file behind the last event that was read. */
  readonly progress: { end: number };
}

/**
 * Hands the events of a chunk, in the order of the file, to their handlers. Of an event that nobody wants, size and type are read.
 * @throws HeaptideError `MALFORMED_INPUT`
 */
export async function walkEvents(source: RecordingSource, extent: ChunkExtent, chunk: Chunk, walk: Walk): Promise<void> {
  const reader = new PackedReader(source.name);
  const types = new Map<number, Wanted>();
  const wantedOf = (id: number): Wanted => wantedType(id, { chunk, reader, handlers: walk.handlers });
  try {
    let length = WINDOW;
    for (let offset = extent.start + HEADER_SIZE; offset < extent.end;) {
      walk.options.signal?.throwIfAborted();
      const window = await readWindow(source, offset, Math.min(length, extent.end - offset));
      reader.reset(window, offset);
      const needed = walkWindow(reader, window.length, extent.end - offset, types, wantedOf);
      walk.progress.end = offset + reader.position;
      walk.options.onProgress?.(walk.progress.end, source.size);
      offset += reader.position;
      length = Math.max(WINDOW, needed);
    }
  } finally {
    for (const { name, count } of types.values()) walk.events.set(name, (walk.events.get(name) ?? 0) + count);
  }
}

/** @throws HeaptideError `TRUNCATED_INPUT` where the source has become shorter than it was when it was opened */
async function readWindow(source: RecordingSource, offset: number, length: number): Promise<Uint8Array> {
  const window = await source.read(offset, length);
  if (window.length === length) return window;
  throw new HeaptideError("TRUNCATED_INPUT", { what: source.name, offset, needed: length, have: window.length });
}

/**
 * Walks the whole events of a window and leaves the reader behind the last of them.
 * @param left bytes up to the chunk's end @returns how long a window the next event needs
 */
function walkWindow(
  reader: PackedReader,
  length: number,
  left: number,
  types: Map<number, Wanted>,
  wantedOf: (id: number) => Wanted,
): number {
  // Nearer to the window's end than that, only a part of the head may be in it.
  const lastHead = length === left ? length : length - LONGEST_HEAD;
  let start = 0;
  while (start < lastHead) {
    reader.position = start;
    reader.end = length;
    const size = reader.varint();
    if (size < reader.position - start + 1 || size > left - start)
      throw reader.malformed(`an event of ${size} bytes where ${left - start} are left`);
    const end = start + size;
    if (end > length) {
      reader.position = start;
      return size;
    }
    reader.end = end;
    const id = reader.varint();
    if (id > 1) {
      let wanted = types.get(id);
      if (!wanted) types.set(id, (wanted = wantedOf(id)));
      wanted.count++;
      if (wanted.row) deliver(wanted.row, wanted.handlers);
    }
    start = end;
  }
  reader.position = start;
  return 0;
}

function deliver(row: EventRow, handlers: readonly EventHandler[]): void {
  row.read();
  for (const handler of handlers) handler(row);
}

function wantedType(id: number, from: { chunk: Chunk; reader: PackedReader; handlers: Walk["handlers"] }): Wanted {
  const { chunk, reader } = from;
  const declaration = chunk.types.declaration(id);
  if (!declaration) return { name: UNKNOWN, count: 0, row: null, handlers: [] };
  const handlers = from.handlers.flatMap((map) => map.get(declaration.name) ?? []);
  const row = handlers.length > 0 ? new EventRow(chunk.types.type(id), reader, chunk.pools) : null;
  return { name: declaration.name, count: 0, row, handlers };
}
