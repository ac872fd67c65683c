import type { Progress } from "../index/work.ts";
import { bytesSource, type DumpSource } from "../source.ts";

/** Each read goes through the browser's own process: large ones, and some of them under way at a time. */
const PIECE = 16 << 20;
const LANES = 2;

/** A browser's file, fetched once into memory that workers share. */
export async function holdBlob(file: File, onProgress: (progress: Progress) => void): Promise<DumpSource> {
  const shared = new SharedArrayBuffer(file.size);
  const bytes = new Uint8Array(shared);
  let next = 0;
  let done = 0;
  const fetchPieces = async (): Promise<void> => {
    while (next < file.size) {
      const from = next;
      next += PIECE;
      const piece = new Uint8Array(await file.slice(from, next).arrayBuffer());
      bytes.set(piece, from);
      done += piece.length;
      onProgress({ stage: "fetching", done: done / file.size });
    }
  };
  await Promise.all(Array.from({ length: LANES }, fetchPieces));
  return { ...bytesSource(bytes, file.name), shared };
}
