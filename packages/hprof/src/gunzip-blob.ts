import { HeaptideError } from "@heaptide/base";

/**
 * Gzipped dumps in a browser: `jcmd GC.heap_dump -gz=1` and plain .gz. The analysis walks over a dump several times, so it is unpacked into a Blob first, which
 * browsers keep on the disk where it is large. What is cut off is unpacked as far as it goes.
 *
 * Browsers unpack one member of a file and take the next for rubbish, and HotSpot writes one for each MiB, which it says in the comment of the first
 * (openjdk/jdk:src/hotspot/share/services/heapDumperCompression.cpp): those are found by how they begin. Other files of several members are not supported:
 * gunzip them first.
 */
export async function unpackBlob(packed: Blob, signal?: AbortSignal): Promise<Blob> {
  const head = await bytesOf(packed.slice(0, 64));
  const parts = new Parts();
  if (!/HPROF BLOCKSIZE=\d+\0/.test(String.fromCharCode(...head))) await inflate(packed, parts, { signal, mayBreakOff: true });
  else await inflateMembers(packed, parts, signal);
  return parts.blob();
}

export async function isGzipBlob(blob: Blob): Promise<boolean> {
  const [first, second] = await bytesOf(blob.slice(0, 2));
  return first === 0x1f && second === 0x8b;
}

const WINDOW = 16 << 20;
/** As HotSpot's zlib writes it: deflate, no name, no time. JDK 22 and newer put several files together, each with the comment in its first member. */
const MEMBER = [0x1f, 0x8b, 0x08, -1, 0, 0, 0, 0];
const FLAGS = [0, 0x10];

async function inflateMembers(packed: Blob, parts: Parts, signal: AbortSignal | undefined): Promise<void> {
  for (let offset = 0; offset < packed.size;) {
    const window = packed.slice(offset, offset + WINDOW);
    const starts = memberStarts(await bytesOf(window));
    const isLast = offset + window.size >= packed.size;
    // The last member of a window may go on behind it.
    const whole = isLast || starts.length === 1 ? starts.length : starts.length - 1;
    for (let i = 0; i < whole; i++) {
      const mayBreakOff = isLast && i === whole - 1;
      await inflate(window.slice(starts[i], starts[i + 1] ?? window.size), parts, { signal, mayBreakOff });
    }
    offset += starts[whole] ?? window.size;
  }
}

function memberStarts(bytes: Uint8Array): number[] {
  const starts = [0];
  for (let at = bytes.indexOf(MEMBER[0]!, 1); at >= 0; at = bytes.indexOf(MEMBER[0]!, at + 1)) {
    if (MEMBER.every((byte, i) => (byte < 0 ? FLAGS.includes(bytes[at + i]!) : bytes[at + i] === byte))) starts.push(at);
  }
  return starts;
}

/** One member. What comes before it breaks off counts: a dump that was cut is told apart by its own records. */
async function inflate(
  member: Blob,
  parts: Parts,
  { signal, mayBreakOff }: { readonly signal: AbortSignal | undefined; readonly mayBreakOff: boolean },
): Promise<void> {
  const reader = member.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) return;
      parts.add(value);
    }
  } catch (error) {
    await reader.cancel().catch(() => {});
    if (signal?.aborted) throw error;
    if (!mayBreakOff || parts.size === 0)
      throw new HeaptideError("HEAP_DUMP_UNREADABLE", { path: "the gzipped dump", cause: String(error) }, { cause: error });
  }
}

/** Pieces become Blobs of some MiB, which need not stay in memory. */
class Parts {
  size = 0;
  readonly #blobs: Blob[] = [];
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  #held = 0;

  add(piece: Uint8Array<ArrayBuffer>): void {
    this.#pieces.push(piece);
    this.#held += piece.length;
    this.size += piece.length;
    if (this.#held >= WINDOW) this.#close();
  }

  blob(): Blob {
    this.#close();
    return new Blob(this.#blobs);
  }

  #close(): void {
    this.#blobs.push(new Blob(this.#pieces));
    this.#pieces = [];
    this.#held = 0;
  }
}

async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.arrayBuffer());
}
