import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteReader } from "./byte-reader.ts";
import { isHeaptideError } from "./errors.ts";

const reader = (bytes: number[], options?: { base?: number; littleEndian?: boolean }) =>
  new ByteReader(Uint8Array.from(bytes), "a test file", options);

describe("ByteReader", () => {
  it("reads Java's byte order unless told otherwise", () => {
    expect(reader([0x01, 0x02, 0x03, 0x04]).u4()).toBe(0x01020304);
    expect(reader([0x01, 0x02, 0x03, 0x04], { littleEndian: true }).u4()).toBe(0x04030201);
  });

  it("reads 64-bit integers of either sign in either order", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.boolean(), (value, littleEndian) => {
        const bytes = new Uint8Array(8);
        new DataView(bytes.buffer).setBigInt64(0, BigInt(value), littleEndian);
        expect(new ByteReader(bytes, "x", { littleEndian }).i8()).toBe(value);
      }),
    );
  });

  it("stays where it is when too little is left, so that the caller can fetch more and try again", () => {
    const short = reader([1, 2, 3], { base: 100 });
    short.u1();
    expect(() => short.u4()).toThrow("ends at byte 103, but 4 bytes were needed from byte 101");
    expect(short.offset).toBe(101);
    expect(short.u2()).toBe(0x0203);
  });

  it("respects the borders of a window into a larger buffer", () => {
    const window = new ByteReader(Uint8Array.from([9, 1, 2, 9]).subarray(1, 3), "a window");
    expect(window.u2()).toBe(0x0102);
    expect(window.remaining).toBe(0);
  });

  it("refuses lengths and positions that make no sense", () => {
    for (const nonsense of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => reader([1, 2, 3]).window(nonsense)).toThrow("is malformed");
      expect(() => reader([1, 2, 3]).seek(nonsense)).toThrow("is malformed");
    }
  });

  it("answers any sequence of reads over any bytes with a value or a typed error, never beyond the end", () => {
    const step = fc.constantFrom("u1", "u2", "u4", "i4", "i8", "f4", "f8" as const);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.array(step, { maxLength: 20 }), (bytes, steps) => {
        const cursor = new ByteReader(bytes, "noise");
        for (const name of steps) {
          try {
            expect(typeof cursor[name]()).toBe("number");
          } catch (error) {
            expect(isHeaptideError(error, "TRUNCATED_INPUT")).toBe(true);
          }
          expect(cursor.offset).toBeLessThanOrEqual(bytes.length);
        }
      }),
    );
  });
});
