import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Shelf } from "../index/column.ts";

/** A shelf in a temporary file, which is gone with the process, or before. */
export function temporaryShelf(): Shelf {
  const path = join(tmpdir(), `heaptide-${randomUUID()}.columns`);
  const descriptor = openSync(path, "wx+", 0o600);
  // Nobody else needs its name; where files that are open cannot be removed, closing does it.
  const removed = tryRemove(path);
  let size = 0;
  return {
    ...reading(descriptor),
    write(bytes) {
      const at = size;
      writeAll(descriptor, bytes, at);
      size += bytes.length;
      return at;
    },
    close() {
      closeSync(descriptor);
      if (!removed) tryRemove(path);
    },
  };
}

/** A file that is only read. */
export function readingShelf(path: string): Shelf {
  const descriptor = openSync(path, "r");
  return {
    ...reading(descriptor),
    write() {
      throw new Error("A saved index is never written to.");
    },
    close: () => closeSync(descriptor),
  };
}

function reading(descriptor: number): Pick<Shelf, "readInto"> {
  return {
    readInto(target, at) {
      for (let have = 0; have < target.length;) {
        const read = readSync(descriptor, target, have, Math.min(target.length - have, 1 << 30), at + have);
        if (read === 0) throw new Error(`A file of columns ends at ${at + have}, and ${target.length - have} bytes more were expected.`);
        have += read;
      }
    },
  };
}

export function writeAll(descriptor: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done, Math.min(bytes.length - done, 1 << 30), at + done);
}

function tryRemove(path: string): boolean {
  try {
    rmSync(path, { force: true });
    return true;
  } catch {
    return false;
  }
}
