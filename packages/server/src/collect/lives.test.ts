import type { Incarnation, ProcessIdentity } from "@heaptide/model";
import { expect, it } from "vitest";
import { lost } from "./lives.ts";

const process: ProcessIdentity = { key: "pid:7", name: "Service", role: "jvm" };
const life: Incarnation = {
  ...{ key: "7@1", process: "pid:7", pid: 7, startedAt: 1, endedAt: null, flinkId: null, command: "java" },
  ...{ javaVersion: "21", collector: "G1", limits: { "native-memory": { value: 2 * 2 ** 30, unit: "B", source: "cgroup memory.max" } } },
};
const clock = { now: () => 5, sleep: () => Promise.resolve() };

it("is said of a process that is gone whether the kernel ended it for want of memory, and of how much it was allowed", () => {
  const [ended, change] = lost(process, life, clock, true);
  expect(ended).toMatchObject({
    type: "ended",
    incarnation: "7@1",
    reason: expect.stringContaining("memory of its container (2.0 GiB)") as string,
  });
  expect(change).toMatchObject({
    kind: "process-lost",
    title: expect.stringContaining("the kernel ended it") as string,
    attributes: { reason: "OOMKilled" },
  });
  expect(lost(process, life, clock)).toMatchObject([{ reason: "the process is gone" }, { title: "Service lost" }]);
});
