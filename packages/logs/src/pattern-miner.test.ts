import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PatternMiner } from "./pattern-miner.ts";
import type { LogRecord } from "./record.ts";

function record(message: string, spec: Partial<LogRecord> = {}): LogRecord {
  return { at: 0, level: "info", logger: "org.example.Job", thread: null, throwable: null, message, ...spec };
}

describe("PatternMiner", () => {
  it.each([
    ["numbers", "Checkpoint 17 done in 312ms (1.5MB)", "Checkpoint 18 done in 2s (900kB)", "Checkpoint <*> done in <*> (<*>)"],
    ["ids", "Job 5f1c0a9be2d34c7f finished", "Job 0123456789abcdef finished", "Job <*> finished"],
    ["addresses", "Lost http://a:8081/x, retrying", "Lost https://b/y, retrying", "Lost <*>, retrying"],
    ["paths", "Reading /data/in/a-1.json", "Reading /data/in/b.json", "Reading <*>"],
    ["hosts", "Connected to 10.0.0.1:6123", "Connected to 10.0.0.22:50010", "Connected to <*>"],
    ["object hashes", "Released o.e.Pool@1a2b3c", "Released o.e.Pool@77ff00a1", "Released o.e.Pool@<*>"],
    ["subtasks", "Task events (1/4)#0 is RUNNING", "Task events (2/4)#1 is RUNNING", "Task events (<*>/<*>)#<*> is RUNNING"],
  ])("takes %s for variable from the first message on", (_, one, other, pattern) => {
    const miner = new PatternMiner();
    const seen = miner.add(record(one));
    expect(seen).toMatchObject({ pattern, isNew: true });
    expect(miner.add(record(other))).toEqual({ ...seen, isNew: false });
  });

  it("leaves digits inside of a word alone", () => {
    expect(new PatternMiner().add(record("Using Base64 and log4j")).pattern).toBe("Using Base64 and log4j");
  });

  it("learns what else varies, and keeps the id", () => {
    const miner = new PatternMiner();
    const first = miner.add(record("User alice logged in from Berlin"));
    const second = miner.add(record("User bob logged in from Paris"));
    expect(second).toEqual({ patternId: first.patternId, pattern: "User <*> logged in from <*>", level: "info", isNew: false });
  });

  it("tells apart what differs in level, logger, root cause or where that was thrown", () => {
    const miner = new PatternMiner();
    const variants = [
      {},
      { frame: "org.example.Job.map" },
      { level: "error" as const },
      { logger: "org.example.Other" },
      { throwable: "java.lang.OutOfMemoryError" },
    ];
    expect(new Set(variants.map((spec) => miner.add(record("Task failed", spec)).patternId)).size).toBe(5);
  });

  it("gives the same id in another process", () => {
    const busy = new PatternMiner();
    for (let i = 0; i < 50; i++) busy.add(record(`Something ${"else ".repeat(i)}happened`));
    const message = "You are creating too many instances: 65";
    expect(busy.add(record(message)).patternId).toBe(new PatternMiner().add(record(message)).patternId);
  });

  it("looks at the first line of a message alone", () => {
    const miner = new PatternMiner();
    expect(miner.add(record("Options:\n-Xmx1g")).patternId).toBe(miner.add(record("Options:\n-Xmx2g -Xms1g")).patternId);
  });

  it("keeps the patterns in use when a flood of new ones comes, and counts those as others", () => {
    const miner = new PatternMiner({ capacity: 10, idleAfter: 1000 });
    const known = miner.add(record("A pattern in use"));
    const flood = Array.from({ length: 500 }, (_, i) => miner.add(record(`word${"x".repeat(i)}`)));
    expect(miner.size).toBe(10);
    expect(flood.at(-1)).toMatchObject({ pattern: "(other messages)", isNew: false });
    expect(miner.add(record("A pattern in use"))).toEqual({ ...known, isNew: false });
  });

  it("gives the place of a pattern that is not seen any more to a new one", () => {
    const miner = new PatternMiner({ capacity: 2, idleAfter: 100 });
    miner.add(record("Old one"));
    for (let i = 0; i < 200; i++) miner.add(record("Busy one"));
    expect(miner.add(record("Newcomer"))).toMatchObject({ pattern: "Newcomer", isNew: true });
    expect(miner.size).toBe(2);
  });

  it("finds a pattern for any message, in bounded memory", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 60 })), (messages) => {
        const miner = new PatternMiner({ capacity: 5 });
        for (const message of messages) expect(miner.add(record(message)).patternId).toMatch(/^[0-9a-f]{16}$/);
        expect(miner.size).toBeLessThanOrEqual(5);
      }),
    );
  });
});
