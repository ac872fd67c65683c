import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cacheFolder, findJava, type GuardedProcess, startGuarded } from "@heaptide/flink";

const POM = fileURLToPath(new URL("../broker/pom.xml", import.meta.url));
const run = promisify(execFile);
const READY_WITHIN = 60_000;
const STOP_GRACE = 10_000;

export interface KafkaBroker extends AsyncDisposable {
  /** `127.0.0.1:port` */
  readonly address: string;
  readonly pid: number;
}

/**
 * A real Kafka broker on this machine: one JVM, KRaft, loopback only, on ports that the system chose; its jars come from Maven Central. It cannot outlive
 * this process. With a directory its topics stay and are there again at the next start; without one they go with it.
 */
export async function startBroker(options: { directory?: string; heap?: string } = {}): Promise<KafkaBroker> {
  const [java, classPath] = await Promise.all([findJava(), brokerClassPath()]);
  const temporary = options.directory === undefined;
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), "dataspa-kafka-")));
  await mkdir(directory, { recursive: true });
  const [port, controllerPort] = await freePorts();
  const settings = join(directory, "server.properties");
  await writeFile(settings, brokerSettings(directory, port, controllerPort));
  await writeFile(join(directory, "log4j2.properties"), LOGGING);
  const logging = `-Dlog4j2.configurationFile=file:${join(directory, "log4j2.properties")}`;
  await format(java, classPath, logging, settings);

  const memory = [`-Xmx${options.heap ?? "256m"}`, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
  const broker = await startGuarded(java, [...memory, logging, "-cp", classPath, "kafka.Kafka", settings], {
    directory,
    output: join(directory, "broker.log"),
    ...(temporary && { leftover: directory }),
  });
  const stop = () => end(broker, temporary ? directory : undefined);
  try {
    await listening(port, broker, join(directory, "broker.log"));
  } catch (error) {
    await stop();
    throw error;
  }
  return { address: `127.0.0.1:${port}`, pid: broker.pid, [Symbol.asyncDispose]: stop };
}

async function end(broker: GuardedProcess, folder: string | undefined): Promise<void> {
  broker.kill("SIGTERM");
  await Promise.race([broker.ended, pause(STOP_GRACE, undefined, { ref: false })]);
  broker.kill("SIGKILL");
  await broker.ended;
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}

function brokerSettings(directory: string, port: number, controllerPort: number): string {
  const lines = {
    "process.roles": "broker,controller",
    "node.id": 1,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${port}`,
    "controller.listener.names": "CONTROLLER",
    "controller.quorum.bootstrap.servers": `127.0.0.1:${controllerPort}`,
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "log.dirs": join(directory, "topics"),
    "default.replication.factor": 1,
    "offsets.topic.replication.factor": 1,
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "group.initial.rebalance.delay.ms": 0,
    "auto.create.topics.enable": false,
  };
  return Object.entries(lines)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}

const LOGGING = `rootLogger.level = WARN
rootLogger.appenderRef.out.ref = Out
appender.out.type = Console
appender.out.name = Out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d %p %c - %m%n
`;

/** `--standalone` makes the node its own quorum; a directory that is formatted already is left as it is. */
async function format(java: string, classPath: string, logging: string, settings: string): Promise<void> {
  // Any 16 bytes in the URL's base 64 are a cluster's id; one that is there already stays.
  const id = createHash("sha256").update(settings).digest().subarray(0, 16).toString("base64url");
  const words = ["format", "--standalone", "--ignore-formatted", "-t", id, "-c", settings];
  await run(java, ["-Xmx128m", "-XX:TieredStopAtLevel=1", logging, "-cp", classPath, "kafka.tools.StorageTool", ...words]);
}

async function listening(port: number, broker: GuardedProcess, log: string): Promise<void> {
  for (const until = Date.now() + READY_WITHIN; Date.now() < until; await pause(100)) {
    if (broker.end !== null) break;
    if (await connects(port)) return;
  }
  const lines = (await readFile(log, "utf8").catch(() => "")).trimEnd().split("\n").slice(-15).join("\n");
  throw new Error(`The Kafka broker did not start (${broker.end ?? `it does not listen after ${READY_WITHIN / 1000} s`}).\n${lines}`);
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port })
      .once("connect", () => resolve(true))
      .once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/** Kafka must know its own port before it starts; two at once, so that they differ. */
async function freePorts(): Promise<[number, number]> {
  const servers = await Promise.all(
    [0, 1].map(
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port) as [number, number];
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Maven is asked once for a POM (45 jars, 43 MB the first time); the answer is kept, and used as long as all of its jars are there. */
async function brokerClassPath(): Promise<string> {
  const pom = createHash("sha256")
    .update(await readFile(POM))
    .digest("hex")
    .slice(0, 12);
  const answer = join(cacheFolder(), "kafka", `class-path-${pom}.txt`);
  const known = await readAnswer(answer);
  if (known !== undefined) return known;
  await mkdir(join(cacheFolder(), "kafka"), { recursive: true });
  const fresh = `${answer}.${process.pid}`;
  const goal = ["dependency:build-classpath", "-DincludeScope=runtime", `-Dmdep.outputFile=${fresh}`];
  await run("mvn", ["--batch-mode", "--quiet", "--no-transfer-progress", "--file", POM, ...goal], { maxBuffer: 16 * 1024 * 1024 });
  await rename(fresh, answer);
  return (await readFile(answer, "utf8")).trim();
}

async function readAnswer(file: string): Promise<string | undefined> {
  try {
    const classPath = (await readFile(file, "utf8")).trim();
    await Promise.all(classPath.split(delimiter).map((jar) => access(jar)));
    return classPath;
  } catch {
    return undefined;
  }
}
