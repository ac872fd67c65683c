import { varint } from "@heaptide/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readNumbers } from "./numbers.ts";
import { PackedReader } from "./packed-reader.ts";
import { LAYOUT, type Layout } from "./types.ts";
import { readNumber } from "./values.ts";

const layouts: Layout[] = [LAYOUT.long, LAYOUT.int, LAYOUT.short, LAYOUT.char, LAYOUT.byte, LAYOUT.float, LAYOUT.double];

function readerOf(bytes: readonly number[]): PackedReader {
  const reader = new PackedReader("the test");
  reader.reset(Uint8Array.from(bytes), 0);
  return reader;
}

/** The numbers one by one; the error's code where one is not there. */
function oneByOne(bytes: readonly number[], run: readonly Layout[]): number[] | "refused" {
  const reader = readerOf(bytes);
  try {
    return run.map((layout) => readNumber(reader, layout));
  } catch {
    return "refused";
  }
}

function atOnce(bytes: readonly number[], run: readonly Layout[]): number[] | "refused" {
  const into = new Float64Array(run.length);
  try {
    expect(readNumbers(readerOf(bytes), Uint8Array.from(run), 0, into)).toBe(run.length);
    return [...into];
  } catch (error) {
    expect(error).toMatchObject({ code: "MALFORMED_INPUT" });
    return "refused";
  }
}

describe("readNumbers", () => {
  it("reads a run of numbers as they are read one by one, and refuses what ends too early", () => {
    const longs = fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(varint), { maxLength: 12 }).map((all) => all.flat());
    const bytes = fc.oneof(longs, fc.array(fc.nat(255), { maxLength: 80 }));
    fc.assert(
      fc.property(bytes, fc.array(fc.constantFrom(...layouts), { maxLength: 12 }), (input, run) => {
        expect(atOnce(input, run)).toEqual(oneByOne(input, run));
      }),
      { numRuns: 3000 },
    );
  });

  it("stops at what is no number, and leaves the reader there", () => {
    const reader = readerOf([1, 0xff, 0x01, 3, 0x61, 0x62, 0x63, 9]);
    const into = new Float64Array(4);
    expect(readNumbers(reader, Uint8Array.of(LAYOUT.int, LAYOUT.long, LAYOUT.string, LAYOUT.int), 0, into)).toBe(2);
    expect([reader.position, ...into]).toEqual([3, 1, 255, 0, 0]);
  });
});
