import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blobSource } from "./blob-source.ts";

const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i * 7);

describe("a blob as a source", () => {
  it("gives the bytes of every place, whatever was read before, and fewer only at its end", async () => {
    const reads = fc.array(fc.record({ follow: fc.boolean(), at: fc.nat(1010), length: fc.integer({ min: 1, max: 200 }) }), {
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(reads, fc.integer({ min: 1, max: 300 }), async (asked, piece) => {
        const source = blobSource(new Blob([bytes]), piece);
        let end = 0;
        for (const { follow, at, length } of asked) {
          const offset = follow ? Math.min(end, bytes.length) : at;
          const target = new Uint8Array(length);
          const have = await source.readInto(target, offset);
          expect(target.subarray(0, have)).toEqual(bytes.subarray(offset, offset + length));
          end = offset + length;
        }
      }),
    );
  });

  it("reads in large pieces what is read in a row, and each once", async () => {
    const slices: number[] = [];
    class Watched extends Blob {
      override slice(from?: number, to?: number): Blob {
        slices.push(from!);
        return super.slice(from, to);
      }
    }
    const source = blobSource(new Watched([bytes]), 250);
    for (let at = 0; at < 1000; at += 50) await source.readInto(new Uint8Array(50), at);
    expect(slices).toEqual([0, 250, 500, 750]);
  });

  it("fails where the file is gone, and again when it is asked again", async () => {
    const blob = new Blob([bytes]);
    blob.slice = () => ({ arrayBuffer: () => Promise.reject(new Error("gone")) }) as unknown as Blob;
    const source = blobSource(blob, 250);
    for (let i = 0; i < 2; i++) await expect(Promise.resolve(source.readInto(new Uint8Array(10), 0))).rejects.toThrow("gone");
  });
});
