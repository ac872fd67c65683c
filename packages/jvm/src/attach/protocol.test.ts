import { isHeaptideError } from "@heaptide/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeRequest, type Reply, ReplyCollector, versionFrom } from "./protocol.ts";

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");

/** Cuts bytes at the given places, in any order and number. */
function collect(bytes: Uint8Array, cuts: readonly number[]): Reply {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  const reply = new ReplyCollector();
  for (let i = 1; i < places.length; i++) reply.add(bytes.subarray(places[i - 1], places[i]));
  return reply.finish();
}

describe("encodeRequest", () => {
  it("pads version 1 to three arguments", () => {
    expect(text(encodeRequest(1, "jcmd", ["GC.class_histogram -all"]))).toBe("1\0jcmd\0GC.class_histogram -all\0\0\0");
  });

  it("tells version 2's length in bytes, not characters", () => {
    expect(text(encodeRequest(2, "jcmd", ["Größe"]))).toBe("2\x0013\0jcmd\0Größe\0");
  });

  it("refuses what a version cannot carry", () => {
    expect(() => encodeRequest(1, "jcmd", ["x".repeat(1025)])).toThrow(RangeError);
    expect(() => encodeRequest(1, "jcmd", ["a", "b", "c", "d"])).toThrow(RangeError);
    expect(() => encodeRequest(2, "jcmd", ["a\0b"])).toThrow(RangeError);
  });
});

describe("ReplyCollector", () => {
  it("reads the same reply wherever it is cut, also inside a character", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1, max: 1000 }), fc.string({ unit: "grapheme" }), fc.array(fc.nat()), (code, said, cuts) => {
        expect(collect(Buffer.from(`${code}\n${said}`), cuts)).toEqual({ code, text: said });
      }),
    );
  });

  it("says TRUNCATED_INPUT for a reply that ends before its code does", () => {
    for (const bytes of ["", "0", "-1"]) {
      expect(() => collect(Buffer.from(bytes), [])).toThrow(expect.objectContaining({ code: "TRUNCATED_INPUT" }));
    }
  });

  it("never crashes on other bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        try {
          collect(bytes, []);
        } catch (error) {
          if (!isHeaptideError(error)) throw error;
        }
      }),
    );
  });
});

describe("versionFrom", () => {
  it("takes version 2 only from a JVM that offers it", () => {
    expect(versionFrom({ code: 0, text: "2 streaming" })).toBe(2);
    expect(versionFrom({ code: -1, text: "Operation getversion not recognized!" })).toBe(1);
  });
});
