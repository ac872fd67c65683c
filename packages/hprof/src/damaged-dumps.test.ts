import { type ErrorCode, isHeaptideError } from "@heaptide/base";
import { HeapDumpBuilder } from "@heaptide/testkit";
import fc from "fast-check";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dumpHistogram, type HeapReport, openDump, type OpenOptions, reportHeap } from "./index.ts";

/** A static list of two carts, each with a name, by a thread's stack and a weak reference. */
function shop({ idSize = 8 }: { readonly idSize?: 4 | 8 } = {}): Uint8Array<ArrayBuffer> {
  const dump = new HeapDumpBuilder({ idSize });
  const object = dump.class("java/lang/Object");
  const reference = dump.class("java/lang/ref/Reference", { superClass: object, fields: [["referent", "object"]] });
  const weak = dump.class("java/lang/ref/WeakReference", { superClass: reference });
  const cart = dump.class("shop/Cart", {
    superClass: object,
    fields: [
      ["name", "object"],
      ["items", "int"],
    ],
  });
  const array = dump.class("[Lshop/Cart;", { superClass: object });
  const carts = dump.address();
  const main = dump.class("shop/Main", { superClass: object, statics: [["CARTS", "object", carts]] });
  const names = [1, 2, 3].map((letter) => dump.primitives("byte", new Array<number>(letter * 10).fill(letter)));
  const [first, second, onlyWeak] = names.map((name, i) => dump.instance(cart, [name, i]));
  dump.objects(array, [first!, second!], carts);
  const weakly = dump.instance(weak, [onlyWeak!]);
  for (const heapClass of [object, reference, weak, cart, array, main]) dump.root("stickyClass", heapClass.id);
  dump.root("jniGlobal", weakly);
  return dump.build({ segment: 200 });
}

const EXPECTED: readonly ErrorCode[] = [
  "TRUNCATED_INPUT",
  "MALFORMED_INPUT",
  "NOT_A_HEAP_DUMP",
  "UNSUPPORTED_VERSION",
  "HEAP_DUMP_EMPTY",
  "HEAP_DUMP_SCATTERED",
  "HEAP_DUMP_TOO_LARGE",
];

/** An answer, or an error that is in the catalogue. Anything else is a bug. */
async function answer(bytes: Uint8Array, kernel: "wasm" | "plain" = "wasm") {
  try {
    const dump = await openDump(bytes, { kernel });
    await dumpHistogram(bytes, { kernel });
    return await reportHeap(dump.reader);
  } catch (error) {
    if (isHeaptideError(error) && EXPECTED.includes(error.code)) return error.code;
    throw error;
  }
}

describe("dumps as they should not be", () => {
  it("are understood as a whole first", async () => {
    for (const idSize of [4, 8] as const) {
      const report = await answer(shop({ idSize }));
      expect(report).toMatchObject({
        reach: { weak: { objects: 2 }, unreachable: { objects: 0 } },
        missing: { cut: null, damaged: { stretches: 0 }, duplicates: 0, short: 0 },
      });
      expect((report as HeapReport).suspects.some(({ holder }) => holder === "static shop.Main.CARTS")).toBe(true);
    }
  });

  it("say what is missing where they end, at every byte", { timeout: 120_000 }, async () => {
    const whole = shop();
    let partial = 0;
    for (let length = 0; length < whole.length; length++) {
      const report = await answer(whole.subarray(0, length));
      if (typeof report === "string") continue;
      expect(report.missing.cut).not.toBeNull();
      partial++;
    }
    expect(partial).toBeGreaterThan(400);
  });

  it("give an answer or a typed error whatever bytes are wrong, the same by both kernels", { timeout: 120_000 }, async () => {
    const whole = shop();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), async (flips) => {
        const bytes = whole.slice();
        for (const [at, value] of flips) bytes[at] = value;
        expect(await answer(bytes, "plain")).toEqual(await answer(bytes, "wasm"));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["an empty file", new Uint8Array(0), "NOT_A_HEAP_DUMP"],
    ["text", new TextEncoder().encode("2026-11-24 WARN  heap is full\n".repeat(20)), "NOT_A_HEAP_DUMP"],
    ["another version", new HeapDumpBuilder({ version: "2.0.0" }).build(), "UNSUPPORTED_VERSION"],
    ["a dump without a heap", new HeapDumpBuilder().build(), "HEAP_DUMP_EMPTY"],
  ])("are named: %s", async (_, bytes, code) => {
    expect(await answer(bytes)).toBe(code);
  });

  it("do not lead in circles: super classes of each other, and a class that is missing", async () => {
    const dump = new HeapDumpBuilder();
    const [a, b] = [dump.address(), dump.address()];
    const first = dump.class("A", { id: a, superClass: { id: b, name: "B", superClass: null, fields: [] }, fields: [["x", "int"]] });
    dump.class("B", { id: b, superClass: first, fields: [["y", "int"]] });
    const ghost = { id: dump.address(), name: "Ghost", superClass: null, fields: [] };
    dump.root("jniGlobal", dump.instance(ghost, []));
    const report = await answer(dump.build());
    expect(report).toMatchObject({ totals: { objects: 3, classes: 2 } });
  });

  it("leave out what follows a tag that nobody knows, and go on with the next segment", async () => {
    const dump = new HeapDumpBuilder();
    const array = dump.class("[Ljava/lang/Object;");
    dump.root("jniGlobal", dump.objects(array, []));
    dump.raw([0x77, 1, 2, 3]);
    dump.root("jniGlobal", dump.objects(array, []));
    const report = await answer(dump.build({ segment: 1 }));
    expect(report).toMatchObject({ totals: { objects: 3 }, missing: { damaged: { stretches: 1, bytes: 4 } } });
  });

  it("are read as far as they were when they were opened, while a JVM still writes them", async () => {
    const folder = await mkdtemp(join(tmpdir(), "heaptide-growing-"));
    try {
      const file = join(folder, "heap.hprof");
      const whole = shop();
      const half = whole.subarray(0, whole.length * 0.6);
      await writeFile(file, half);
      const seen = await withDump(file, { onProgress: () => writeFileSync(file, whole) });
      expect(seen).toEqual(await answer(half));
      expect(seen.missing.cut).not.toBeNull();
      expect(await withDump(file, {})).toEqual(await answer(whole));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

async function withDump(file: string, options: OpenOptions): Promise<HeapReport> {
  const dump = await openDump(file, options);
  try {
    return await reportHeap(dump.reader);
  } finally {
    await dump.close();
  }
}
