import { isHeaptideError } from "@heaptide/base";
import { perfDataFile, type PerfDataSpec } from "@heaptide/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePerfData } from "./read.ts";

const COUNTERS = {
  "java.threads.live": 12,
  "sun.gc.cause": "No GC",
  "sun.gc.policy.name": "GarbageFirst",
  "sun.rt.safepointTime": 2 ** 40,
};

function codeOf(bytes: Uint8Array): string {
  try {
    parsePerfData(bytes);
    return "parsed";
  } catch (error) {
    if (isHeaptideError(error)) return error.code;
    throw error;
  }
}

function patched(spec: PerfDataSpec, at: number, ...values: number[]): Uint8Array {
  const bytes = perfDataFile(spec);
  bytes.set(values, at);
  return bytes;
}

describe("parsePerfData", () => {
  it.each([true, false])("reads numbers and strings by name, little-endian: %s", (littleEndian) => {
    const { values, overflowed } = parsePerfData(perfDataFile({ counters: COUNTERS, littleEndian }));
    expect(Object.fromEntries(values)).toEqual(COUNTERS);
    expect(overflowed).toBe(false);
  });

  it("tells that the JVM had no room for all of its counters", () => {
    expect(parsePerfData(perfDataFile({ counters: COUNTERS, overflow: 128 })).overflowed).toBe(true);
  });

  it("reads a file that is longer than its used part, as every real one is", () => {
    const padded = new Uint8Array(32_768);
    padded.set(perfDataFile({ counters: COUNTERS }));
    expect(parsePerfData(padded).values.size).toBe(4);
  });

  it("gives back every counter that was written, whatever its name and value", () => {
    const name = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 60 }).filter((text) => text !== "__proto__");
    const value = fc.oneof(
      fc.integer(),
      fc.maxSafeInteger(),
      fc.string({ maxLength: 200 }).filter((text) => !text.includes("\0")),
    );
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 30 }), fc.boolean(), (counters, littleEndian) => {
        const { values } = parsePerfData(perfDataFile({ counters, littleEndian }));
        expect([...values]).toEqual(Object.entries(counters));
      }),
    );
  });

  it("says TRUNCATED_INPUT for a file cut at any byte", () => {
    const whole = perfDataFile({ counters: COUNTERS });
    for (let length = 0; length < whole.length; length++) expect(codeOf(whole.subarray(0, length))).toBe("TRUNCATED_INPUT");
  });

  it("never hangs or crashes on a file with any one byte changed", () => {
    const whole = perfDataFile({ counters: COUNTERS });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const bytes = whole.slice();
        bytes[at] = value;
        codeOf(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it("knows what is no such file, a version it cannot read, and a JVM that is just starting", () => {
    expect(codeOf(patched({ counters: {} }, 0, 0x7f, 0x45))).toBe("MALFORMED_INPUT");
    expect(codeOf(perfDataFile({ counters: {}, version: [1, 0] }))).toBe("UNSUPPORTED_VERSION");
    expect(codeOf(perfDataFile({ counters: {}, accessible: false }))).toBe("PERFDATA_NOT_READY");
  });

  it("does not follow an entry that is its own successor", () => {
    expect(codeOf(patched({ counters: COUNTERS }, 32, 0, 0, 0, 0))).toBe("MALFORMED_INPUT");
  });
});
