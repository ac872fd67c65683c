import { type DumpClass, HeapDumpBuilder } from "@heaptide/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inspectObject, referrersOf } from "../inspect/inspector.ts";
import { walkObjects } from "../inspect/walk.ts";
import { type OpenDump, openDump } from "../open-dump.ts";
import { duplicateStrings } from "./duplicate-strings.ts";
import { reportFill } from "./fill.ts";
import { loaderObjects } from "./loaders.ts";
import { reportUnreachable } from "./unreachable.ts";

/** Classes that most dumps here need. */
class Shop extends HeapDumpBuilder {
  readonly object = this.class("java/lang/Object");
  readonly string = this.class("java/lang/String", {
    superClass: this.object,
    fields: [
      ["coder", "byte"],
      ["value", "object"],
    ],
  });
  readonly array = this.class("[Ljava/lang/Object;", { superClass: this.object });

  text(text: string, { wide = false } = {}): number {
    const bytes = wide ? new Uint8Array(Uint16Array.from(text, (c) => c.charCodeAt(0)).buffer) : new TextEncoder().encode(text);
    return this.instance(this.string, [wide ? 1 : 0, this.primitives("byte", [...bytes])]);
  }

  /** Keeps objects in a static field. */
  keep(name: string, objects: readonly number[]): DumpClass {
    const holder = this.class(name, { superClass: this.object, statics: [["KEPT", "object", this.objects(this.array, objects)]] });
    this.root("stickyClass", holder.id);
    return holder;
  }

  open(): Promise<OpenDump> {
    return openDump(this.build({ segment: 400 }));
  }
}

describe("repeated texts", () => {
  it("are counted with what they waste and what holds them; shared ones count once", async () => {
    const shop = new Shop();
    const shared = shop.primitives("byte", [...new TextEncoder().encode("once")]);
    const once = [shop.instance(shop.string, [0, shared]), shop.instance(shop.string, [0, shared])];
    shop.keep("shop/Names", [
      shop.text("twice"),
      shop.text("twice"),
      shop.text("€", { wide: true }),
      shop.text("€", { wide: true }),
      ...once,
    ]);
    shop.keep("shop/Others", [shop.text("twice"), shop.text("unique")]);
    const { reader } = await shop.open();
    const found = await duplicateStrings(reader);
    expect(found.arrays).toBe(7);
    expect(found.copies).toBe(3);
    expect(found.texts).toMatchObject([
      { text: "twice", count: 3, wasted: 48, holder: "static shop.Names.KEPT", share: 2 / 3 },
      { text: "€", count: 2, wasted: 24 },
    ]);
    expect(found.wasted).toBe(72);
  });

  it("are what a simple comparison finds, whatever the texts", async () => {
    const texts = fc.array(fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom("a", "b", "c") }), {
      minLength: 1,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(texts, async (given) => {
        const shop = new Shop();
        shop.keep(
          "shop/Names",
          given.map((text) => shop.text(text)),
        );
        const { reader } = await shop.open();
        const found = await duplicateStrings(reader, { top: 100 });
        const counts = Map.groupBy(given, (text) => text);
        const expected = [...counts].filter(([, copies]) => copies.length > 1).map(([text, copies]) => [text, copies.length]);
        expect(new Map(found.texts.map(({ text, count }) => [text, count]))).toEqual(new Map(expected as [string, number][]));
      }),
      { numRuns: 20 },
    );
  });
});

describe("collections and arrays", () => {
  it("say how full they are, which share buckets, and which hold nothing", async () => {
    const shop = new Shop();
    const map = shop.class("java/util/HashMap", {
      superClass: shop.object,
      fields: [
        ["size", "int"],
        ["table", "object"],
      ],
    });
    const ordered = shop.class("java/util/LinkedHashMap", { superClass: map, fields: [["accessOrder", "boolean"]] });
    const list = shop.class("java/util/ArrayList", {
      superClass: shop.object,
      fields: [
        ["size", "int"],
        ["elementData", "object"],
      ],
    });
    const item = shop.text("x");
    const slots = (used: number, length: number) =>
      shop.objects(shop.array, [...new Array<number>(used).fill(item), ...new Array<number>(length - used).fill(0)]);
    const crowded = shop.instance(ordered, [0, 40, slots(4, 64)]);
    shop.keep("shop/Kept", [
      crowded,
      shop.instance(map, [2, slots(2, 16)]),
      shop.instance(list, [0, slots(0, 100)]),
      shop.instance(list, [3, slots(3, 4)]),
      shop.instance(list, [0, 0]),
      shop.primitives("long", [5, 5, 5]),
      shop.primitives("int", [1, 2]),
    ]);
    const { index } = await shop.open();
    const report = await reportFill(index);
    const row = (name: string) => report.collections.find((found) => found.class === name);
    expect(row("java.util.ArrayList")).toMatchObject({
      count: 3,
      empty: 2,
      elements: 3,
      slots: 104,
      used: 3,
      wasted: 404,
      collisions: null,
    });
    expect(row("java.util.HashMap")).toMatchObject({ count: 1, elements: 2, fill: 2 / 16, collisions: 0 });
    expect(row("java.util.LinkedHashMap")).toMatchObject({ elements: 40, collisions: 36 / 40 });
    expect(report.crowded).toEqual([
      { class: "java.util.LinkedHashMap", address: `0x${crowded.toString(16)}`, elements: 40, slots: 64, used: 4, collisions: 0.9 },
    ]);
    expect(report.sparse[0]).toMatchObject({ length: 100, used: 0, wasted: 400 });
    expect(report.arrays[0]).toMatchObject({ class: "java.lang.Object[]", empty: 1 });
    expect(report.constant.map((found) => [found.class, found.count])).toEqual([["long[]", 1]]);
  });
});

describe("garbage", () => {
  it("has its classes, and what was at the top of it", async () => {
    const shop = new Shop();
    shop.keep("shop/Kept", [shop.text("alive")]);
    const lost = shop.objects(shop.array, [shop.text("lost"), shop.text("gone")]);
    const { index } = await shop.open();
    const garbage = reportUnreachable(index);
    // Classes that are no roots are garbage here, too.
    expect(garbage.tops[0]).toMatchObject({ class: "java.lang.Object[]", address: `0x${lost.toString(16)}` });
    expect(garbage.classes.find((row) => row.class === "java.lang.String")).toMatchObject({ count: 2 });
    expect(garbage.objects).toBe(index.tree.reach[2]);
    expect(garbage.classes.reduce((sum, row) => sum + row.count, 0)).toBe(garbage.objects);
  });
});

describe("one object", () => {
  it("shows fields, texts, elements, statics and what refers to it", async () => {
    const shop = new Shop();
    const name = shop.text("carts");
    const cart = shop.class("shop/Cart", {
      superClass: shop.object,
      fields: [
        ["name", "object"],
        ["open", "boolean"],
        ["total", "double"],
        ["lost", "object"],
      ],
    });
    const one = shop.instance(cart, [name, 1, 2.5, 0x4242_4240]);
    const holder = shop.keep("shop/Main", [one, name]);
    const { index, reader } = await shop.open();
    const seen = await inspectObject(reader, index.at(one)!);
    expect(seen).toMatchObject({ class: "shop.Cart", reach: "strong", length: null, text: null });
    expect(seen.values.map(({ name: field, type, value }) => [field, type, value])).toEqual([
      ["name", "object", { address: `0x${name.toString(16)}`, class: "java.lang.String", text: "carts" }],
      ["open", "boolean", true],
      ["total", "double", 2.5],
      ["lost", "object", { address: "0x42424240", class: "(missing in the dump)" }],
    ]);
    expect((await inspectObject(reader, index.at(name)!)).text).toBe("carts");
    expect((await inspectObject(reader, index.at(holder.id)!)).values).toMatchObject([{ name: "static KEPT" }]);
    const referrers = await referrersOf(reader, index.at(name)!);
    expect(referrers.count).toBe(2);
    const named = referrers.referrers.map(({ class: from, by }) => `${from} ${by.name}`);
    expect(named.toSorted()).toEqual(["java.lang.Object[] [1]", "shop.Cart name"]);
  });
});

describe("class loaders", () => {
  it("are listed one by one with what keeps each", async () => {
    const shop = new Shop();
    const loader = shop.class("flink/ChildFirst", { superClass: shop.object, fields: [["name", "object"]] });
    const [first, second] = [shop.instance(loader, [shop.text("job-1")]), shop.instance(loader, [0])];
    shop.class("job/Main", { superClass: shop.object, loader: first });
    shop.class("job/Main", { superClass: shop.object, loader: second });
    shop.keep("shop/Registry", [first]);
    const { reader } = await shop.open();
    const rows = await loaderObjects(reader, { of: "flink.ChildFirst" });
    expect(rows.map(({ name, holder, path, examples }) => [name, holder, path !== null, examples])).toEqual(
      expect.arrayContaining([
        ["job-1", "static shop.Registry.KEPT", true, ["job.Main"]],
        [null, "nothing: it can be collected", false, ["job.Main"]],
      ]),
    );
    expect(await loaderObjects(reader, { of: "flink.None" })).toEqual([]);
  });
});

describe("walking over all objects", () => {
  it("shows each once, with its values, whatever the segments", async () => {
    for (const segment of [1, 90, 1000, Infinity]) {
      const shop = new Shop({ idSize: segment === 90 ? 4 : 8 });
      shop.keep("shop/Kept", [shop.text("abc"), shop.primitives("int", [1, 2, 3])]);
      const { index } = await openDump(shop.build({ segment }));
      const seen: string[] = [];
      const note = (kind: string) => (object: number, _view: DataView, _at: number, length: number) =>
        void seen.push(`${kind} ${index.className(object)} ${length}`);
      await walkObjects(index, "looking", { instance: note("instance"), objects: note("objects"), primitives: note("primitives") });
      expect(seen.sort()).toEqual([
        `instance java.lang.String ${1 + shop.idSize}`,
        "objects java.lang.Object[] 2",
        "primitives byte[] 3",
        "primitives int[] 3",
      ]);
    }
  });

  it("goes on behind a damaged place, and ends where the dump does", async () => {
    const shop = new Shop();
    shop.keep("shop/Kept", [shop.text("a")]);
    shop.raw([0x77, 1, 2, 3]);
    shop.keep("shop/More", [shop.text("b")]);
    const whole = shop.build({ segment: 1 });
    for (let length = whole.length - 120; length <= whole.length; length += 7) {
      const { index } = await openDump(whole.subarray(0, length));
      let seen = 0;
      await walkObjects(index, "looking", { instance: () => void seen++ });
      expect(seen).toBeGreaterThanOrEqual(1);
    }
  });
});
