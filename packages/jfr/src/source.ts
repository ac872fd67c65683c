import { inflatedSource, isGzip } from "./gzip-source.ts";

/** Where a recording's bytes come from. Readers ask for the parts they need; nothing asks for the whole. */
export interface RecordingSource {
  /** What errors call it: a path, or a sentence like "the recording". */
  readonly name: string;
  /** Bytes, as they were when the source was opened: a file that is still written may have grown since. */
  readonly size: number;
  /** false where it is known that more should follow: a compressed file that could not be inflated to its end. */
  readonly whole?: boolean;
  /**
   * The bytes from `offset` on; fewer than `length` only where the source ends. The result may be a view, not a copy. A source that copies may
   * use `into`, which is `length` long or longer, instead of new memory.
   */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A recording in a browser's file or in memory, by path (Node only), each of them gzipped or not, or from wherever a caller's own source reads. */
export type RecordingInput = string | Blob | Uint8Array | RecordingSource;

/** A recording that is in memory already. */
export function bytesSource(bytes: Uint8Array, name = "the recording"): RecordingSource {
  return {
    name,
    size: bytes.byteLength,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    close: async () => {},
  };
}

/** Opens whatever holds a recording, hands it to `use`, and closes it again; a source that the caller opened stays open. */
export async function withSource<T>(input: RecordingInput, use: (source: RecordingSource) => Promise<T>): Promise<T> {
  if (typeof input !== "string" && "read" in input) return use(input);
  const source = await openSource(input);
  try {
    return await use((await isGzip(source)) ? await inflatedSource(source) : source);
  } finally {
    await source.close();
  }
}

async function openSource(input: string | Blob | Uint8Array): Promise<RecordingSource> {
  if (input instanceof Uint8Array) return bytesSource(input);
  // Loaded on demand: a browser has no files by path, Node seldom has blobs.
  if (typeof input === "string") return (await import("./file-source.ts")).fileSource(input);
  return (await import("./blob-source.ts")).blobSource(input);
}
