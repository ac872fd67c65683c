import { appendFile, copyFile, mkdtemp, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileTail } from "./tail.ts";

let folder: string;
let file: string;
let tail: FileTail;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "heaptide-tail-"));
  file = path.join(folder, "taskmanager.log");
  tail = new FileTail(file, { from: "start" });
});
afterEach(async () => {
  await tail.close();
  await rm(folder, { recursive: true });
});

const line = (message: string) => `2026-11-02 10:15:30,123 INFO  org.example.Job [] - ${message}\n`;

/** Polls until a poll finds nothing new, so that the last record is out too. */
async function messages(): Promise<string[]> {
  const records = [...(await tail.poll()), ...(await tail.poll())];
  return records.map((record) => record.message);
}

describe("FileTail", () => {
  it("reads what is there and then what is appended", async () => {
    await writeFile(file, line("one") + line("two"));
    expect(await messages()).toEqual(["one", "two"]);
    await appendFile(file, line("three"));
    expect(await messages()).toEqual(["three"]);
    expect(await messages()).toEqual([]);
  });

  it("begins at the end unless told otherwise", async () => {
    await writeFile(file, line("old"));
    await tail.close();
    tail = new FileTail(file);
    expect(await messages()).toEqual([]);
    await appendFile(file, line("new"));
    expect(await messages()).toEqual(["new"]);
  });

  it("waits for a file that is not there yet, and then misses nothing of it", async () => {
    await tail.close();
    tail = new FileTail(file);
    expect(await messages()).toEqual([]);
    await writeFile(file, line("first"));
    expect(await messages()).toEqual(["first"]);
  });

  it("holds an incomplete line back", async () => {
    await writeFile(file, line("one").slice(0, -4));
    expect(await messages()).toEqual([]);
    await appendFile(file, line("one").slice(-4));
    expect(await messages()).toEqual(["one"]);
  });

  it("reads the old file to its end after it was renamed, then the new one", async () => {
    await writeFile(file, line("one"));
    expect(await messages()).toEqual(["one"]);
    await appendFile(file, line("two"));
    await rename(file, `${file}.1`);
    await appendFile(`${file}.1`, line("three"));
    await writeFile(file, line("four"));
    expect(await messages()).toEqual(["two", "three", "four"]);
  });

  it("stays with the renamed file until there is a new one", async () => {
    await writeFile(file, line("one"));
    await messages();
    await rename(file, `${file}.1`);
    await appendFile(`${file}.1`, line("two"));
    expect(await messages()).toEqual(["two"]);
  });

  it("starts over in a file that was emptied", async () => {
    await writeFile(file, line("one") + line("two"));
    await messages();
    await truncate(file);
    await appendFile(file, line("three"));
    expect(await messages()).toEqual(["three"]);
  });

  it("notices a file that was copied away, emptied and has grown past its old size since", async () => {
    await writeFile(file, line("one"));
    await messages();
    await copyFile(file, `${file}.1`);
    await truncate(file);
    await appendFile(file, line("two, which is longer than one") + line("three"));
    expect(await messages()).toEqual(["two, which is longer than one", "three"]);
  });

  it("reads a large file in several polls, each of them bounded", async () => {
    await writeFile(file, Array.from({ length: 1000 }, (_, i) => line(`message ${i}`)).join(""));
    await tail.close();
    tail = new FileTail(file, { from: "start", perPoll: 10_000 });
    const first = await tail.poll();
    expect(first.length).toBeLessThan(200);
    let all = first.length;
    for (let i = 0; i < 12; i++) all += (await tail.poll()).length;
    expect(all).toBe(1000);
  });

  it("says which file it may not read", async () => {
    await tail.close();
    tail = new FileTail(folder, { from: "start" });
    await expect(tail.poll()).rejects.toMatchObject({ code: "LOG_UNREADABLE", detail: { path: folder, cause: "EISDIR" } });
  });
});
