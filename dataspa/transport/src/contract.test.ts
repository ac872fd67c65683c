import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { segmentTransport, type Message, type Transport } from "./index.ts";
import { describeTransport, readAll } from "./contract.ts";

describe("the transport by segments", () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "dataspa-segments-"));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  describeTransport(() => segmentTransport(root));

  const lines = (...values: string[]): Message[] => values.map((value) => ({ key: "k", value }));
  const all = (transport: Transport, topic: string) => readAll(transport, topic);

  it("shows a segment by its age, without a flush", async () => {
    const transport = segmentTransport(root, { segmentAge: 50 });
    const writer = await transport.writer("aged", "w");
    await writer.append(lines("a"));
    await expect.poll(() => all(transport, "aged"), { timeout: 5000 }).toEqual(["a"]);
    await writer.close();
  });

  it("begins a new segment when one is large enough", async () => {
    const transport = segmentTransport(root, { segmentAge: 60_000, segmentBytes: 10 });
    const writer = await transport.writer("large", "w");
    for (const value of ["0123456789", "b", "c"]) await writer.append(lines(value));
    await writer.close();
    expect(await readdir(join(root, "large"))).toHaveLength(2);
    expect(await all(transport, "large")).toEqual(["0123456789", "b", "c"]);
  });

  it("completes what a killed writer of the same name left, whole lines only, and leaves others' alone", async () => {
    const transport = segmentTransport(root);
    await (await transport.writer("left", "api")).close();
    await writeFile(join(root, "left", ".0000000000001-000000-api.ndjson.writing"), "one\ntwo\nthr");
    await writeFile(join(root, "left", ".0000000000002-000000-api.ndjson.writing"), "hal");
    await writeFile(join(root, "left", ".0000000000003-000000-other.ndjson.writing"), "theirs\n");
    const writer = await transport.writer("left", "api");
    await writer.close();
    expect(await all(transport, "left")).toEqual(["one", "two"]);
    expect((await readdir(join(root, "left"))).toSorted()).toEqual([
      ".0000000000003-000000-other.ndjson.writing",
      "0000000000001-000000-api.ndjson",
    ]);
  });

  it("refuses a name that would not fit into a file's", async () => {
    await expect(segmentTransport(root).writer("t", "../x")).rejects.toThrow(RangeError);
  });
});
