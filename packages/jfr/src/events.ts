import { HeaptideError } from "@heaptide/base";
import type { Chunk, ChunkExtent } from "./chunk.ts";
import { EventRow } from "./event-row.ts";
import { HEADER_SIZE } from "./header.ts";
import { PackedReader } from "./packed-reader.ts";
import { CHECKPOINT_TYPE } from "./pools.ts";
import type { RecordingSource } from "./source.ts";
import type { EventHandler, ReadOptions } from "./view.ts";

/** Bytes of events in memory at a time. An event that is larger and wanted gets a window of its own. */
const WINDOW = 1 << 18;
/** Size and type of an event, bytes. */
const LONGEST_HEAD = 18;
/** Type ids below are looked up in an array. */
const SMALL_IDS = 1 << 12;
/** Events whose type is not declared: counted, never decoded. */
const UNKNOWN = "unknown";

/** An event type of the chunk: how often it was seen, and who wants it. */
interface Wanted {
  readonly name: string;
  count: number;
  bytes: number;
  readonly row: EventRow | null;
  readonly handlers: readonly EventHandler[];
}

/** By name of the type. */
export type EventTotals = Map<string, { readonly count: number; readonly bytes: number }>;

export interface Walk {
  readonly handlers: readonly ReadonlyMap<string, EventHandler>[];
  /** Added to. Metadata and checkpoints are no events. */
  readonly events: EventTotals;
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
  const types = new WantedTypes((id) => wantedType(id, { chunk, reader, handlers: walk.handlers }));
  const memory = new Uint8Array(Math.min(WINDOW, extent.end - extent.start));
  try {
    let length = WINDOW;
    for (let offset = extent.start + HEADER_SIZE; offset < extent.end;) {
      walk.options.signal?.throwIfAborted();
      const window = await readWindow(source, offset, Math.min(length, extent.end - offset), memory);
      reader.reset(window, offset);
      const needed = walkWindow(reader, window.length, extent.end - offset, types);
      offset += reader.position;
      walk.progress.end = offset;
      walk.options.onProgress?.(offset, source.size);
      length = Math.max(WINDOW, needed);
    }
  } finally {
    for (const { name, count, bytes } of types.seen) {
      const before = walk.events.get(name) ?? { count: 0, bytes: 0 };
      walk.events.set(name, { count: before.count + count, bytes: before.bytes + bytes });
    }
  }
}

/** @throws HeaptideError `TRUNCATED_INPUT` where the source has become shorter than it was when it was opened */
async function readWindow(source: RecordingSource, offset: number, length: number, memory: Uint8Array): Promise<Uint8Array> {
  const window = await source.read(offset, length, length <= memory.length ? memory : undefined);
  if (window.length === length) return window;
  throw new HeaptideError("TRUNCATED_INPUT", { what: source.name, offset, needed: length, have: window.length });
}

/**
 * Walks the events of a window and leaves the reader behind the last of them: beyond the window, where that is one that nobody wants.
 * @param left bytes up to the chunk's end @returns how long a window the next event needs
 */
function walkWindow(reader: PackedReader, length: number, left: number, types: WantedTypes): number {
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
    if (end < length) reader.end = end;
    const id = reader.varint();
    if (id > CHECKPOINT_TYPE) {
      const wanted = types.of(id);
      if (wanted.row) {
        if (end > length) {
          reader.position = start;
          return size;
        }
        deliver(wanted.row, wanted.handlers);
      }
      wanted.count++;
      wanted.bytes += size;
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

/** The event types that a chunk was seen to have. */
class WantedTypes {
  /** All of it at once: an array that begins with a gap becomes a map. */
  readonly #few = Array.from({ length: SMALL_IDS }, (): Wanted | undefined => undefined);
  readonly #others = new Map<number, Wanted>();
  readonly #make: (id: number) => Wanted;

  constructor(make: (id: number) => Wanted) {
    this.#make = make;
  }

  /** Real ids are small: an array finds them in a third of the time of a map, once for each event. */
  of(id: number): Wanted {
    const known = id < SMALL_IDS ? this.#few[id] : this.#others.get(id);
    return known ?? this.#add(id);
  }

  get seen(): Wanted[] {
    return [...this.#few.filter((wanted) => wanted !== undefined), ...this.#others.values()];
  }

  #add(id: number): Wanted {
    const wanted = this.#make(id);
    if (id < SMALL_IDS) this.#few[id] = wanted;
    else this.#others.set(id, wanted);
    return wanted;
  }
}

function wantedType(id: number, from: { chunk: Chunk; reader: PackedReader; handlers: Walk["handlers"] }): Wanted {
  const { chunk, reader } = from;
  const declaration = chunk.types.declaration(id);
  if (!declaration) return { name: UNKNOWN, count: 0, bytes: 0, row: null, handlers: [] };
  const handlers = from.handlers.flatMap((map) => map.get(declaration.name) ?? []);
  const row = handlers.length > 0 ? new EventRow(chunk.types.type(id), reader, chunk.pools) : null;
  return { name: declaration.name, count: 0, bytes: 0, row, handlers };
}
