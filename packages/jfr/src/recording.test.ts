import { ChunkBuilder, recording } from "@heaptide/testkit";
import { describe, expect, it } from "vitest";
import {
  bytesSource,
  type EventRow,
  LAYOUT,
  readRecording,
  type RecordingSource,
  type RecordingView,
  Struct,
  withSource,
} from "./index.ts";

/** Everything that a field can be. */
function zoo(): ChunkBuilder {
  return new ChunkBuilder()
    .type("shop.Place", { x: "int", name: "java.lang.String" })
    .type("shop.Item", { label: "java.lang.String" })
    .type(
      "shop.Sale",
      {
        big: "long",
        small: "short",
        sign: "char",
        bit: "byte",
        flag: "boolean",
        half: "float",
        whole: "double",
        place: "shop.Place",
        note: "java.lang.String",
        item: { type: "shop.Item", pooled: true },
        stops: { type: "shop.Place", array: true },
        after: "int",
      },
      true,
    );
}

/** Hands each event of a type to `see`. */
function watching(type: string, see: (event: EventRow) => void): RecordingView {
  return { open: () => new Map([[type, see]]) };
}

describe("an event", () => {
  const sale = {
    big: -(2 ** 40),
    small: -3,
    sign: 0x20ac,
    bit: -1,
    flag: true,
    half: 0.5,
    whole: Math.PI,
    place: { x: -7, name: { as: "latin1", text: "Köln" } },
    note: { as: "pooled", text: 3 },
    item: 9,
    stops: [
      { x: 1, name: "a" },
      { x: 2, name: null },
    ],
    after: -(2 ** 31),
  } as const;

  it("has every kind of field, those of structs by their path", async () => {
    const chunk = zoo().constant("java.lang.String", 3, "paid").constant("shop.Item", 9, { label: "ticket" }).event("shop.Sale", sale);
    const seen: unknown[] = [];
    const see = (event: EventRow): void => {
      const number = (name: string): number => event.number(event.slot(name));
      seen.push(["big", "small", "sign", "bit", "flag", "half", "whole", "place.x", "after"].map(number));
      seen.push(event.text(event.slot("place.name")), event.text(event.slot("note")));
      seen.push(
        [...event.array(event.slot("stops")), event.pooled(event.slot("item"))].map((struct) => Object.fromEntries(struct as Struct)),
      );
      seen.push([
        event.layout(event.slot("note")),
        event.slot("missing"),
        event.number(-1),
        event.text(-1),
        event.array(-1),
        event.pooled(-1),
      ]);
    };
    await readRecording(bytesSource(recording(chunk)), [watching("shop.Sale", see)]);
    expect(seen).toEqual([
      [-(2 ** 40), -3, 0x20ac, -1, 1, 0.5, Math.PI, -7, -(2 ** 31)],
      "Köln",
      "paid",
      [sale.stops[0], sale.stops[1], { label: "ticket" }],
      [LAYOUT.string, -1, 0, null, [], null],
    ]);
  });

  it("is found whole wherever the windows of the file end, and however large it is", async () => {
    const chunk = zoo();
    const sizes = [10, 100_000, 70, 300_000, 9, 600_000, 1];
    for (const size of sizes) chunk.event("shop.Sale", { note: "x".repeat(size), after: size });
    for (let i = 0; i < 3000; i++) chunk.event("shop.Sale", { note: "y".repeat(100 + (i % 7)), after: 100 + (i % 7) });
    let right = 0;
    const see = (event: EventRow): void => {
      if (event.text(event.slot("note"))?.length === event.number(event.slot("after"))) right++;
    };
    const read = await readRecording(bytesSource(chunk.bytes()), [watching("shop.Sale", see)]);
    expect(right).toBe(3007);
    expect(read.events).toMatchObject([{ type: "shop.Sale", count: 3007 }]);
  });

  it("is not read where nobody asked for its type, and costs its head alone", async () => {
    const chunk = zoo().event("shop.Sale", sale);
    const bytes = chunk.bytes();
    // What would be a string in an unknown encoding, if somebody looked.
    bytes.fill(0x63, 68 + 30, 68 + 34);
    const read = await readRecording(bytesSource(bytes), []);
    expect(read.events).toMatchObject([{ type: "shop.Sale", count: 1 }]);
  });
});

describe("what nobody asked for", () => {
  const chunk = zoo().type("shop.Note", { text: "java.lang.String" }, true);
  for (let i = 0; i < 500; i++) chunk.event("shop.Note", { text: "n".repeat(100) });
  chunk.event("shop.Note", { text: "n".repeat(700_000) });
  for (let i = 0; i < 10; i++) chunk.event("shop.Sale", { after: i });
  const bytes = chunk.flush().bytes();
  // Behind the last event come two that are read by everybody: metadata, once to know the types, once its head on the way.
  const metadataAt = new DataView(bytes.buffer).getUint32(28);

  /** The bytes of `from` up to `to` that were looked at while reading with a view. */
  async function touched(view: RecordingView, from: number, to: number): Promise<number> {
    const seen = new Set<number>();
    const source: RecordingSource = {
      ...bytesSource(bytes),
      read: async (offset, length) => watched(bytes.subarray(offset, offset + length), offset, seen),
    };
    await readRecording(source, [view]);
    return [...seen].filter((offset) => offset >= from && offset < to).length;
  }

  it("is passed by with a look at its size and type: five bytes an event", async () => {
    const nothing: RecordingView = { open: () => new Map() };
    expect(await touched(nothing, 68, metadataAt)).toBe(511 * 5);
    const sales: RecordingView = { open: () => new Map([["shop.Sale", () => {}]]) };
    // Sales hold 18 bytes of floats, which are read by another way than byte by byte.
    expect(await touched(sales, 68, metadataAt)).toBeLessThan(511 * 5 + 10 * 40);
  });

  it("is not even fetched where it is larger than a window", async () => {
    let fetched = 0;
    const source: RecordingSource = {
      ...bytesSource(bytes),
      read: async (offset, length) => {
        const window = bytes.subarray(offset, offset + length);
        fetched += window.length;
        return window;
      },
    };
    const read = await readRecording(source, []);
    expect(read.events).toMatchObject([
      { type: "shop.Note", count: 501, bytes: 500 * 107 + 700_009 },
      { type: "shop.Sale", count: 10 },
    ]);
    expect(fetched).toBeLessThan((1 << 18) + 20_000);
  });
});

/** Bytes that note by file offset which of them were looked at. */
function watched(bytes: Uint8Array, base: number, seen: Set<number>): Uint8Array {
  return new Proxy(bytes, {
    get(target, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) seen.add(base + Number(key));
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

describe("constants", () => {
  it("are those of the event's own chunk", async () => {
    const chunks = ["early", "late"].map((text) =>
      zoo()
        .constant("java.lang.String", 3, text)
        .event("shop.Sale", { note: { as: "pooled", text: 3 } }),
    );
    const notes: (string | null)[] = [];
    await readRecording(bytesSource(recording(...chunks)), [watching("shop.Sale", (event) => notes.push(event.text(event.slot("note"))))]);
    expect(notes).toEqual(["early", "late"]);
  });

  it("come from all checkpoints of a chunk, the newest where a key comes twice", async () => {
    const chunk = zoo().constant("shop.Item", 1, { label: "old" }).constant("shop.Item", 2, { label: "kept" }).checkpoint();
    chunk.constant("shop.Item", 1, { label: "new" }).checkpoint();
    for (const item of [1, 2, 3]) chunk.event("shop.Sale", { item });
    const labels: unknown[] = [];
    const see = (event: EventRow): void => {
      const item = event.pooled(event.slot("item"));
      labels.push(item instanceof Struct ? item.get("label") : item);
    };
    await readRecording(bytesSource(chunk.bytes()), [watching("shop.Sale", see)]);
    expect(labels).toEqual(["new", "kept", null]);
  });

  it("end where a text is a key of its own pool", async () => {
    const chunk = zoo().constant("java.lang.String", 3, { as: "pooled", text: 3 });
    chunk.event("shop.Sale", { note: { as: "pooled", text: 3 } });
    const notes: unknown[] = [];
    await readRecording(bytesSource(chunk.bytes()), [watching("shop.Sale", (event) => notes.push(event.text(event.slot("note"))))]);
    expect(notes).toEqual([null]);
  });
});

describe("a source", () => {
  const bytes = zoo().event("shop.Sale", {}).bytes();

  it("may be a blob, as a browser has it", async () => {
    const read = await withSource(new Blob([bytes.slice()]), (source) => readRecording(source, []));
    expect(read.events).toMatchObject([{ type: "shop.Sale", count: 1 }]);
  });

  it("is named in the error where the path does not lead to a recording", async () => {
    await expect(withSource("/nowhere/leak.jfr", async () => 0)).rejects.toMatchObject({
      code: "RECORDING_UNREADABLE",
      detail: { path: "/nowhere/leak.jfr" },
    });
    await expect(withSource(import.meta.dirname, async () => 0)).rejects.toMatchObject({ code: "RECORDING_UNREADABLE" });
    await expect(withSource(import.meta.filename, (source) => readRecording(source, []))).rejects.toMatchObject({
      code: "MALFORMED_INPUT",
    });
  });

  it("stays open where the caller opened it", async () => {
    let closed = 0;
    const source: RecordingSource = { ...bytesSource(bytes), close: async () => void closed++ };
    await withSource(source, (same) => readRecording(same, []));
    expect(closed).toBe(0);
  });

  it("tells how far it was read", async () => {
    const parts: [number, number][] = [];
    await readRecording(bytesSource(recording(zoo(), zoo())), [], { onProgress: (done, total) => parts.push([done, total]) });
    expect(parts.at(-1)?.[0]).toBe(parts.at(-1)?.[1]);
  });
});
