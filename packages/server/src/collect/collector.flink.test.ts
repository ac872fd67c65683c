import { setTimeout as pause } from "node:timers/promises";
import { type LocalCluster, startCluster } from "@heaptide/flink";
import type { Observation } from "@heaptide/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCollector } from "./collector.ts";
import { quickClock } from "./quick-clock.ts";

let cluster: LocalCluster;
beforeAll(async () => {
  cluster = await startCluster({ heap: "128m" });
});
afterAll(() => cluster.stop());

describe("a collector that watches a Flink cluster", () => {
  it("finds its JVMs, and takes a restarted TaskManager for the same process in its next life", async () => {
    const ending = new AbortController();
    const seen: Observation[] = [];
    const collector = startCollector({
      targets: [{ kind: "flink", url: cluster.restUrl }],
      sink: { append: (all) => void seen.push(...all) },
      signal: ending.signal,
      clock: quickClock(4),
    });
    const lives = () => seen.flatMap((one) => (one.type === "process" && one.process.role === "taskmanager" ? [one.incarnation] : []));
    const until = async (holds: () => boolean) => {
      while (!holds()) await pause(50);
    };
    await until(() => lives().length === 1 && seen.some((one) => one.type === "process" && one.process.role === "jobmanager"));
    expect(lives()[0]!.pid).toBe(cluster.taskManagers[0]!.pid);

    await cluster.killTaskManager();
    await until(() => seen.some((one) => one.type === "ended"));
    await cluster.startTaskManager();
    await until(() => lives().length === 2);
    const [first, second] = lives();
    expect(second!.process).toBe(first!.process);
    expect(second!.key).not.toBe(first!.key);
    expect(seen.filter((one) => one.type === "change").map((one) => one.kind)).toEqual(
      expect.arrayContaining(["process-started", "process-lost"]),
    );
    ending.abort();
    await collector.ended;
  });
});
