/**
 * Where a dump's bytes come from. Readers ask for the parts they need; nothing asks for the whole. A file answers at once, a browser's Blob with
 * a promise: callers await both.
 */
export interface DumpSource {
  /** What errors call it: a path, or a sentence like "the dump". */
  readonly name: string;
  /** Bytes, as they were when the source was opened: a dump that is still being written may have grown since. */
  readonly size: number;
  /**
   * Fills `target` from `offset` on. @param end where the caller stops reading in a row, for those that read ahead; default: where the source ends
   * @returns how many bytes; fewer than asked only where the source ends
   */
  readInto(target: Uint8Array, offset: number, end?: number): number | Promise<number>;
  /** Of a file its number in this process, by which workers read it too; null elsewhere. */
  readonly descriptor: number | null;
  /** What workers of a browser read it from. */
  readonly shared?: Blob | SharedArrayBuffer;
  close(): Promise<void>;
}

/** A dump by path (Node only), in a browser's file or in memory, or from wherever a caller's own source reads. */
export type DumpInput = string | Blob | Uint8Array | DumpSource;

/** A dump that is in memory already. */
export function bytesSource(bytes: Uint8Array, name = "the dump"): DumpSource {
  return {
    name,
    size: bytes.byteLength,
    readInto(target, offset) {
      const part = bytes.subarray(offset, offset + target.byteLength);
      target.set(part);
      return part.byteLength;
    },
    descriptor: null,
    close: async () => {},
  };
}

/** The bytes from `offset` on; fewer than `length` only where the source ends. */
export async function readBytes(source: DumpSource, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, source.size - offset)));
  const have = await source.readInto(bytes, offset);
  return have === bytes.length ? bytes : bytes.subarray(0, have);
}

export async function openSource(input: DumpInput, signal?: AbortSignal): Promise<DumpSource> {
  if (input instanceof Uint8Array) return bytesSource(input);
  if (typeof input !== "string" && "readInto" in input) return input;
  // Loaded on demand: a browser has no files by path, Node seldom has blobs.
  if (typeof input === "string") return openFile(input, signal);
  const [{ blobSource }, { isGzipBlob, unpackBlob }] = await Promise.all([import("./blob-source.ts"), import("./gunzip-blob.ts")]);
  return blobSource((await isGzipBlob(input)) ? await unpackBlob(input, signal) : input);
}

async function openFile(path: string, signal?: AbortSignal): Promise<DumpSource> {
  const [{ fileSource }, { optimiseKernel }] = await Promise.all([import("./file-source.ts"), import("./kernel/optimise.ts")]);
  optimiseKernel();
  const source = fileSource(path);
  const [first, second] = await readBytes(source, 0, 2);
  return first === 0x1f && second === 0x8b ? (await import("./gzip-source.ts")).gzipSource(source, signal) : source;
}
