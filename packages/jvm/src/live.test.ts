import { compileJava, findRuntimes, type Jdk, type RunningJava, startJava } from "@heaptide/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  classHistogram,
  classLoaderStats,
  describeJvm,
  heapDump,
  heapInfo,
  listDescriptors,
  memoryView,
  readLimits,
  readPerfData,
  readProc,
  threadPrint,
  vmVersion,
} from "./index.ts";

const KEPT = 20_000;
const SIZE = 500;
const jdks = findRuntimes();
const { classes, remove } = compileJava(jdks);
afterAll(remove);

const keeper = (jdk: Jdk, ...options: string[]) => startJava({ jdk, classes, main: "Keeper", args: [`${KEPT}`, `${SIZE}`], options });

it("needs JDK 17 and 25 for all of these tests", ({ skip }) => {
  const missing = [17, 25].filter((major) => !jdks.some((jdk) => jdk.major === major));
  skip(
    missing.length > 0,
    `not installed here: JDK ${missing.join(" and ")}; the tests below ran on JDK ${jdks.map((jdk) => jdk.major).join(", ")}`,
  );
});

const COLLECTORS = [
  { option: "-XX:+UseSerialGC", collector: /^Serial$/ },
  { option: "-XX:+UseParallelGC", collector: /^Parallel$/ },
  { option: "-XX:+UseG1GC", collector: /^G1$/ },
  { option: "-XX:+UseZGC", collector: /^ZGC/ },
];

/** ZGC was an experiment before 15. */
const isThere = (jdk: Jdk, option: string): boolean => jdk.major >= 15 || !option.includes("ZGC");

describe.each(jdks.flatMap((jdk) => COLLECTORS.filter(({ option }) => isThere(jdk, option)).map((c) => ({ jdk, ...c }))))(
  "JDK $jdk.major with $option",
  ({ jdk, option, collector }) => {
    let java: RunningJava;
    beforeAll(async () => void (java = await keeper(jdk, option)));
    afterAll(() => java.stop());

    it("counts what is alive, and its counters after a collection agree with the count", async () => {
      const live = await classHistogram(java.pid, "live");
      const view = memoryView(await readPerfData(java.pid));
      const row = live.classes.names.indexOf("Keeper$Kept");
      expect(live.classes.instances[row]).toBe(KEPT);
      expect(view.collector).toMatch(collector);
      expect(live.pauseFrom).toBe("safepoints");
      expect(live.pause).toBeGreaterThan(0);
      const total = live.classes.bytes.reduce((sum, size) => sum + size, 0);
      expect(total).toBeGreaterThan(KEPT * SIZE);
      if (view.collector?.startsWith("ZGC")) expect(view.afterGc).toBeNull();
      else expect(view.afterGc! / total).toBeCloseTo(1, 1);
    });

    it("tells -Xmx, threads and classes", async () => {
      const view = memoryView(await readPerfData(java.pid));
      expect(view.heapMax).toBe(64 * 2 ** 20);
      expect(view.threads).toBeGreaterThan(3);
      expect(view.classesLoaded).toBeGreaterThan(300);
      expect((await readLimits(java.pid)).heap).toEqual({ value: 64 * 2 ** 20, unit: "B", source: "-Xmx" });
    });

    it("answers GC.heap_info with at least what is kept", async () => {
      expect((await heapInfo(java.pid)).used).toBeGreaterThan(KEPT * SIZE);
    });
  },
);

describe.each(jdks)("JDK $major", (jdk) => {
  let java: RunningJava;
  beforeAll(async () => void (java = await keeper(jdk, "-XX:+UseSerialGC", "-XX:MaxMetaspaceSize=96m", "-XX:MaxDirectMemorySize=8m")));
  afterAll(() => java.stop());

  it("is described with its main class, version and heap", async () => {
    const jvm = await describeJvm(java.pid);
    expect(jvm).toMatchObject({
      pid: java.pid,
      mainClass: "Keeper",
      role: "jvm",
      collector: "Serial",
      attach: { ok: true },
      counters: { ok: true },
    });
    expect(jvm.javaVersion).toMatch(new RegExp(`^${jdk.major}`));
    expect(Math.abs(Date.now() - jvm.startedAt)).toBeLessThan(600_000);
  });

  it("counts at least as much without a collection", async () => {
    const all = await classHistogram(java.pid, "all");
    expect(all.classes.instances[all.classes.names.indexOf("Keeper$Kept")]).toBe(KEPT);
    expect(all.classes.names).toContain("byte[]");
  });

  it("tells its version, threads, class loaders and descriptors", async () => {
    expect((await vmVersion(java.pid)).jdk).toMatch(new RegExp(`^${jdk.major}`));
    const main = (await threadPrint(java.pid)).find((thread) => thread.name === "main");
    expect(main?.stack.some((frame) => frame.startsWith("Keeper.main("))).toBe(true);
    expect((await classLoaderStats(java.pid)).some((loader) => loader.type.endsWith("$AppClassLoader"))).toBe(true);
    expect((await listDescriptors(java.pid)).some((group) => group.target.endsWith("/lib/modules"))).toBe(true);
  });

  it("is limited by what it was started with and by what the kernel allows", async () => {
    const limits = await readLimits(java.pid);
    expect(limits.metaspace?.value).toBe(96 * 2 ** 20);
    expect(limits["direct-memory"]).toEqual({ value: 8 * 2 ** 20, unit: "B", source: "-XX:MaxDirectMemorySize" });
    expect(limits.descriptors?.value).toBeGreaterThan(0);
  });

  it("has the same start time however often it is asked", async () => {
    const readings = await Promise.all([readProc(java.pid), readProc(java.pid)]);
    expect(readings[0].startedAt).toBe(readings[1].startedAt);
    expect(readings[0]).toMatchObject({ pid: java.pid, user: expect.any(String), descriptors: expect.any(Number) });
    expect(readings[0].rss).toBeGreaterThan(10 * 2 ** 20);
  });

  it("writes a heap dump that can be read and removed from here, and overwrites none", async () => {
    const dump = await heapDump(java.pid, { kind: "live" });
    expect(dump.size).toBeGreaterThan(KEPT * SIZE);
    const path = dump.file.slice(`/proc/${java.pid}/root`.length);
    await expect(heapDump(java.pid, { kind: "live", path })).rejects.toMatchObject({ code: "JVM_COMMAND_FAILED" });
    await dump.remove();
    await expect(import("node:fs/promises").then((fs) => fs.access(dump.file))).rejects.toThrow("ENOENT");
  });

  it("says in the JVM's own words why a dump could not be written", async () => {
    const failing = heapDump(java.pid, { kind: "live", path: "/no/such/folder/x.hprof" });
    await expect(failing).rejects.toMatchObject({
      code: "JVM_COMMAND_FAILED",
      detail: { said: expect.stringMatching(/No such file|Unable to create/) },
    });
  });
});
