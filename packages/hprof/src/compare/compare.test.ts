import { HeapDumpBuilder } from "@heaptide/testkit";
import { describe, expect, it } from "vitest";
import { openDump } from "../open-dump.ts";
import { compareHeaps, type HeapComparison } from "./compare.ts";
import { type HeapSummary, summarizeHeap } from "./summary.ts";

/** A static array of buffers, each behind an entry with a key; addresses are as far apart as `spacing` says: the collector moved everything. */
function shop({ buffers, spacing = 24, order = Object.keys(buffers) }: Shop): Uint8Array<ArrayBuffer> {
  const dump = new HeapDumpBuilder({ spacing });
  const object = dump.class("java/lang/Object");
  const text = dump.class("java/lang/String", { superClass: object, fields: [["value", "object"]] });
  const entry = dump.class("shop/Entry", {
    superClass: object,
    fields: [
      ["key", "object"],
      ["buffer", "object"],
    ],
  });
  const entries = dump.class("[Lshop/Entry;", { superClass: object });
  const table = dump.address();
  const main = dump.class("shop/Main", { superClass: object, statics: [["CACHE", "object", table]] });
  const rows = order.map((key) => {
    const name = dump.instance(text, [dump.primitives("byte", [...new TextEncoder().encode(key)])]);
    return dump.instance(entry, [name, dump.primitives("byte", new Array<number>(buffers[key]!).fill(7))]);
  });
  dump.objects(entries, rows, table);
  for (const heapClass of [object, text, entry, entries, main]) dump.root("stickyClass", heapClass.id);
  return dump.build();
}

interface Shop {
  readonly buffers: Readonly<Record<string, number>>;
  readonly spacing?: number;
  readonly order?: readonly string[];
}

async function summary(spec: Shop, name: string): Promise<HeapSummary> {
  const dump = await openDump(shop(spec));
  try {
    return await summarizeHeap(dump.reader, name);
  } finally {
    await dump.close();
  }
}

async function compare(...specs: readonly Shop[]): Promise<HeapComparison> {
  return compareHeaps(await Promise.all(specs.map((spec, i) => summary(spec, `dump ${i}`))));
}

const byPath = ({ objects }: HeapComparison) => new Map(objects.map((row) => [row.path, row]));

describe("comparing dumps", () => {
  it("counts objects, bytes and what they retain by class and by the place that holds them, for each dump", async () => {
    const { classes, holders, dumps } = await compare(
      { buffers: { a: 4000 } },
      { buffers: { a: 4000, b: 2000 } },
      { buffers: { b: 2000 } },
    );
    const entry = classes.find((row) => row.class === "shop.Entry")!;
    expect(entry.instances).toEqual([1, 2, 1]);
    expect(entry.retained[1]! - entry.retained[0]!).toBeGreaterThanOrEqual(2000);
    expect(holders.find((row) => row.class === "shop.Entry")).toMatchObject({ holder: "static shop.Main.CACHE", instances: [1, 2, 1] });
    expect(dumps.map(({ name, whole }) => [name, whole])).toEqual([
      ["dump 0", true],
      ["dump 1", true],
      ["dump 2", true],
    ]);
    expect(classes.some((row) => row.class === "java.lang.Object")).toBe(false);
  });

  it("follows objects by key where all of them have moved and changed their places", async () => {
    const seen = byPath(
      await compare(
        { buffers: { small: 3000, large: 9000, old: 5000 } },
        { buffers: { large: 9000, small: 8000, young: 4000 }, spacing: 10_000, order: ["young", "small", "large"] },
      ),
    );
    expect(seen.get("static shop.Main.CACHE{small}")).toMatchObject({
      matched: "path",
      retained: [expect.any(Number), expect.any(Number)],
    });
    const { retained, addresses } = seen.get("static shop.Main.CACHE{small}")!;
    expect(retained[1]! - retained[0]!).toBe(5000);
    expect(addresses[0]).not.toBe(addresses[1]);
    expect(seen.get("static shop.Main.CACHE{large}")).toMatchObject({ matched: "path" });
  });

  it("follows them by address where they stayed, and says which are new or gone", async () => {
    const seen = byPath(await compare({ buffers: { a: 4000, b: 4000 } }, { buffers: { a: 6000, b: 4000, c: 4000 } }));
    expect(seen.get("static shop.Main.CACHE{a}")).toMatchObject({ matched: "id" });
    expect(seen.get("static shop.Main.CACHE{c}")).toMatchObject({ matched: "new", addresses: [null, expect.any(String)] });
    const gone = byPath(await compare({ buffers: { a: 4000, b: 4000 } }, { buffers: { a: 4000 } }));
    expect(gone.get("static shop.Main.CACHE{b}")).toMatchObject({ matched: "gone", retained: [expect.any(Number), null] });
  });

  it("finds nothing where nothing changed", async () => {
    const { classes, holders, objects } = await compare({ buffers: { a: 4000 } }, { buffers: { a: 4000 }, spacing: 48 });
    expect([classes, holders]).toEqual([[], []]);
    expect(objects.every(({ retained, matched }) => retained[0] === retained[1] && matched !== "new" && matched !== "gone")).toBe(true);
  });

  it("says which of them is not whole", async () => {
    const whole = shop({ buffers: { a: 4000 } });
    const { reader } = await openDump(whole.subarray(0, whole.length - 600));
    const { dumps } = compareHeaps([await summary({ buffers: { a: 4000 } }, "whole"), await summarizeHeap(reader, "cut")]);
    expect(dumps.map((dump) => dump.whole)).toEqual([true, false]);
  });
});
