import { ChunkBuilder, recording } from "@heaptide/testkit";
import { describe, expect, it } from "vitest";
import { bytesSource, type EventRow, LAYOUT, readRecording, type RecordingSource, type RecordingView, withSource } from "./index.ts";

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
      seen.push(event.array(event.slot("stops")), event.pooled(event.slot("item")));
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
      [new Map(Object.entries(sale.stops[0])), new Map(Object.entries(sale.stops[1]))],
      new Map([["label", "ticket"]]),
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
    expect(read.events.get("shop.Sale")).toBe(3007);
  });

  it("is not read where nobody asked for its type, and costs its head alone", async () => {
    const chunk = zoo().event("shop.Sale", sale);
    const bytes = chunk.bytes();
    // What would be a string in an unknown encoding, if somebody looked.
    bytes.fill(0x63, 68 + 30, 68 + 34);
    const read = await readRecording(bytesSource(bytes), []);
    expect(read.events).toEqual(new Map([["shop.Sale", 1]]));
  });
});

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
      labels.push(item instanceof Map ? item.get("label") : item);
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
    expect(read.events.get("shop.Sale")).toBe(1);
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
