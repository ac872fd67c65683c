import type { RecordingSource } from "./source.ts";

/** A recording that somebody dropped into a browser window. */
export function blobSource(blob: Blob): RecordingSource {
  return {
    name: "name" in blob && typeof blob.name === "string" ? blob.name : "the recording",
    size: blob.size,
    read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
    close: async () => {},
  };
}
