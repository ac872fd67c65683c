import { HeaptideError } from "@heaptide/base";
import { closeSync, fstatSync, openSync } from "node:fs";
import { readAt } from "./read-at.ts";
import type { DumpSource } from "./source.ts";

/** A dump on disk. @throws HEAP_DUMP_UNREADABLE where the path cannot be opened or is not a regular file */
export function fileSource(path: string): DumpSource & { readonly descriptor: number } {
  const descriptor = open(path);
  const { size } = fstatSync(descriptor);
  return {
    name: path,
    size,
    descriptor,
    readInto: (target, offset) => readAt(descriptor, target, offset),
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
