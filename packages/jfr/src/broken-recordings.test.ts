import { isHeaptideError } from "@heaptide/base";
import { ChunkBuilder, leakChunk, recording } from "@heaptide/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Allocations, readAllocations, type RecordingSource, type RecordingView, readRecording, withSource } from "./index.ts";

const LINE = { class: "shop/Cart", method: "add", line: 17, loader: "AppLoader" };
const HELD = [{ class: "java/lang/Class", field: "KEPT", static: true, description: "Class Name: shop.Cart" }];

function smallChunk(spec: { thread: string; state?: number }): ChunkBuilder {
  const object = { class: "[B", allocatedAt: 1, thread: spec.thread, stack: [LINE], heldBy: HELD };
  return leakChunk({
    startNanos: 1.7e18,
    state: spec.state ?? 0,
    collections: [{ at: 5, before: 9000, after: 4000 }],
    threadStarts: [{ at: 6, thread: "worker-1", parent: "main", stack: [LINE] }],
    dumps: [{ at: spec.thread === "early" ? 7 : 8, objects: [object] }],
  });
}

/** Has events of type `jdk.Odd` decoded. */
const everyOdd: RecordingView = { open: () => new Map([["jdk.Odd", () => {}]]) };

/** What comes out, or the code of the error; any other exception goes through. */
async function outcome(bytes: Uint8Array): Promise<Allocations | string> {
  try {
    return await readAllocations(bytes);
  } catch (error) {
    if (isHeaptideError(error)) return error.code;
    throw error;
  }
}

describe("a recording that was cut off", () => {
  const whole = recording(smallChunk({ thread: "early" }).flush(), smallChunk({ thread: "late" }).flush());
  const first = smallChunk({ thread: "early" }).flush().bytes().length;

  it("gives a typed error or a partial answer at every byte", { timeout: 120_000 }, async () => {
    for (let length = 0; length < whole.length; length++) {
      const seen = await outcome(whole.subarray(0, length));
      if (length < 68) expect(seen, `${length} bytes`).toBe("TRUNCATED_INPUT");
      else if (typeof seen === "string") expect.fail(`${seen} at ${length} bytes`);
      else if (length === first) expect(seen.incomplete).toBeNull();
      else expect(seen.incomplete?.reason, `${length} bytes`).toBe("truncated");
    }
  });

  it("is read up to the cut, and says how much is lost", async () => {
    const seen = await readAllocations(whole.subarray(0, first + 100));
    expect(seen.oldObjects.map((object) => object.thread)).toEqual(["early"]);
    expect(seen.incomplete).toEqual({ reason: "truncated", offset: first + 68, lost: whole.length - first - 68 });
  });

  it("keeps the events before the last flush that the file still has", async () => {
    const chunk = smallChunk({ thread: "early" }).flush();
    const kept = chunk.bytes().length;
    chunk.event("jdk.GCHeapSummary", { heapUsed: 1 }).flush();
    const cut = chunk.bytes().subarray(0, chunk.bytes().length - 1);
    const read = await withSource(cut, (source) => readRecording(source, []));
    expect(read.events.find(({ type }) => type === "jdk.OldObjectSample")).toMatchObject({ count: 1 });
    expect(read.incomplete?.offset).toBeGreaterThan(kept);
  });
});

describe("a recording whose last chunk is still being written", () => {
  it("is read up to its last flush", async () => {
    const flushed = smallChunk({ thread: "late", state: 3 }).flush().bytes();
    const live = Uint8Array.from([...flushed, 0x99, 0x99, 0x99]);
    const seen = await readAllocations(live);
    expect(seen.oldObjects).toHaveLength(1);
    expect(seen.incomplete).toEqual({ reason: "being-written", offset: flushed.length, lost: 3 });
  });

  it("is read by its events alone where the copy caught the header while it changed", async () => {
    const seen = await readAllocations(smallChunk({ thread: "late", state: 255 }).flush().bytes());
    expect(seen.oldObjects).toHaveLength(1);
    expect(seen.incomplete?.reason).toBe("being-written");
  });

  it("is empty, not an error, before the first flush", async () => {
    const header = new ChunkBuilder({ state: 1, startNanos: 1.7e18 }).bytes().slice(0, 68).fill(0, 8, 32);
    const seen = await readAllocations(header);
    expect(seen).toMatchObject({ oldObjects: [], threadStarts: [], incomplete: { reason: "being-written", lost: 0 } });
  });
});

describe("a recording with damaged bytes", () => {
  const whole = recording(smallChunk({ thread: "early" }));

  it("gives an answer or a typed error, whatever bytes are changed", { timeout: 120_000 }, async () => {
    const flips = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(flips, async (changes) => {
        const damaged = whole.slice();
        for (const [at, byte] of changes) damaged[at] = byte;
        const seen = await outcome(damaged);
        expect(typeof seen === "string" ? seen : seen.oldObjects).toBeDefined();
      }),
      { numRuns: 2000 },
    );
  });

  it("is refused with the place when it is no recording at all", async () => {
    await expect(readAllocations(new Uint8Array(100))).rejects.toMatchObject({ code: "MALFORMED_INPUT", detail: { offset: 0 } });
  });

  it("is refused by version when JDK 8 wrote it", async () => {
    await expect(readAllocations(new ChunkBuilder({ major: 1 }).bytes())).rejects.toMatchObject({ code: "UNSUPPORTED_VERSION" });
  });

  it("is refused when a type contains itself", async () => {
    const chunk = new ChunkBuilder()
      .type("A", { b: { type: "B", array: true } })
      .type("B", { a: { type: "A", array: true } })
      .type("jdk.Odd", { a: "A" }, true)
      .event("jdk.Odd");
    await expect(withSource(chunk.bytes(), (source) => readRecording(source, [everyOdd]))).rejects.toMatchObject({
      code: "MALFORMED_INPUT",
    });
  });

  it("does not reserve memory for a count that the file cannot hold", async () => {
    const chunk = new ChunkBuilder().type("jdk.types.StackFrame", { line: "int" });
    chunk.type("jdk.types.StackTrace", { frames: { type: "jdk.types.StackFrame", array: true } });
    chunk.type("jdk.Odd", { frames: { type: "jdk.types.StackFrame", array: true } }, true).event("jdk.Odd", { frames: [{ line: 1 }] });
    const bytes = chunk.bytes();
    // Behind the header, the padded size and the type id: the number of frames.
    bytes[68 + 4 + 1] = 0x7f;
    await expect(withSource(bytes, (source) => readRecording(source, [everyOdd]))).rejects.toMatchObject({
      code: "MALFORMED_INPUT",
      detail: { offset: 73 },
    });
  });
});

describe("a source that shrinks while it is read", () => {
  it("is an error and no endless loop", async () => {
    const bytes = recording(smallChunk({ thread: "early" }));
    const shrinking: RecordingSource = {
      name: "a shrinking file",
      size: bytes.length,
      read: async (offset, length) => bytes.subarray(offset, offset === 68 ? offset + length - 40 : offset + length),
      close: async () => {},
    };
    await expect(readAllocations(shrinking)).rejects.toMatchObject({ code: "TRUNCATED_INPUT" });
  });
});
