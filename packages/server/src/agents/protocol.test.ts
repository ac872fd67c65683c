import { gunzipSync } from "node:zlib";
import type { Observation } from "@heaptide/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeObservations, encodeObservations } from "./protocol.ts";
import { qualified } from "./qualify.ts";

const roundTrip = (observations: Observation[]) => decodeObservations(gunzipSync(encodeObservations(observations)).toString("utf8"));
const sampleOf = fc.record({
  type: fc.constant("sample" as const),
  at: fc.integer({ min: 0, max: 4e12 }),
  incarnation: fc.string({ minLength: 1, maxLength: 20 }),
  measure: fc.constantFrom("heap.live" as const, "threads" as const, "rss" as const),
  value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
});

describe("what an agent pushes", () => {
  it("arrives as it was sent, samples after the rest", () => {
    fc.assert(
      fc.property(fc.array(sampleOf), (samples) => {
        const ended: Observation = { type: "ended", at: 1, incarnation: "a/1@2", reason: "the process is gone" };
        expect(roundTrip([...samples, ended])).toEqual([ended, ...samples]);
      }),
    );
  });

  it.each([
    "",
    "[]",
    "{}",
    '{"form":2,"samples":{},"others":[]}',
    '{"form":1,"samples":{"incarnations":["a"],"measures":["rss"],"incarnation":[1],"measure":[0],"at":[1],"value":[1]},"others":[]}',
    '{"form":1,"samples":{"incarnations":["a"],"measures":["rss"],"incarnation":[0],"measure":[0],"at":[1,2],"value":[1]},"others":[]}',
  ])("is refused when it makes no sense: %s", (text) => {
    expect(() => decodeObservations(text)).toThrow(expect.objectContaining({ code: "INVALID_REQUEST" }));
  });
});

describe("names of an agent's host", () => {
  const process: Observation = {
    type: "process",
    at: 1,
    process: { key: "taskmanager@localhost#2", name: "TaskManager localhost#2", role: "taskmanager" },
    incarnation: {
      ...{ key: "7@1", process: "taskmanager@localhost#2", pid: 7, startedAt: 1, endedAt: null, flinkId: "x", command: "java" },
      ...{ javaVersion: null, collector: null, limits: {} },
    },
  };

  it("are unique among hosts", () => {
    expect(qualified(process, "h1")).toMatchObject({
      process: { key: "taskmanager@h1#2", name: "TaskManager h1#2" },
      incarnation: { key: "h1/7@1", process: "taskmanager@h1#2" },
    });
    const jvm = { ...process, process: { key: "pid:7", name: "Keeper (7)", role: "jvm" as const } };
    expect(qualified(jvm, "h1")).toMatchObject({ process: { key: "pid:7@h1", name: "Keeper (7) on h1" } });
  });

  it("leave alone what several agents of a cluster see alike", () => {
    const count: Observation = { type: "count", at: 1, job: "j", vertex: "v", operator: "o", counter: "records-in", value: 1 };
    expect(qualified(count, "h1")).toEqual(count);
    const change: Observation = {
      type: "change",
      at: 1,
      id: "c",
      kind: "job-deployed",
      job: "j",
      process: null,
      title: "t",
      attributes: {},
    };
    expect(qualified(change, "h1")).toEqual(change);
    expect(qualified({ ...change, job: null, process: "pid:7", attributes: { incarnation: "7@1" } }, "h1")).toMatchObject({
      id: "h1/c",
      process: "pid:7@h1",
      attributes: { incarnation: "h1/7@1" },
    });
    const blind = { type: "probe" as const, at: 1, incarnation: null, probe: "discovery", code: "X", cause: null, next: null };
    expect(qualified(blind, "h1")).toMatchObject({ probe: "discovery of h1" });
  });
});
