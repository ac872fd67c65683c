import { HeaptideError } from "@heaptide/base";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { DumpSource } from "./source.ts";

/**
 * A dump on disk. Reads are synchronous: from the page cache they take as long as a copy, and workers are there for more than that.
 * @throws HEAP_DUMP_UNREADABLE where the path cannot be opened or is not a regular file
 */
export function fileSource(path: string): DumpSource & { readonly descriptor: number } {
  const descriptor = open(path);
  const { size } = fstatSync(descriptor);
  return {
    name: path,
    size,
    descriptor,
    readInto(target, offset) {
      let have = 0;
      while (have < target.byteLength) {
        const read = readSync(descriptor, target, have, target.byteLength - have, offset + have);
        if (read === 0) break;
        have += read;
      }
      return have;
    },
    location: { kind: "file", path },
    async close() {
      closeSync(descriptor);
    },
  };
}

function open(path: string): number {
  try {
    const descriptor = openSync(path, "r");
    if (fstatSync(descriptor).isFile()) return descriptor;
    closeSync(descriptor);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new HeaptideError("HEAP_DUMP_UNREADABLE", { path, cause }, { cause: error });
  }
  throw new HeaptideError("HEAP_DUMP_UNREADABLE", { path, cause: "it is not a regular file" });
}
