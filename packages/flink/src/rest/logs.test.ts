import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AnsweringServer, startAnsweringServer } from "./answering-server.ts";
import { FlinkClient } from "./client.ts";
import { LogTail } from "./logs.ts";

/** A TaskManager's log, served as Flink does: always from the first byte. */
let server: AnsweringServer;
let log: Buffer;
let transfers: number;
beforeAll(async () => {
  server = await startAnsweringServer();
  server.answer = (path, _request, response) => {
    if (path.endsWith("/logs")) return response.end(JSON.stringify({ logs: [{ name: "tm.log", size: log.length }] }));
    transfers++;
    return response.writeHead(200, { "content-type": "text/plain", "content-length": log.length }).end(log);
  };
});
afterAll(() => server.stop());
beforeEach(() => {
  log = Buffer.alloc(0);
  transfers = 0;
});

const write = (text: string) => {
  log = Buffer.concat([log, Buffer.from(text)]);
};
const tail = (limit?: number) =>
  new LogTail(new FlinkClient(server.url), { role: "taskmanager", id: "a:1-ffffff" }, limit === undefined ? {} : { limit });

describe("LogTail", () => {
  it("gives out what was written since the last poll", async () => {
    const reader = tail();
    write("one\ntwo");
    expect(await reader.poll()).toEqual({ text: "one\ntwo", gap: false });
    write(" and a half\nthree\n");
    expect(await reader.poll()).toEqual({ text: " and a half\nthree\n", gap: false });
  });

  it("fetches nothing while no file has changed", async () => {
    const reader = tail();
    write("one\n");
    await reader.poll();
    expect(await reader.poll()).toEqual({ text: "", gap: false });
    expect(transfers).toBe(1);
  });

  it("asks again as long as the JobManager answers an older log than it lists", async () => {
    const reader = tail();
    write("one\n");
    await reader.poll();
    const stale = log;
    const healthy = server.answer;
    write("two\n");
    server.answer = (path, request, response) => {
      if (path.endsWith("/logs")) healthy(path, request, response);
      else response.writeHead(200, { "content-length": stale.length }).end(stale);
    };
    expect(await reader.poll()).toEqual({ text: "", gap: false });
    server.answer = healthy;
    expect(await reader.poll()).toEqual({ text: "two\n", gap: false });
  });

  it("begins at the end of a large log, and says so", async () => {
    const reader = tail(10);
    write("0123456789abcdefghij");
    expect(await reader.poll()).toEqual({ text: "abcdefghij", gap: true });
  });

  it("catches up in bounded steps without losing a byte", async () => {
    const reader = tail(10);
    write("first\n");
    await reader.poll();
    write("0123456789abcdefghijklmno");
    const texts = [await reader.poll(), await reader.poll(), await reader.poll(), await reader.poll()];
    expect(texts).toEqual(["0123456789", "abcdefghij", "klmno", ""].map((text) => ({ text, gap: false })));
  });

  it("starts anew after a truncation", async () => {
    const reader = tail();
    write("a long first line\n");
    await reader.poll();
    log = Buffer.from("new\n");
    expect(await reader.poll()).toEqual({ text: "new\n", gap: true });
  });

  it("starts anew after a rotation, even if the new file is longer already", async () => {
    const reader = tail();
    write("10:00 old\n");
    await reader.poll();
    log = Buffer.from("11:00 new, and more than before\n");
    expect(await reader.poll()).toEqual({ text: "11:00 new, and more than before\n", gap: true });
  });

  it("keeps a character whole that two polls cut", async () => {
    const reader = tail();
    const bytes = Buffer.from("größe\n");
    log = bytes.subarray(0, 3);
    const first = await reader.poll();
    log = bytes;
    expect(first.text + (await reader.poll()).text).toBe("größe\n");
  });

  it("goes on after a failure where it was", async () => {
    const reader = tail();
    write("one\n");
    await reader.poll();
    write("two\n");
    const healthy = server.answer;
    server.answer = (_path, _request, response) => response.writeHead(503).end('{"errors":["restarting"]}');
    await expect(reader.poll()).rejects.toMatchObject({ code: "FLINK_RESTARTING" });
    server.answer = healthy;
    expect(await reader.poll()).toEqual({ text: "two\n", gap: false });
  });

  it("gives out every byte once, however the log grows and whatever the limit", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 8, max: 50 }),
        async (parts, limit) => {
          log = Buffer.alloc(0);
          const reader = tail(limit);
          let seen = (await reader.poll()).text;
          for (const part of parts) {
            write(part);
            seen += (await reader.poll()).text;
          }
          for (let i = 0; i < 400 && Buffer.byteLength(seen) < log.length; i++) seen += (await reader.poll()).text;
          expect(seen).toBe(log.toString("utf8"));
        },
      ),
      { numRuns: 50 },
    );
  });
});
