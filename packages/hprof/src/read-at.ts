import { readSync } from "node:fs";

/**
 * Fills `target` from a place of a file on. At once: from the page cache a read takes as long as a copy, and threads are there for more than that.
 * All threads of a process may read by one descriptor. @returns how many bytes; fewer than asked only where the file ends
 */
export function readAt(descriptor: number, target: Uint8Array, offset: number): number {
  let have = 0;
  while (have < target.byteLength) {
    const read = readSync(descriptor, target, have, target.byteLength - have, offset + have);
    if (read === 0) break;
    have += read;
  }
  return have;
}
