import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listeningSockets, listens, localAddresses, roleOf } from "./proc.ts";
import { type AnsweringServer, startAnsweringServer } from "./rest/answering-server.ts";
import { FlinkClient } from "./rest/client.ts";
import { locateTaskManagers, resourceIdIn, rpcAddress } from "./task-managers.ts";

describe("a JVM's command line", () => {
  it.each([
    [
      "taskmanager",
      "/opt/java/bin/java",
      "-Xmx1g",
      "-cp",
      "x",
      "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
      "--configDir",
      "/c",
    ],
    ["taskmanager", "java", "org.apache.flink.yarn.YarnTaskExecutorRunner"],
    ["taskmanager", "java", "org.apache.flink.kubernetes.taskmanager.KubernetesTaskExecutorRunner"],
    ["jobmanager", "java", "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"],
    ["jobmanager", "java", "org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint"],
    [null, "java", "org.apache.flink.client.cli.CliFrontend"],
    [null, "java", "-jar", "app.jar"],
    [null, "grep", "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"],
    [null],
  ])("tells the role %s", (role, ...command) => {
    expect(roleOf(command as string[])).toBe(role);
  });

  it("holds a configured resource id in one argument or in two", () => {
    expect(resourceIdIn(["java", "-Dtaskmanager.resource-id=tm-1"])).toBe("tm-1");
    expect(resourceIdIn(["java", "X", "-D", "taskmanager.resource-id=tm=2"])).toBe("tm=2");
    expect(resourceIdIn(["java", "X"])).toBeUndefined();
  });
});

describe("rpcAddress", () => {
  it("reads the addresses of every version's RPC, and nothing else", () => {
    expect(rpcAddress("pekko.tcp://flink@10.0.0.7:6122/user/rpc/taskmanager_0")).toEqual({ host: "10.0.0.7", port: 6122 });
    expect(rpcAddress("akka.ssl.tcp://flink@tm-1:6122/user/rpc/taskmanager_0")).toEqual({ host: "tm-1", port: 6122 });
    expect(rpcAddress("pekko.tcp://flink@[fd00::7]:6122/user/rpc/taskmanager_0")).toEqual({ host: "fd00::7", port: 6122 });
    expect(["", "localhost:1", "pekko://flink/user/rpc"].map(rpcAddress)).toEqual([undefined, undefined, undefined]);
  });
});

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:17EA 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0000000000000000 100 0 0 10 0
   1: 0100007F:17EA 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0000000000000000 100 0 0 10 0
   2: 0000000000000000FFFF00000100007F:17E9 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4713 1 0
`;
const TRIE = `Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     |-- 10.1.2.3
        /32 host LOCAL
     |-- 10.1.2.255
        /32 link BROADCAST
`;

describe("/proc", () => {
  it("tells the sockets that listen on a port, of IPv4 and IPv6", () => {
    expect(listeningSockets(TABLE, 6122)).toEqual(["4711"]);
    expect(listeningSockets(TABLE, 6121)).toEqual(["4713"]);
    expect(listeningSockets("garbage\n\n0A 0A 0A 0A", 6122)).toEqual([]);
  });

  it("tells the addresses of a network namespace", () => {
    expect([...localAddresses(TRIE)]).toEqual(["10.1.2.3"]);
  });

  it.runIf(process.platform === "linux")("shows a real socket of this process, and none on another port", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    expect(await listens("/proc", process.pid, port)).toBe(true);
    await new Promise((resolve) => server.close(resolve));
    expect(await listens("/proc", process.pid, port)).toBe(false);
  });
});

/** A /proc made of files: what several containers on one host look like from outside. */
describe.runIf(process.platform === "linux")("locateTaskManagers", () => {
  let proc: string;
  let flink: AnsweringServer;
  beforeAll(async () => {
    proc = await mkdtemp(join(tmpdir(), "heaptide-proc-"));
    flink = await startAnsweringServer();
  });
  afterAll(async () => {
    await flink.stop();
    await rm(proc, { recursive: true, force: true });
  });

  async function container(pid: number, about: { address: string; sockets: readonly string[]; args?: readonly string[] }): Promise<void> {
    const folder = join(proc, String(pid));
    await mkdir(join(folder, "net"), { recursive: true });
    await mkdir(join(folder, "fd"), { recursive: true });
    await writeFile(
      join(folder, "cmdline"),
      ["java", "org.apache.flink.runtime.taskexecutor.TaskManagerRunner", ...(about.args ?? [])].join("\0"),
    );
    await writeFile(join(folder, "net/tcp"), TABLE);
    await writeFile(join(folder, "net/tcp6"), TABLE);
    await writeFile(join(folder, "net/fib_trie"), TRIE.replace("10.1.2.3", about.address));
    for (const [i, inode] of about.sockets.entries()) await symlink(`socket:[${inode}]`, join(folder, "fd", String(i)));
  }
  const listed = (...taskManagers: readonly { id: string; host: string }[]) => {
    const rows = taskManagers.map(({ id, host }) => ({
      id,
      path: `pekko.tcp://flink@${host}:6122/user/rpc/taskmanager_0`,
      dataPort: 6121,
      timeSinceLastHeartbeat: 1,
      slotsNumber: 1,
      freeSlots: 1,
    }));
    flink.answer = (_path, _request, response) => response.end(JSON.stringify({ taskmanagers: rows }));
    return locateTaskManagers(new FlinkClient(flink.url), { proc });
  };

  it("tells containers with equal ports apart by their addresses, and a remote twin from the local one", async () => {
    await container(101, { address: "10.1.2.3", sockets: ["4711", "4713"] });
    await container(102, { address: "10.1.2.4", sockets: ["4711", "4713"] });
    const found = await listed({ id: "a", host: "10.1.2.4" }, { id: "b", host: "10.1.2.3" }, { id: "c", host: "10.9.9.9" });
    expect(found).toMatchObject([
      { pid: 102 },
      { pid: 101 },
      { pid: null, why: "it runs on another host, 10.9.9.9", next: expect.stringContaining("10.9.9.9") },
    ]);
  });

  it("believes a configured resource id without looking at ports", async () => {
    await container(103, { address: "10.1.2.5", sockets: [], args: ["-D", "taskmanager.resource-id=tm-3"] });
    expect(await listed({ id: "tm-3", host: "10.7.7.7" })).toMatchObject([{ flinkId: "tm-3", pid: 103 }]);
  });

  it("does not take a process for one whose ports another one holds", async () => {
    await container(104, { address: "10.1.2.6", sockets: ["4711"] });
    expect(await listed({ id: "d", host: "10.1.2.6" })).toMatchObject([{ pid: null }]);
  });

  it("says that there is none in this PID namespace", async () => {
    await rm(proc, { recursive: true });
    await mkdir(proc);
    expect(await listed({ id: "a", host: "10.1.2.4" })).toMatchObject([{ pid: null, why: "no TaskManager runs in this PID namespace" }]);
  });
});
