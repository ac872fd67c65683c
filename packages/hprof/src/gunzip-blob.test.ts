import { gzipSync } from "node:zlib";
import { HeapDumpBuilder } from "@heaptide/testkit";
import { describe, expect, it } from "vitest";
import { openDump } from "./open-dump.ts";
import { isGzipBlob, unpackBlob } from "./gunzip-blob.ts";

function dump(): Uint8Array<ArrayBuffer> {
  const builder = new HeapDumpBuilder();
  const array = builder.class("[Ljava/lang/Object;");
  for (let i = 0; i < 2000; i++) builder.root("jniGlobal", builder.objects(array, []));
  return builder.build({ segment: 5000 });
}

/** As HotSpot writes it: a member for each block, the first with a comment, and another one where a second file was put behind. */
function inMembers(bytes: Uint8Array, block: number): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += block) {
    const member = gzipSync(bytes.subarray(at, at + block));
    if (at !== 0 && at !== 2 * block) parts.push(member);
    else
      parts.push(
        Uint8Array.from([...member.subarray(0, 3), 0x10, ...member.subarray(4, 10)]),
        new TextEncoder().encode("HPROF BLOCKSIZE=1048576\0"),
        member.subarray(10),
      );
  }
  return Uint8Array.from(Buffer.concat(parts));
}

describe("gzipped dumps in a browser", () => {
  it("are unpacked, one member or many", async () => {
    const bytes = dump();
    for (const packed of [gzipSync(bytes), inMembers(bytes, 10_000)]) {
      const blob = new Blob([Uint8Array.from(packed)]);
      expect(await isGzipBlob(blob)).toBe(true);
      expect(new Uint8Array(await (await unpackBlob(blob)).arrayBuffer())).toEqual(bytes);
    }
    expect(await isGzipBlob(new Blob([bytes]))).toBe(false);
  });

  it("are unpacked as far as they go, and say what is missing", async () => {
    const packed = inMembers(dump(), 10_000);
    const cut = await openDump(new Blob([packed.subarray(0, packed.length - 500)]));
    expect(cut.index.count).toBeGreaterThan(1000);
    expect(cut.index.count).toBeLessThan(2001);
    expect(cut.index.records.cut).not.toBeNull();
    await cut.close();
  });

  it("are given up when asked to", async () => {
    await expect(unpackBlob(new Blob([Uint8Array.from(gzipSync(dump()))]), AbortSignal.abort())).rejects.toThrow("aborted");
  });
});
