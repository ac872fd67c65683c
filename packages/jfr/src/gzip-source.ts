import { HeaptideError } from "@heaptide/base";
import type { RecordingSource } from "./source.ts";

/*
 * Format: a recording inside of one gzip member (RFC 1952), as `gzip` and log shippers write it. Runs in Node and browser alike.
 * Not supported: several members one behind the other: what follows the first is not inflated, and is said to be missing.
 */
const MAGIC = [0x1f, 0x8b] as const;
const WINDOW = 1 << 18;
const BLOCK = 1 << 20;
/**
 * A recording is read from its end backwards, which gzip cannot: it is inflated into memory, and not beyond this. The JVM keeps 250 MB on disk
 * unless told otherwise; whoever has more can inflate it to a file, which is read by windows.
 */
const MOST_INFLATED = 1 << 30;

export async function isGzip(source: RecordingSource): Promise<boolean> {
  const start = await source.read(0, MAGIC.length);
  return start[0] === MAGIC[0] && start[1] === MAGIC[1];
}

/**
 * Inflates all of a source. Where it was cut off or is damaged, up to there; `ended` then says that more was to come. `most` bytes at the most.
 * @throws HeaptideError `MALFORMED_INPUT` where it does not even begin as gzip should, `RECORDING_TOO_LARGE`
 */
export async function inflatedSource(source: RecordingSource, most = MOST_INFLATED): Promise<RecordingSource> {
  const bytes = new Blocks();
  let whole = true;
  try {
    for await (const piece of inflated(source)) {
      if (bytes.length + piece.length > most) throw new HeaptideError("RECORDING_TOO_LARGE", { what: source.name, most });
      bytes.append(piece);
    }
  } catch (error) {
    // What zlib says is a TypeError, in browsers without any more words.
    if (!(error instanceof TypeError)) throw error;
    if (bytes.length === 0)
      throw new HeaptideError("MALFORMED_INPUT", { what: source.name, offset: 0, problem: "it is no whole gzip file" });
    whole = false;
  }
  return {
    name: source.name,
    size: bytes.length,
    whole,
    read: async (offset, length) => bytes.window(offset, length),
    close: () => source.close(),
  };
}

function inflated(source: RecordingSource): ReadableStream<Uint8Array> {
  let offset = 0;
  const compressed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const window = await source.read(offset, WINDOW);
      offset += window.length;
      if (window.length === 0) controller.close();
      else controller.enqueue(window as Uint8Array<ArrayBuffer>);
    },
  });
  return compressed.pipeThrough(new DecompressionStream("gzip"));
}

/** Bytes of which nobody knows how many there will be: in blocks, so that growing copies none. */
class Blocks {
  length = 0;
  readonly #blocks: Uint8Array[] = [];

  append(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length;) {
      const at = this.length % BLOCK;
      if (at === 0) this.#blocks.push(new Uint8Array(BLOCK));
      const part = bytes.subarray(from, from + BLOCK - at);
      this.#blocks.at(-1)!.set(part, at);
      from += part.length;
      this.length += part.length;
    }
  }

  /** A view where it lies in one block, else a copy. */
  window(offset: number, length: number): Uint8Array {
    const end = Math.min(this.length, offset + Math.max(0, length));
    if (offset >= end) return new Uint8Array(0);
    const first = Math.floor(offset / BLOCK);
    if (end <= (first + 1) * BLOCK) return this.#blocks[first]!.subarray(offset % BLOCK, end - first * BLOCK);
    const window = new Uint8Array(end - offset);
    for (let block = first; block * BLOCK < end; block++) {
      const from = Math.max(offset, block * BLOCK);
      window.set(this.#blocks[block]!.subarray(from - block * BLOCK, Math.min(BLOCK, end - block * BLOCK)), from - offset);
    }
    return window;
  }
}
