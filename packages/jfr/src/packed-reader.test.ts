import { varint } from "@heaptide/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PackedReader } from "./packed-reader.ts";

function readerOf(bytes: readonly number[], base = 0): PackedReader {
  const reader = new PackedReader("the test");
  reader.reset(Uint8Array.from(bytes), base);
  return reader;
}

const noPool = (): null => null;

describe("PackedReader", () => {
  it("reads every varint as it was written", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const bytes = varint(value);
        const reader = readerOf([...bytes, 0x55]);
        expect(reader.varint()).toBe(value);
        expect(reader.position).toBe(bytes.length);
      }),
    );
  });

  it("reads the corners of a varint: where a byte more is needed, and both ends of 64 bits", () => {
    const corners = Array.from({ length: 9 }, (_, groups) => 2n ** BigInt(7 * groups)).flatMap((power) => [power - 1n, power, -power]);
    for (const value of [...corners, 2n ** 63n - 1n, -(2n ** 63n)]) expect(readerOf(varint(value)).varint()).toBe(Number(value));
  });

  it("reads a ninth byte whole: it has no continuation bit", () => {
    expect(varint(-1)).toEqual(Array.from({ length: 9 }, () => 255));
    expect(readerOf([...varint(-1), 7]).varint()).toBe(-1);
  });

  it("refuses a varint that does not end in time, wherever it is cut, and says where", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.nat(8), (value, length) => {
        const bytes = varint(value);
        fc.pre(length < bytes.length);
        const reader = readerOf(bytes.slice(0, length), 1000);
        expect(() => reader.varint()).toThrow(
          expect.objectContaining({ code: "MALFORMED_INPUT", detail: expect.objectContaining({ offset: 1000 + length }) }),
        );
      }),
    );
  });

  it("sees the end of an event before the end of its bytes", () => {
    const reader = readerOf([0x81, 0x81, 1, 1]);
    reader.end = 2;
    expect(() => reader.varint()).toThrow(expect.objectContaining({ code: "MALFORMED_INPUT" }));
  });

  it.each([
    ["null", [0], null],
    ["empty", [1], ""],
    ["UTF-8", [3, 3, 0xe2, 0x82, 0xac], "€"],
    ["characters", [4, 2, 0xac, 0x41, 0x61], "€a"],
    ["Latin-1", [5, 1, 0xe9], "é"],
  ])("reads and skips a string that is %s", (_, bytes, text) => {
    const skipped = readerOf(bytes);
    skipped.skipString();
    expect(skipped.remaining).toBe(0);
    expect(readerOf(bytes).string(noPool)).toBe(text);
  });

  it("takes a pooled string from the pool", () => {
    expect(readerOf([2, 9]).string((key) => `text ${key}`)).toBe("text 9");
  });

  it("refuses a length beyond the end before it reads", () => {
    expect(() => readerOf([5, ...varint(2 ** 40), 65]).string(noPool)).toThrow(expect.objectContaining({ code: "MALFORMED_INPUT" }));
    expect(() => readerOf([5, ...varint(-5), 65]).skipString()).toThrow(expect.objectContaining({ code: "MALFORMED_INPUT" }));
  });
});
