import { describe, expect, it } from "vitest";
import { parseGroups, parseMounts, pathsUp } from "./cgroup.ts";
import { flinkIdOf, parseCommandLine, roleOf, sizeOf, switchOf } from "./command-line.ts";
import { groupDescriptors } from "./descriptors.ts";
import { parseJvmMapping } from "./memory-map.ts";
import { parseStatus, parseTimes } from "./status.ts";

describe("parseStatus", () => {
  const status = (lines: Record<string, string>) =>
    parseStatus(
      4711,
      Object.entries(lines)
        .map(([name, value]) => `${name}:\t${value}`)
        .join("\n"),
    );

  it("takes the innermost pid of a process in a container, its effective user and its signals", () => {
    const seen = status({
      Name: "java",
      State: "S (sleeping)",
      NStgid: "4711\t7",
      Uid: "0 1000 0 0",
      Gid: "0 1001 0 0",
      VmRSS: "2048 kB",
      Threads: "33",
      SigCgt: "0000000101005ccd",
    });
    expect(seen).toMatchObject({ nsPid: 7, nsDepth: 1, uid: 1000, gid: 1001, rss: 2048 * 1024, threads: 33, signalsCaught: 0x01005ccd });
  });

  it("takes a zombie for ended", () => {
    expect(() => status({ Name: "java", State: "Z (zombie)" })).toThrow(expect.objectContaining({ code: "NO_SUCH_PROCESS" }));
  });
});

describe("parseTimes", () => {
  it("is not misled by a name with blanks and parentheses", () => {
    const stat = `1 (a) b (c)) S ${Array.from({ length: 49 }, (_, i) => i + 4).join(" ")}`;
    // Fields count from 1: user time is 14, system time 15, start 22, in ticks of 10 ms.
    expect(parseTimes(1, stat, 5000, 100)).toEqual({ cpuTime: 290, startedAt: 5220 });
  });
});

describe("parseCommandLine", () => {
  it("finds the main class behind options with values of their own", () => {
    const line = parseCommandLine([
      "/usr/bin/java",
      "-Xmx1g",
      "-cp",
      "a.jar:b.jar",
      "--add-opens",
      "java.base/java.lang=ALL-UNNAMED",
      "org.example.Main",
      "-x",
      "y",
    ]);
    expect(line).toEqual({
      vmArguments: ["-Xmx1g", "-cp", "a.jar:b.jar", "--add-opens", "java.base/java.lang=ALL-UNNAMED"],
      mainClass: "org.example.Main",
      programArguments: ["-x", "y"],
    });
  });

  it("takes a jar and a module for what is run", () => {
    expect(parseCommandLine(["java", "-jar", "app.jar", "--port=1"])).toMatchObject({
      mainClass: "app.jar",
      programArguments: ["--port=1"],
    });
    expect(parseCommandLine(["java", "-m", "a.b/a.b.Main"]).mainClass).toBe("a.b/a.b.Main");
  });

  it("has no main class for a JVM without one", () => {
    expect(parseCommandLine(["java", "-version"]).mainClass).toBeNull();
    expect(parseCommandLine([]).mainClass).toBeNull();
  });
});

describe("options", () => {
  it("lets the last mention of a switch or size win", () => {
    const options = ["-XX:-UsePerfData", "-XX:+UsePerfData", "-Xmx64m", "-XX:MaxHeapSize=0x100k", "-XX:MaxMetaspaceSize=1G"];
    expect(switchOf(options, "UsePerfData")).toBe(true);
    expect(switchOf(options, "DisableAttachMechanism")).toBeUndefined();
    expect(sizeOf(options, "MaxHeapSize")).toBe(256 * 1024);
    expect(sizeOf(options, "MaxMetaspaceSize")).toBe(2 ** 30);
    expect(sizeOf(options, "MaxDirectMemorySize")).toBeUndefined();
  });
});

describe("roleOf and flinkIdOf", () => {
  it("know Flink's processes by their main class", () => {
    expect(roleOf("org.apache.flink.runtime.taskexecutor.TaskManagerRunner")).toBe("taskmanager");
    expect(roleOf("org.apache.flink.kubernetes.taskmanager.KubernetesTaskExecutorRunner")).toBe("taskmanager");
    expect(roleOf("org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint")).toBe("jobmanager");
    expect(roleOf("org.example.Main")).toBe("jvm");
    expect(roleOf(null)).toBe("jvm");
  });

  it("find the resource id in both spellings, and nowhere else", () => {
    expect(flinkIdOf(["--configDir", "c", "-D", "taskmanager.resource-id=tm-1"])).toBe("tm-1");
    expect(flinkIdOf(["-Dtaskmanager.resource-id=tm-2"])).toBe("tm-2");
    expect(flinkIdOf(["taskmanager.resource-id=tm-3"])).toBeNull();
  });
});

describe("parseJvmMapping", () => {
  const perf = "7f9bd0b7b000-7f9bd0b83000 rw-s 00000000 fe:00 9986097                    /tmp/hsperfdata_some user/114";
  const lib = "7f9bcf800000-7f9bcfa51000 r--p 00000000 fe:00 315152                     /usr/lib/jvm/17/lib/server/libjvm.so";

  it("finds the library and the counters", () => {
    expect(parseJvmMapping(`${lib}\n${perf}\n`)).toEqual({
      libjvm: "/usr/lib/jvm/17/lib/server/libjvm.so",
      perfData: { path: "/tmp/hsperfdata_some user/114", deleted: false, range: "7f9bd0b7b000-7f9bd0b83000" },
    });
  });

  it("notices that the counters' file was removed", () => {
    expect(parseJvmMapping(`${lib}\n${perf} (deleted)\n`)?.perfData).toMatchObject({
      path: "/tmp/hsperfdata_some user/114",
      deleted: true,
    });
  });

  it("takes nothing else for a JVM", () => {
    expect(parseJvmMapping("00400000-00452000 r-xp 00000000 08:02 173521 /usr/bin/dbus-daemon\n")).toBeNull();
  });
});

describe("control groups", () => {
  it("are found in v1, v2 and hybrid hierarchies", () => {
    const groups = parseGroups("9:name=systemd:/\n4:memory:/docker/a1\n3:cpu,cpuacct:/x\n0::/unified.slice\n");
    expect([groups.get("memory"), groups.get("cpuacct"), groups.get("")]).toEqual(["/docker/a1", "/x", "/unified.slice"]);
    const mounts = parseMounts(
      "35 31 0:32 /docker/a1 /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n41 31 0:38 / /sys/fs/cgroup rw shared:9 - cgroup2 cgroup2 rw\n",
    );
    expect(mounts.get("memory")).toEqual({ root: "/docker/a1", point: "/sys/fs/cgroup/memory" });
    expect(mounts.get("")).toEqual({ root: "/", point: "/sys/fs/cgroup" });
  });

  it("are limited by every group above them that can be seen", () => {
    expect(pathsUp({ root: "/", point: "/cg" }, "/a/b")).toEqual(["/cg/a/b", "/cg/a", "/cg"]);
    expect(pathsUp({ root: "/a", point: "/cg" }, "/a/b")).toEqual(["/cg/b", "/cg"]);
    expect(pathsUp({ root: "/a", point: "/cg" }, "/other")).toBeNull();
    expect(pathsUp({ root: "/", point: "/cg" }, "/../sibling")).toBeNull();
  });
});

describe("groupDescriptors", () => {
  it("counts files by path and sockets together, most first", () => {
    const groups = groupDescriptors(["socket:[1]", "/data/a", "socket:[2]", "anon_inode:[eventpoll]", "/dev/null", "pipe:[3]"]);
    expect(groups[0]).toEqual({ kind: "socket", target: "socket", count: 2 });
    expect(groups.map((group) => group.kind)).toEqual(expect.arrayContaining(["file", "device", "anonymous", "pipe"]));
  });
});
