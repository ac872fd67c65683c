import { join } from "node:path";

/**
 * What a local cluster is told: Flink's `config.yaml` (read by 1.20 and 2.x alike), log4j's properties, and the command lines of its JVMs.
 * Pure: strings in, strings out.
 */
export type ClusterRole = "jobmanager" | "taskmanager";

/** Flink's own shell scripts compute memory options in a helper JVM; a cluster without them has to be told everything. All in MiB. */
export interface MemoryLayout {
  readonly heap: number;
  readonly frameworkHeap: number;
  readonly offHeap: number;
  readonly frameworkOffHeap: number;
  readonly network: number;
  readonly managed: number;
  readonly metaspace: number;
  readonly overhead: number;
}

export function memoryLayout(heap: number, metaspace: number): MemoryLayout {
  return {
    heap,
    frameworkHeap: Math.floor(heap / 4),
    offHeap: 64,
    frameworkOffHeap: 64,
    network: 32,
    managed: 32,
    metaspace,
    overhead: 128,
  };
}

/** `320m` or `1g` -> MiB, as the JVM's own options read. @returns `undefined` for anything else. */
export function mebibytes(size: string): number | undefined {
  const match = /^(\d+)([mg])$/i.exec(size.trim());
  if (!match) return undefined;
  return Number(match[1]) * (match[2]!.toLowerCase() === "g" ? 1024 : 1);
}

/**
 * The settings of a cluster that lives on this machine alone. Every port is 0, so that the system picks it: the JobManager's are read from
 * its log, a TaskManager's are known to the JobManager. Nothing listens beyond the loopback address.
 */
export function clusterSettings(directory: string, memory: MemoryLayout, slots: number): Record<string, string> {
  const mib = (size: number) => `${size}m`;
  return {
    "jobmanager.rpc.address": LOOPBACK,
    "jobmanager.rpc.port": "0",
    "jobmanager.bind-host": LOOPBACK,
    "rest.address": LOOPBACK,
    "rest.bind-address": LOOPBACK,
    "rest.port": "0",
    "taskmanager.host": LOOPBACK,
    "taskmanager.bind-host": LOOPBACK,
    "taskmanager.numberOfTaskSlots": String(slots),
    "taskmanager.cpu.cores": "1.0",
    "taskmanager.memory.task.heap.size": mib(memory.heap - memory.frameworkHeap),
    "taskmanager.memory.framework.heap.size": mib(memory.frameworkHeap),
    "taskmanager.memory.task.off-heap.size": mib(memory.offHeap),
    "taskmanager.memory.framework.off-heap.size": mib(memory.frameworkOffHeap),
    "taskmanager.memory.network.min": mib(memory.network),
    "taskmanager.memory.network.max": mib(memory.network),
    "taskmanager.memory.managed.size": mib(memory.managed),
    "taskmanager.memory.jvm-metaspace.size": mib(memory.metaspace),
    "taskmanager.memory.jvm-overhead.min": mib(memory.overhead),
    "taskmanager.memory.jvm-overhead.max": mib(memory.overhead),
    "io.tmp.dirs": join(directory, "tmp"),
    "web.tmpdir": join(directory, "tmp"),
    "web.upload.dir": join(directory, "upload"),
    // A JobManager that asks a TaskManager for its metrics while it dies asks nobody again until this is over: 10 min if nothing is said.
    "web.timeout": "30 s",
  };
}

const LOOPBACK = "127.0.0.1";

/** `config.yaml`, one flat key a line. Every value is a quoted string: Flink parses it by the type of its option. */
export function renderConfiguration(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join("");
}

/** The layout of Flink's own distribution, so that what reads these logs reads everybody's. */
export function log4jProperties(level = "INFO"): string {
  return [
    `rootLogger.level = ${level}`,
    "rootLogger.appenderRef.file.ref = File",
    "appender.file.name = File",
    "appender.file.type = File",
    "appender.file.fileName = ${sys:log.file}",
    "appender.file.append = true",
    "appender.file.layout.type = PatternLayout",
    "appender.file.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %-60c %x - %m%n",
    "",
  ].join("\n");
}

const MAIN_CLASS = {
  jobmanager: "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
  taskmanager: "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
} as const;

export interface JvmCommand {
  readonly role: ClusterRole;
  readonly memory: MemoryLayout;
  readonly jobManagerHeap: number;
  readonly classPath: readonly string[];
  readonly configurationFolder: string;
  readonly log: string;
  /** The user's own JVM options; they come last and win. */
  readonly jvmOptions: readonly string[];
  /** Settings that only this JVM gets, as `-D key=value` after the main class. */
  readonly settings: Readonly<Record<string, string>>;
}

/** The arguments of `java` for one role. */
export function jvmArguments(command: JvmCommand): string[] {
  const { role, classPath, configurationFolder, log, settings } = command;
  return [
    ...MODULES,
    ...(role === "jobmanager" ? jobManagerMemory(command) : taskManagerMemory(command)),
    `-Dlog.file=${log}`,
    `-Dlog4j.configurationFile=file:${join(configurationFolder, "log4j.properties")}`,
    ...command.jvmOptions,
    "-cp",
    classPath.join(":"),
    MAIN_CLASS[role],
    "--configDir",
    configurationFolder,
    ...(role === "jobmanager" ? ["--executionMode", "cluster"] : []),
    ...Object.entries(settings).flatMap(([key, value]) => ["-D", `${key}=${value}`]),
  ];
}

/** A JobManager of a laptop: a small collector, and no second compiler for code that is hardly ever hot. */
function jobManagerMemory({ jobManagerHeap, jvmOptions }: JvmCommand): string[] {
  const sizes = [`-Xms${jobManagerHeap}m`, `-Xmx${jobManagerHeap}m`, "-XX:MaxMetaspaceSize=256m", "-XX:TieredStopAtLevel=1"];
  return namesCollector(jvmOptions) ? sizes : [...sizes, "-XX:+UseSerialGC"];
}

/** The options that Flink's scripts derive from the same settings; G1 is their default too. */
function taskManagerMemory({ memory, jvmOptions }: JvmCommand): string[] {
  const sizes = [
    `-Xms${memory.heap}m`,
    `-Xmx${memory.heap}m`,
    `-XX:MaxDirectMemorySize=${memory.offHeap + memory.frameworkOffHeap + memory.network}m`,
    `-XX:MaxMetaspaceSize=${memory.metaspace}m`,
  ];
  return namesCollector(jvmOptions) ? sizes : [...sizes, "-XX:+UseG1GC"];
}

/** Two collectors on one command line are an error of the JVM. */
const namesCollector = (jvmOptions: readonly string[]) => jvmOptions.some((option) => /^-XX:\+Use\w+GC$/.test(option));

/** What Flink's distribution opens in its `env.java.opts.all`: its serializers and its RPC reach into the JDK. */
const MODULES: readonly string[] = [
  ...["java.rmi/sun.rmi.registry", "jdk.compiler/com.sun.tools.javac.api", "java.security.jgss/sun.security.krb5"].map(
    (module) => `--add-exports=${module}=ALL-UNNAMED`,
  ),
  ...[
    "java.lang",
    "java.net",
    "java.io",
    "java.nio",
    "sun.nio.ch",
    "java.lang.reflect",
    "java.text",
    "java.time",
    "java.util",
    "java.util.concurrent",
    "java.util.concurrent.atomic",
    "java.util.concurrent.locks",
  ].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
];
