import { reportHeap } from "./analysis/report.ts";
import { buildIndex } from "./index/build.ts";
import type { OpenOptions } from "./index/options.ts";
import type { HeapIndex } from "./index/heap-index.ts";
import { ObjectReader } from "./inspect/object-reader.ts";
import { SAVED_ROWS } from "./saved/cut-report.ts";
import { type DumpInput, type DumpSource, openSource } from "./source.ts";

/** A dump that was analysed, and the file behind it. */
export interface OpenDump {
  readonly index: HeapIndex;
  readonly reader: ObjectReader;
  /** Keeps the analysis beside the dump, where `openDump` finds it the next time; null for what was not opened by its path. */
  readonly save: (() => Promise<{ readonly path: string; readonly bytes: number }>) | null;
  /** Gives back the file; the memory goes with the last reference to the index. */
  close(): Promise<void>;
}

/**
 * Opens and analyses a dump: by path (Node), Blob (browser), bytes, or a source of your own. Of a path, an analysis that was saved is used.
 * @throws HEAP_DUMP_UNREADABLE, NOT_A_HEAP_DUMP, HEAP_DUMP_EMPTY, HEAP_DUMP_TOO_LARGE, HEAP_DUMP_SCATTERED, UNSUPPORTED_VERSION; the signal's reason.
 * What is cut off or damaged is no error: the report says what is missing.
 */
export async function openDump(input: DumpInput, options: OpenOptions = {}): Promise<OpenDump> {
  const source = await openSource(input, options.signal);
  try {
    const path = typeof input === "string" ? input : null;
    const index = (path === null ? null : await openSaved(source, path, options)) ?? (await buildIndex(source, options));
    const reader = new ObjectReader(index);
    return {
      index,
      reader,
      save: path === null ? null : () => save(reader, path, options),
      close: async () => {
        index.work.shelf?.close();
        await source.close();
      },
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function openSaved(source: DumpSource, path: string, options: OpenOptions): Promise<HeapIndex | null> {
  if (options.saved === false) return null;
  const { openSavedIndex } = await import("./saved/saved-index.ts");
  return openSavedIndex(source, path, options);
}

async function save(reader: ObjectReader, dump: string, { weak }: OpenOptions): Promise<{ readonly path: string; readonly bytes: number }> {
  const { saveIndex } = await import("./saved/saved-index.ts");
  return saveIndex(reader.index, await reportHeap(reader, { top: SAVED_ROWS }), dump, weak);
}
