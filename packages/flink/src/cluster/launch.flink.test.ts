import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, readlink } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FlinkClient } from "../rest/client.ts";
import { locateJobManager, locateTaskManagers } from "../task-managers.ts";
import { type LocalCluster, startCluster } from "./launch.ts";

/** A process that has ended stays as a zombie until its new parent reaps it: it has no program any more then. */
const isRunning = (pid: number) => existsSync(`/proc/${pid}/exe`);

async function until(condition: () => boolean, within = 60_000): Promise<boolean> {
  for (const end = Date.now() + within; Date.now() < end; await pause(200)) if (condition()) return true;
  return false;
}

describe.runIf(process.platform === "linux")("a local cluster", () => {
  let cluster: LocalCluster;
  let client: FlinkClient;
  beforeAll(async () => {
    cluster = await startCluster({ heap: "128m" });
    client = new FlinkClient(cluster.restUrl);
  });
  afterAll(() => cluster?.stop());

  it("is ready when its start resolves: REST answers and the TaskManager is registered", async () => {
    expect(await client.overview()).toMatchObject({ taskmanagers: 1, "slots-total": 4, "flink-version": "2.3.0" });
    expect(cluster.taskManagers).toHaveLength(1);
  });

  it("tells Flink the whole memory layout", async () => {
    const [taskManager] = await client.taskManagers();
    expect(taskManager!.memoryConfiguration).toMatchObject({
      taskHeap: 96 * 2 ** 20,
      frameworkHeap: 32 * 2 ** 20,
      jvmMetaspace: 192 * 2 ** 20,
    });
  });

  it("knows its JVMs by pid, and so does whoever looks from outside", async () => {
    const [taskManager] = cluster.taskManagers;
    expect(await locateTaskManagers(client)).toEqual([{ flinkId: taskManager!.flinkId, host: "127.0.0.1", pid: taskManager!.pid }]);
    expect(await locateJobManager(client)).toMatchObject({ pid: cluster.jobManager.pid });
  });

  it("listens on the loopback address only", async () => {
    const owned = new Set<string>();
    for (const pid of [cluster.jobManager.pid, cluster.taskManagers[0]!.pid]) {
      for (const descriptor of await readdir(`/proc/${pid}/fd`)) owned.add(await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => ""));
    }
    const rows = (await Promise.all(["tcp", "tcp6"].map((table) => readFile(`/proc/net/${table}`, "utf8")))).join("\n").split("\n");
    const listening = rows
      .map((row) => row.trim().split(/\s+/))
      .filter((columns) => columns[3] === "0A" && owned.has(`socket:[${columns[9]}]`));
    expect(listening.length).toBeGreaterThan(3);
    for (const [, address] of listening) expect(address).toMatch(/^(0000000000000000FFFF0000)?0100007F:/);
  });

  it("serves each JVM's own log by REST", async () => {
    const files = await client.logFiles({ role: "taskmanager", id: cluster.taskManagers[0]!.flinkId });
    expect(files.map(({ name }) => name).toSorted()).toEqual(["taskmanager-1.log", "taskmanager-1.out"]);
  });

  it("runs beside a second one without a collision", async () => {
    const other = await startCluster({ taskManagers: 0 });
    try {
      expect(other.restUrl).not.toBe(cluster.restUrl);
      expect((await new FlinkClient(other.restUrl).overview()).taskmanagers).toBe(0);
    } finally {
      await other.stop();
    }
    expect(existsSync(other.directory)).toBe(false);
    expect((await client.overview()).taskmanagers).toBe(1);
  });

  it("loses a TaskManager that is killed, and takes a new one", async () => {
    const [lost] = cluster.taskManagers;
    await cluster.killTaskManager();
    expect(isRunning(lost!.pid)).toBe(false);
    expect(cluster.taskManagers).toEqual([]);
    const successor = await cluster.startTaskManager();
    expect(successor.flinkId).not.toBe(lost!.flinkId);
    expect(cluster.taskManagers).toEqual([successor]);
    expect((await client.taskManagers()).map(({ id }) => id)).toContain(successor.flinkId);
  });

  it("ends with its processes and its folder gone, however often it is stopped", async () => {
    const pids = [cluster.jobManager.pid, ...cluster.taskManagers.map(({ pid }) => pid)];
    await Promise.all([cluster.stop(), cluster.stop()]);
    expect(pids.filter(isRunning)).toEqual([]);
    expect(existsSync(cluster.directory)).toBe(false);
  });
});

describe("a start that fails", () => {
  it("says what the JVM said", async () => {
    const start = startCluster({ jvmOptions: { jobmanager: ["-XX:+NoSuchOption"] } });
    await expect(start).rejects.toMatchObject({
      code: "CLUSTER_START_FAILED",
      message: expect.stringMatching(/JobManager.*exit code 1[^]*NoSuchOption/),
    });
  });

  it("says what Flink logged, and leaves no process behind", async () => {
    const start = startCluster({ heap: "128m", configuration: { "taskmanager.numberOfTaskSlots": "none" } });
    const error: Error = await start.then(
      () => expect.unreachable(),
      (thrown: Error) => thrown,
    );
    expect(error).toMatchObject({ code: "CLUSTER_START_FAILED", message: expect.stringContaining("taskmanager.numberOfTaskSlots") });
  });

  it("ends when it is aborted", async () => {
    const caller = new AbortController();
    const start = startCluster({ signal: caller.signal, onProgress: () => setTimeout(() => caller.abort(new Error("enough")), 500) });
    await expect(start).rejects.toThrow("enough");
  });
});

describe.runIf(process.platform === "linux")("the JVMs of a cluster", () => {
  it("die with the process that started them, also by kill -9", async () => {
    const main = fileURLToPath(new URL("./main.ts", import.meta.url));
    const parent = spawn(process.execPath, [main, "--heap", "128m"], { stdio: ["ignore", "pipe", "ignore"] });
    const pids: number[] = [];
    let logs = "";
    for await (const line of createInterface(parent.stdout)) {
      const pid = /pid (\d+)/.exec(line);
      if (pid) pids.push(Number(pid[1]));
      if (line.startsWith("logs")) {
        logs = line.split(/\s+/)[1]!;
        break;
      }
    }
    expect(pids).toHaveLength(2);
    expect(pids.filter(isRunning)).toEqual(pids);

    parent.kill("SIGKILL");
    await once(parent, "exit");
    expect(await until(() => !pids.some(isRunning))).toBe(true);
    expect(await until(() => !existsSync(join(logs, "..")))).toBe(true);
  });
});
