import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import type { Message, Transport } from "./transport.ts";

/** Test only: what every transport must do, whatever is behind it. */
export function describeTransport(open: () => Transport): void {
  const messages = (from: number, count: number): Message[] =>
    Array.from({ length: count }, (_, i) => ({
      key: `k${(from + i) % 3}`,
      value: JSON.stringify({ number: from + i, text: "Café · 日本" }),
    }));
  const numbers = async (transport: Transport, topic: string) => {
    const read = await readAll(transport, topic);
    return read.map((line) => (JSON.parse(line) as { number: number }).number);
  };
  const topic = () => `topic-${randomUUID()}`;

  it("shows after a flush everything that was appended, once", async () => {
    await using transport = open();
    const name = topic();
    const writer = await transport.writer(name, "w");
    await writer.append(messages(0, 5));
    await Promise.all([writer.append(messages(5, 5)), writer.append(messages(10, 1)), writer.append([])]);
    await writer.flush();
    expect((await numbers(transport, name)).toSorted((a, b) => a - b)).toEqual([...Array(11).keys()]);
  });

  it("keeps the order of lines of one key", async () => {
    await using transport = open();
    const name = topic();
    const writer = await transport.writer(name, "w");
    for (let from = 0; from < 30; from += 10) await writer.append(messages(from, 10));
    await writer.flush();
    const read = await numbers(transport, name);
    for (const key of [0, 1, 2]) {
      const ofKey = read.filter((number) => number % 3 === key);
      expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b));
    }
  });

  it("goes on where an earlier writer ended", async () => {
    const name = topic();
    for (const from of [0, 3]) {
      await using transport = open();
      await (await transport.writer(name, "w")).append(messages(from, 3));
    }
    await using transport = open();
    expect((await numbers(transport, name)).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("keeps two writers of a topic apart", async () => {
    await using transport = open();
    const name = topic();
    const [one, other] = [await transport.writer(name, "one"), await transport.writer(name, "other")];
    await Promise.all([one.append(messages(0, 50)), other.append(messages(50, 50))]);
    await Promise.all([one.flush(), other.flush()]);
    expect((await numbers(transport, name)).toSorted((a, b) => a - b)).toEqual([...Array(100).keys()]);
  });

  it("takes nothing after it was closed", async () => {
    await using transport = open();
    const writer = await transport.writer(topic(), "w");
    await writer.close();
    await writer.close();
    await expect(writer.append(messages(0, 1))).rejects.toThrow("closed");
  });

  it("reads nothing from a topic that nobody has written to", async () => {
    await using transport = open();
    const name = topic();
    await transport.writer(name, "w");
    expect(await numbers(transport, name)).toEqual([]);
  });

  it("tells a job where the topic is", () => {
    expect(open().sourceArguments("events").length).toBeGreaterThan(0);
  });
}

/** Test only. */
export async function readAll(transport: Transport, topic: string): Promise<string[]> {
  const lines = [];
  for await (const line of transport.read(topic)) lines.push(line);
  return lines;
}
