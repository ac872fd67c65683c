import { open } from "node:fs/promises";
import { HeaptideError } from "@heaptide/base";
import type { RecordingSource } from "./source.ts";

/**
 * A recording on disk. The one file of this package that needs Node.
 * @throws HeaptideError `RECORDING_UNREADABLE` where the path cannot be opened or is not a regular file
 */
export async function fileSource(path: string): Promise<RecordingSource> {
  const handle = await open(path, "r").catch((cause: NodeJS.ErrnoException) => {
    throw new HeaptideError("RECORDING_UNREADABLE", { path, cause: cause.message }, { cause });
  });
  const status = await handle.stat();
  if (!status.isFile()) {
    await handle.close();
    throw new HeaptideError("RECORDING_UNREADABLE", { path, cause: "it is not a regular file" });
  }
  return {
    name: path,
    size: status.size,
    async read(offset, length, into) {
      const there = Math.max(0, Math.min(length, status.size - offset));
      const bytes = into?.subarray(0, there) ?? new Uint8Array(there);
      let have = 0;
      while (have < bytes.length) {
        const { bytesRead } = await handle.read(bytes, have, bytes.length - have, offset + have);
        if (bytesRead === 0) return bytes.subarray(0, have);
        have += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}
