import { compileJava, findRuntimes, type RunningJava, startJava } from "@heaptide/testkit";
import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, rm, access } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { classHistogram, dumpRecording, isRecording, startRecording, stopRecording } from "../index.ts";

const jdks = findRuntimes();
const { classes, remove } = compileJava(jdks);
afterAll(remove);
const NAME = "heaptide test";
/** The JDK's own reader takes a JVM for each look: slow where the machine is busy. */
const PATIENCE = 120_000;

describe.each(jdks)("a recording of JDK $major", { timeout: PATIENCE }, (jdk) => {
  let java: RunningJava;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "heaptide-recording-"));
    java = await startJava({ jdk, classes, main: "Keeper", args: ["0", "5000", "1000"] });
  });
  afterAll(async () => {
    await java.stop();
    await rm(folder, { recursive: true });
  });

  it("is started once, however often it is asked for", async () => {
    expect(await isRecording(java.pid, NAME)).toBe(false);
    expect(await startRecording(java.pid, { name: NAME })).toEqual({ started: true });
    expect(await startRecording(java.pid, { name: NAME })).toEqual({ started: false });
  });

  it("holds what was allocated and kept, who started threads, and nothing that costs", async () => {
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await classHistogram(java.pid, "live");
    const dump = await dumpRecording(java.pid, { name: NAME, roots: true });
    const file = join(folder, "dump.jfr");
    await copyFile(dump.file, file);
    await dump.remove();
    await expect(access(dump.file)).rejects.toThrow("ENOENT");
    const jfr = (...args: string[]) => execFileSync(join(jdk.home, "bin/jfr"), [...args, file], { encoding: "utf8" });
    const events = new Map([...jfr("summary").matchAll(/^ (jdk\.\w+) +(\d+) /gm)].map((row) => [row[1]!, Number(row[2])]));
    const recorded = [...events].filter(([, count]) => count > 0).map(([name]) => name.replace("CheckPoint", "Checkpoint"));
    expect(recorded.sort()).toEqual(["jdk.Checkpoint", "jdk.GCHeapSummary", "jdk.Metadata", "jdk.OldObjectSample", "jdk.ThreadStart"]);
    expect(jfr("print", "--events", "OldObjectSample")).toMatch(/KEPT : java\.lang\.Class[\s\S]*Keeper\.main/);
    expect(jfr("print", "--events", "ThreadStart")).toContain("Keeper.startThread");
  });

  it("cannot be dumped once it is stopped; stopping it twice is no failure", async () => {
    await stopRecording(java.pid, { name: NAME });
    await stopRecording(java.pid, { name: NAME });
    expect(await isRecording(java.pid, NAME)).toBe(false);
    await expect(dumpRecording(java.pid, { name: NAME, roots: false })).rejects.toMatchObject({ code: "JVM_COMMAND_FAILED" });
  });
});
