import { describe, expect, it } from "vitest";
import { jobManagerIdentity, TaskManagerNames } from "./identity.ts";

const on = (host: string, ...ids: string[]) => ids.map((flinkId) => ({ flinkId, host }));
const keys = (names: TaskManagerNames, ...args: Parameters<TaskManagerNames["name"]>) =>
  [...names.name(...args).values()].map(({ key }) => key);

describe("the name of a TaskManager", () => {
  it("is its host's, and stays so when it comes back with another id", () => {
    const names = new TaskManagerNames();
    expect(keys(names, on("node-1", "node-1:4001-aaaaaa"))).toEqual(["taskmanager@node-1"]);
    expect(keys(names, on("node-1", "node-1:4002-bbbbbb"))).toEqual(["taskmanager@node-1"]);
  });

  it("has an ordinal where a host has several, and the successor takes the free one", () => {
    const names = new TaskManagerNames();
    const [first, second, third] = ["n:1-aaaaaa", "n:2-bbbbbb", "n:3-cccccc"];
    expect(keys(names, on("n", first, second, third))).toEqual(["taskmanager@n", "taskmanager@n#2", "taskmanager@n#3"]);
    expect(keys(names, on("n", first, third, "n:9-dddddd"))).toEqual(["taskmanager@n", "taskmanager@n#3", "taskmanager@n#2"]);
  });

  it("passes to the successor while Flink still lists the dead one", () => {
    const names = new TaskManagerNames();
    names.name(on("n", "n:1-aaaaaa"));
    const both = names.name([{ flinkId: "n:1-aaaaaa", host: "n", gone: true }, ...on("n", "n:2-bbbbbb")]);
    expect([...both].map(([id, { key }]) => [id, key])).toEqual([
      ["n:1-aaaaaa", "taskmanager@n"],
      ["n:2-bbbbbb", "taskmanager@n"],
    ]);
  });

  it("is the id where one is configured, on whichever host", () => {
    const names = new TaskManagerNames();
    expect(keys(names, on("10.0.0.7", "cluster-taskmanager-1-2"))).toEqual(["taskmanager:cluster-taskmanager-1-2"]);
    expect(keys(names, on("10.0.0.8", "cluster-taskmanager-1-2"))).toEqual(["taskmanager:cluster-taskmanager-1-2"]);
  });

  it("outlives a restart of Heaptide by the names that were given before", () => {
    const names = new TaskManagerNames([["n:2-bbbbbb", "taskmanager@n"]]);
    expect(names.name(on("n", "n:1-aaaaaa", "n:2-bbbbbb")).get("n:1-aaaaaa")?.key).toBe("taskmanager@n#2");
  });

  it("reads well and calls the loopback address localhost", () => {
    const [identity] = new TaskManagerNames().name(on("127.0.0.1", "127.0.0.1:1-aaaaaa")).values();
    expect(identity).toEqual({ key: "taskmanager@localhost", name: "TaskManager localhost", role: "taskmanager" });
    expect(jobManagerIdentity("::1").key).toBe("jobmanager@localhost");
  });
});
