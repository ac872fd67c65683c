import { gzipSync } from "node:zlib";
import { ChunkBuilder, recording } from "@heaptide/testkit";
import { describe, expect, it } from "vitest";
import { inflatedSource } from "./gzip-source.ts";
import { bytesSource, type RecordingRead, readRecording, withSource } from "./index.ts";

/** Notes that do not compress, so that cuts fall everywhere in them. */
function noisyChunk(events: number): ChunkBuilder {
  const chunk = new ChunkBuilder().type("shop.Note", { text: "java.lang.String" }, true);
  let state = 7;
  const noise = (): string => String.fromCharCode(33 + ((state = (state * 48271) % 2147483647) % 90));
  for (let i = 0; i < events; i++) chunk.event("shop.Note", { text: Array.from({ length: 400 }, noise).join("") });
  return chunk;
}

const read = (bytes: Uint8Array): Promise<RecordingRead> => withSource(bytes, (source) => readRecording(source, []));

describe("a gzipped recording", () => {
  // More than a block of memory, and events that lie across its end.
  const whole = recording(noisyChunk(2000), noisyChunk(2000));
  const zipped = gzipSync(whole);

  it("is read as the recording inside, from memory and from a blob", async () => {
    const plain = await read(whole);
    expect(whole.length).toBeGreaterThan(1 << 20);
    expect(await read(zipped)).toEqual(plain);
    expect(await withSource(new Blob([zipped]), (source) => readRecording(source, []))).toEqual(plain);
  });

  it("gives any part of what is inside, whatever blocks it lies in", async () => {
    const source = await inflatedSource(bytesSource(zipped));
    for (const [offset, length] of [
      [0, 10],
      [(1 << 20) - 5, 10],
      [1 << 20, 5],
      [100, whole.length],
      [whole.length - 3, 10],
      [whole.length, 5],
    ] as const)
      expect(Buffer.compare(await source.read(offset, length), whole.subarray(offset, offset + length)), `${offset}`).toBe(0);
  });

  it("is read up to where it was cut off", async () => {
    for (let cut = 1; cut < 10; cut++) {
      const part = await read(zipped.subarray(0, Math.floor((zipped.length * cut) / 10)));
      expect(part.incomplete?.reason).toBe("truncated");
    }
  });

  it("tells that a second one behind it was not read", async () => {
    const first = recording(noisyChunk(1));
    const seen = await read(Buffer.concat([gzipSync(first), gzipSync(first)]));
    expect(seen).toMatchObject({ chunks: 1, incomplete: { reason: "not-inflated", offset: first.length, lost: null } });
  });

  it("is refused where it is no gzip at all, and where it would not fit into memory", async () => {
    await expect(read(Uint8Array.of(0x1f, 0x8b, 1, 2, 3))).rejects.toMatchObject({ code: "MALFORMED_INPUT", detail: { offset: 0 } });
    await expect(inflatedSource(bytesSource(zipped), 1000)).rejects.toMatchObject({ code: "RECORDING_TOO_LARGE", detail: { most: 1000 } });
  });
});
