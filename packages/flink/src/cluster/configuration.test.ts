import { describe, expect, it } from "vitest";
import { clusterSettings, type JvmCommand, jvmArguments, mebibytes, memoryLayout, renderConfiguration } from "./configuration.ts";

const command = (changes: Partial<JvmCommand> = {}): JvmCommand => ({
  role: "taskmanager",
  memory: memoryLayout(320, 192),
  jobManagerHeap: 256,
  classPath: ["/jars/a.jar", "/jars/b.jar"],
  configurationFolder: "/run/conf",
  log: "/run/log/tm.log",
  jvmOptions: [],
  settings: {},
  ...changes,
});

describe("the settings of a local cluster", () => {
  const settings = clusterSettings("/run", memoryLayout(320, 192), 2);

  it("listen on the loopback address alone, on ports that the system picks", () => {
    expect(settings).toMatchObject({ "rest.port": "0", "jobmanager.rpc.port": "0" });
    const addresses = Object.entries(settings).filter(([key]) => /address|host/.test(key));
    expect(addresses.map(([, value]) => value)).toEqual(addresses.map(() => "127.0.0.1"));
  });

  it("give each part of the memory a fixed size, so that REST can tell the layout", () => {
    expect(settings["taskmanager.memory.network.min"]).toBe(settings["taskmanager.memory.network.max"]);
    expect(settings["taskmanager.memory.jvm-overhead.min"]).toBe(settings["taskmanager.memory.jvm-overhead.max"]);
    expect([settings["taskmanager.memory.task.heap.size"], settings["taskmanager.memory.framework.heap.size"]]).toEqual(["240m", "80m"]);
  });

  it("are written as one quoted string a line, whatever stands in them", () => {
    expect(renderConfiguration({ "a.b": "1", c: 'say "hi": #x' })).toBe('a.b: "1"\nc: "say \\"hi\\": #x"\n');
  });
});

describe("the command line of a JVM", () => {
  it("fits the heap and the direct memory to the settings", () => {
    const args = jvmArguments(command());
    expect(args).toEqual(
      expect.arrayContaining(["-Xmx320m", "-Xms320m", "-XX:MaxDirectMemorySize=160m", "-XX:MaxMetaspaceSize=192m", "-XX:+UseG1GC"]),
    );
  });

  it("lets the user's own options come last, and names one collector only", () => {
    const args = jvmArguments(command({ jvmOptions: ["-XX:+UseSerialGC", "-Xmx64m"] }));
    expect(args).not.toContain("-XX:+UseG1GC");
    expect(args.indexOf("-Xmx64m")).toBeGreaterThan(args.indexOf("-Xmx320m"));
    expect(args.indexOf("-Xmx64m")).toBeLessThan(args.indexOf("-cp"));
  });

  it("hands the settings of one JVM over after its main class", () => {
    const args = jvmArguments(command({ settings: { "jobmanager.rpc.port": "4711" } }));
    expect(args.slice(args.indexOf("--configDir"))).toEqual(["--configDir", "/run/conf", "-D", "jobmanager.rpc.port=4711"]);
    expect(args[args.indexOf("-cp") + 1]).toBe("/jars/a.jar:/jars/b.jar");
  });
});

describe("mebibytes", () => {
  it("reads sizes as the JVM writes them, and nothing else", () => {
    expect([mebibytes("320m"), mebibytes("1g"), mebibytes("2G")]).toEqual([320, 1024, 2048]);
    expect([mebibytes("320"), mebibytes("1.5g"), mebibytes("-1m"), mebibytes("320 MB")]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
