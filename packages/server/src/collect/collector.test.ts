import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { isRecording } from "@heaptide/jvm";
import type { Observation } from "@heaptide/model";
import { compileJava, findJdks, type RunningJava, startJava } from "@heaptide/testkit";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Collector, startCollector, type Target } from "./collector.ts";
import { quickClock } from "./quick-clock.ts";

const [jdk] = findJdks();
const { classes, remove } = compileJava([jdk!]);
afterAll(remove);

/** A budget that no machine exceeds: what is tested here is what is seen. */
const generous = { share: 1, longest: 60_000 };

let java: RunningJava;
let ending: AbortController;
let seen: Observation[];
let bugs: unknown[];
beforeEach(async () => {
  java = await startJava({ jdk: jdk!, classes, main: "Keeper", args: ["1000", "100"] });
  ending = new AbortController();
  seen = [];
  bugs = [];
});
afterEach(async () => {
  ending.abort();
  await java.stop();
});

function watch(targets: Target[]): Collector {
  return startCollector({
    targets,
    sink: { append: (all) => void seen.push(...all) },
    signal: ending.signal,
    budget: generous,
    histogramEvery: 2000,
    clock: quickClock(20),
    onBug: (_, error) => bugs.push(error),
  });
}

/** Waits for an observation, however slow the machine is; the test's own time-out ends it. */
async function until<Type extends Observation["type"]>(
  type: Type,
  matches: (one: Extract<Observation, { type: Type }>) => boolean = () => true,
): Promise<Extract<Observation, { type: Type }>> {
  for (;;) {
    const found = seen.find((one): one is Extract<Observation, { type: Type }> => one.type === type && matches(one as never));
    if (found) return found;
    await pause(20);
  }
}

describe("a collector that watches a JVM", () => {
  it("sees its life, counters, kernel's figures, live histograms, and who allocated what is still there", async () => {
    const collector = watch([{ kind: "pid", pid: java.pid }]);
    const { process, incarnation } = await until("process");
    expect(process).toMatchObject({ key: `pid:${java.pid}`, name: `Keeper (${java.pid})`, role: "jvm" });
    expect(incarnation).toMatchObject({ pid: java.pid, limits: { heap: { value: expect.closeTo(64 << 20, -7), unit: "B" } } });
    for (const measure of ["heap.live", "heap.used", "threads", "rss", "descriptors"] as const) {
      await until("sample", (one) => one.measure === measure && one.value > 0);
    }
    const snapshot = await until("snapshot");
    expect(snapshot.kind).toBe("live");
    expect(snapshot.classes.names).toContain("byte[]");
    expect(await until("allocations")).toMatchObject({ incarnation: incarnation.key });
    await until("cost", (one) => one.probe === "recording");
    expect(collector.costs()[0]).toMatchObject({ incarnation: incarnation.key, lastMinute: expect.any(Number) });
    expect(bugs).toEqual([]);
  });

  it("leaves no recording behind", async () => {
    const collector = watch([{ kind: "pid", pid: java.pid }]);
    await until("snapshot");
    expect(await isRecording(java.pid, "heaptide")).toBe(true);
    ending.abort();
    await collector.ended;
    expect(await isRecording(java.pid, "heaptide")).toBe(false);
  });

  it("says that it is gone when it is killed, and goes on", async () => {
    watch([{ kind: "pid", pid: java.pid }]);
    const { incarnation } = await until("process");
    await until("snapshot");
    await java.stop();
    expect(await until("ended")).toMatchObject({ incarnation: incarnation.key });
    expect(await until("change", (one) => one.kind === "process-lost")).toMatchObject({ process: incarnation.process });
    await until("probe", (one) => one.probe === "discovery" && one.code === "NO_SUCH_PROCESS");
    expect(bugs).toEqual([]);
  });

  it("sees what it may with pauses switched off", async () => {
    startCollector({
      targets: [{ kind: "pid", pid: java.pid }],
      sink: { append: (all) => void seen.push(...all) },
      signal: ending.signal,
      budget: { share: 0, longest: 1000 },
      clock: quickClock(20),
    });
    await until("sample", (one) => one.measure === "heap.used");
    await until("probe", (one) => one.probe === "histogram" && one.code === "PROBING_IS_OFF");
    expect(seen.some((one) => one.type === "snapshot")).toBe(false);
  });
});

describe("a collector with a target that cannot be seen", () => {
  it("says why, and sees the others", async () => {
    watch([
      { kind: "flink", url: "http://127.0.0.1:1" },
      { kind: "pid", pid: java.pid },
    ]);
    expect(await until("probe", (one) => one.probe === "jobs")).toMatchObject({ code: "FLINK_UNREACHABLE", next: expect.any(String) });
    await until("snapshot");
    expect(bugs).toEqual([]);
  });

  it("says that what answers is no Flink", async () => {
    const server = createServer((_, answer) => void answer.end("<html>hello</html>")).listen(0, "127.0.0.1");
    await once(server, "listening");
    watch([{ kind: "flink", url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }]);
    expect(await until("probe", (one) => one.probe === "jobs")).toMatchObject({ code: "NOT_FLINK" });
    ending.abort();
    server.close();
    server.closeAllConnections();
  });
});
