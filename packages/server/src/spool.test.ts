import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Spool } from "./spool.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "heaptide-spool-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("gives back in order what was put in, also to the next process", async () => {
  const first = new Spool(folder, 1000);
  for (const word of ["one", "two", "three"]) await first.add(Buffer.from(word));
  expect(String(await first.peek())).toBe("one");
  await first.done();
  writeFileSync(join(folder, "000000000099.req.part"), "half a request of a process that was killed");
  const second = new Spool(folder, 1000);
  await second.add(Buffer.from("four"));
  const found: string[] = [];
  for (let body = await second.peek(); body !== null; body = await second.peek()) {
    found.push(String(body));
    await second.done();
  }
  expect(found).toEqual(["two", "three", "four"]);
});

it("drops the oldest beyond its bound, and counts them", async () => {
  const spool = new Spool(folder, 100);
  for (let i = 0; i < 10; i++) await spool.add(Buffer.alloc(30, String(i)));
  expect(spool).toMatchObject({ waiting: 3, dropped: 7 });
  expect(readdirSync(folder)).toHaveLength(3);
  expect(String(await spool.peek())[0]).toBe("7");
});

it("keeps nothing of what the disk does not take", async () => {
  const spool = new Spool(folder, 100);
  rmSync(folder, { recursive: true });
  await expect(spool.add(Buffer.from("x"))).rejects.toThrow("ENOENT");
  expect(spool.waiting).toBe(0);
});
