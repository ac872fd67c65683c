import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HeaptideError } from "@heaptide/base";
import { type ClassPathOptions, DEFAULT_FLINK_VERSION, resolveClassPath } from "./class-path.ts";
import {
  type ClusterRole,
  clusterSettings,
  jvmArguments,
  log4jProperties,
  mebibytes,
  type MemoryLayout,
  memoryLayout,
  renderConfiguration,
} from "./configuration.ts";
import { type GuardedProcess, startGuarded } from "./guarded-process.ts";
import { findJava } from "./java.ts";
import { pause, waitForLine } from "./log-line.ts";

export interface ClusterOptions extends ClassPathOptions {
  /** Where configuration, logs and temporary files go. By default a new temporary folder, which `stop()` removes. */
  readonly directory?: string;
  readonly taskManagers?: number;
  /** -Xmx of each TaskManager, as the JVM writes it: `320m`, `1g`. */
  readonly heap?: string;
  readonly jobManagerHeap?: string;
  /** MaxMetaspaceSize of each TaskManager. */
  readonly metaspace?: string;
  /** Task slots of each TaskManager. */
  readonly slots?: number;
  /** Extra JVM options; they come after ours and win. */
  readonly jvmOptions?: Partial<Record<ClusterRole, readonly string[]>>;
  /** Jars on the class path of Flink itself, as if they lay in its `lib` folder. */
  readonly lib?: readonly string[];
  /** Flink's own settings, over ours. */
  readonly configuration?: Readonly<Record<string, string>>;
  /** Path of `java`. By default JAVA_HOME's, or the first in PATH. */
  readonly java?: string;
  /** How long JobManager and TaskManagers may take to be ready, milliseconds. */
  readonly readyWithin?: number;
}

export interface ClusterProcess {
  readonly pid: number;
  /** Path of the log file. */
  readonly log: string;
}
export interface LocalTaskManager extends ClusterProcess {
  /** Flink's resource id: that of this start, another one after a restart. */
  readonly flinkId: string;
}

export interface LocalCluster {
  readonly version: string;
  readonly restUrl: string;
  readonly jobManager: ClusterProcess;
  /** Those alive, in the order of their start. */
  readonly taskManagers: readonly LocalTaskManager[];
  readonly directory: string;
  /** The folder of all logs; a folder below for each JVM. */
  readonly logs: string;
  /** SIGTERM, and SIGKILL to whatever is left after 5 s. Any number of calls. A temporary folder is removed. */
  stop(): Promise<void>;
  /** SIGKILL, as the kernel's OOM killer does it. Resolves when the process has ended; Flink itself notices some seconds later. */
  killTaskManager(index?: number): Promise<void>;
  /** One more TaskManager; resolves when it is registered. */
  startTaskManager(): Promise<LocalTaskManager>;
}

/**
 * A real Flink cluster on this machine: a JobManager and TaskManagers as JVMs of their own, on ports that the system chose, listening on the
 * loopback address only. Several clusters run side by side.
 *
 * Ready when it resolves: REST answers and every TaskManager is registered. No JVM of it outlives this process, see guarded-process.ts.
 * `signal` ends a start; a running cluster is ended by `stop()`.
 *
 * @throws PROGRAM_MISSING, FLINK_JARS_UNAVAILABLE, CLUSTER_START_FAILED with the last lines of the log.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<LocalCluster> {
  const java = options.java ?? (await findJava());
  const classPath = [...(await resolveClassPath(options)), ...(options.lib ?? [])];
  const temporary = options.directory === undefined;
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), "heaptide-flink-")));
  const cluster = new Cluster({ ...options, java, classPath, directory, temporary });
  try {
    await cluster.start(options.taskManagers ?? 1);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

type Prepared = ClusterOptions & {
  readonly java: string;
  readonly classPath: readonly string[];
  readonly directory: string;
  readonly temporary: boolean;
};

interface Member {
  readonly process: GuardedProcess;
  readonly seen: LocalTaskManager;
}

/** After SIGTERM a TaskManager cancels its tasks first; one that thrashes in collections never ends by itself. */
const STOP_GRACE = 5_000;

class Cluster implements LocalCluster {
  readonly version: string;
  readonly directory: string;
  readonly logs: string;
  readonly #options: Prepared;
  readonly #memory: MemoryLayout;
  #jobManager: { process: GuardedProcess; seen: ClusterProcess; restUrl: string; rpcPort: string } | undefined;
  readonly #members: Member[] = [];
  /** Every process ever started, also one that is not ready yet. */
  readonly #processes: GuardedProcess[] = [];
  #started = 0;
  #stopped: Promise<void> | undefined;

  constructor(options: Prepared) {
    this.#options = options;
    this.version = options.version ?? DEFAULT_FLINK_VERSION;
    this.directory = options.directory;
    this.logs = join(options.directory, "log");
    this.#memory = memoryLayout(sizeOption("heap", options.heap ?? "320m"), sizeOption("metaspace", options.metaspace ?? "192m"));
  }

  get restUrl(): string {
    return this.#jobManager!.restUrl;
  }

  get jobManager(): ClusterProcess {
    return this.#jobManager!.seen;
  }

  get taskManagers(): readonly LocalTaskManager[] {
    return this.#members.filter((member) => member.process.end === null).map((member) => member.seen);
  }

  async start(taskManagers: number): Promise<void> {
    const { onProgress } = this.#options;
    for (const folder of ["conf", "tmp", "upload"]) await mkdir(join(this.directory, folder), { recursive: true });
    const settings = { ...clusterSettings(this.directory, this.#memory, this.#options.slots ?? 4), ...this.#options.configuration };
    await writeFile(join(this.directory, "conf", "config.yaml"), renderConfiguration(settings));
    await writeFile(join(this.directory, "conf", "log4j.properties"), log4jProperties());

    onProgress?.(`starting the JobManager of Flink ${this.version}`);
    await this.#startJobManager();
    onProgress?.(`starting ${taskManagers} TaskManager${taskManagers === 1 ? "" : "s"}`);
    await Promise.all(Array.from({ length: taskManagers }, () => this.startTaskManager()));
  }

  async startTaskManager(): Promise<LocalTaskManager> {
    const log = await this.#logFile(`taskmanager-${++this.#started}`);
    // The JobManager's own port is known only since it listens.
    const process = await this.#launch("taskmanager", log, { "jobmanager.rpc.port": this.#jobManager!.rpcPort });
    const wait = { process, log, role: "TaskManager", ...this.#patience() };
    const [, flinkId] = await waitForLine({ ...wait, line: /Starting TaskManager with ResourceID: (\S+)/ });
    await waitForLine({ ...wait, line: /Successful registration at resource manager/ });
    const seen = { pid: process.pid, log, flinkId: flinkId! };
    this.#members.push({ process, seen });
    return seen;
  }

  async killTaskManager(index = 0): Promise<void> {
    const member = this.#members.filter(({ process }) => process.end === null)[index];
    if (!member) throw new RangeError(`there is no TaskManager ${index} alive`);
    member.process.kill("SIGKILL");
    await member.process.ended;
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #startJobManager(): Promise<void> {
    const log = await this.#logFile("jobmanager");
    const process = await this.#launch("jobmanager", log, {});
    const wait = { process, log, role: "JobManager", ...this.#patience() };
    const [, rpcPort] = await waitForLine({ ...wait, line: /Actor system started at \S+:\/\/flink@\S+:(\d+)/ });
    const [, address] = await waitForLine({ ...wait, line: /Rest endpoint listening at (\S+)/ });
    this.#jobManager = { process, seen: { pid: process.pid, log }, restUrl: `http://${address}`, rpcPort: rpcPort! };
  }

  async #launch(role: ClusterRole, log: string, settings: Record<string, string>): Promise<GuardedProcess> {
    this.#options.signal?.throwIfAborted();
    const args = jvmArguments({
      role,
      memory: this.#memory,
      jobManagerHeap: sizeOption("jobManagerHeap", this.#options.jobManagerHeap ?? "256m"),
      classPath: this.#options.classPath,
      configurationFolder: join(this.directory, "conf"),
      log,
      jvmOptions: this.#options.jvmOptions?.[role] ?? [],
      settings,
    });
    // REST's /stdout is the log's name with this ending.
    const output = log.replace(/\.log$/, ".out");
    const process = await startGuarded(this.#options.java, args, {
      directory: this.directory,
      output,
      ...(this.#options.temporary && { leftover: this.directory }),
    });
    this.#processes.push(process);
    return process;
  }

  /** In a folder of its own: REST lists all files beside a log. */
  async #logFile(name: string): Promise<string> {
    await mkdir(join(this.logs, name), { recursive: true });
    return join(this.logs, name, `${name}.log`);
  }

  #patience(): { until: number; signal: AbortSignal | undefined } {
    return { until: Date.now() + (this.#options.readyWithin ?? 180_000), signal: this.#options.signal };
  }

  async #end(): Promise<void> {
    // TaskManagers first: they would log the loss of their JobManager.
    for (const process of this.#processes.toReversed()) process.kill("SIGTERM");
    const ended = Promise.all(this.#processes.map((process) => process.ended));
    await Promise.race([ended, pause(STOP_GRACE)]);
    for (const process of this.#processes) process.kill("SIGKILL");
    await ended;
    if (this.#options.temporary) await rm(this.directory, { recursive: true, force: true });
  }
}

function sizeOption(option: string, size: string): number {
  const value = mebibytes(size);
  if (value === undefined)
    throw new HeaptideError("INVALID_OPTION", { option, value: size, expected: "a size like 320m or 1g", source: "startCluster" });
  return value;
}
