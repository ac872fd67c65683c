import type { DumpSource } from "./source.ts";

/** A dump that somebody dropped into a browser window. */
export function blobSource(blob: Blob): DumpSource {
  return {
    name: "name" in blob && typeof blob.name === "string" ? blob.name : "the dump",
    size: blob.size,
    async readInto(target, offset) {
      const part = new Uint8Array(await blob.slice(offset, offset + target.byteLength).arrayBuffer());
      target.set(part);
      return part.byteLength;
    },
    location: { kind: "blob", blob },
    close: async () => {},
  };
}
