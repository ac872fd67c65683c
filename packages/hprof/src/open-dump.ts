import { buildIndex, type OpenOptions } from "./index/build.ts";
import type { HeapIndex } from "./index/heap-index.ts";
import { type DumpInput, openSource } from "./source.ts";
import { ObjectReader } from "./inspect/object-reader.ts";

/** A dump that was analysed, and the file behind it. */
export interface OpenDump {
  readonly index: HeapIndex;
  readonly reader: ObjectReader;
  /** Gives back the file; the memory goes with the last reference to the index. */
  close(): Promise<void>;
}

/**
 * Opens and analyses a dump: by path (Node), Blob (browser), bytes, or a source of your own.
 * @throws HEAP_DUMP_UNREADABLE, NOT_A_HEAP_DUMP, HEAP_DUMP_EMPTY, HEAP_DUMP_TOO_LARGE, HEAP_DUMP_SCATTERED, UNSUPPORTED_VERSION; the signal's reason.
 * What is cut off or damaged is no error: the report says what is missing.
 */
export async function openDump(input: DumpInput, options: OpenOptions = {}): Promise<OpenDump> {
  const source = await openSource(input, options.signal);
  try {
    const index = await buildIndex(source, options);
    return {
      index,
      reader: new ObjectReader(index),
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
