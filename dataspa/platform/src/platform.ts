import { mkdir, rm, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { ACTIONS_TOPIC, type App, flowSource, type FlowSource, startApp } from "@dataspa/app";
import { Capture, EVENTS_TOPIC, lastDue, type Manners, readReports, reportsFile, type Source, startSchedule } from "@dataspa/capture";
import { startPlaces } from "@dataspa/places";
import { type DueNight, ServingStore, SinkImport, StateLog } from "@dataspa/serving";
import { startTown, type Town } from "@dataspa/town";
import { kafkaTransport, segmentTransport, startBroker, type Transport } from "@dataspa/transport";
import { type LocalCluster, startCluster } from "@heaptide/flink";
import type { Configuration } from "./configuration.ts";
import { Deployer } from "./deployer.ts";
import { watchFlink } from "./flink-watch.ts";
import { type Folders, foldersOf } from "./folders.ts";
import { tellFlow } from "./tell-flow.ts";
import { JAR, type JobDefinition, jobDefinitions, PROCESSING } from "./jobs.ts";
import { join } from "node:path";

export interface PlatformOptions {
  readonly configuration: Configuration;
  readonly manners?: Manners;
  /** Of the capture, milliseconds; by default the present. */
  readonly clock?: () => number;
  /** Captures by schedule; an audit does it by itself. */
  readonly scheduled: boolean;
  /** Starts another TaskManager where one has died, as an orchestrator does. */
  readonly supervised: boolean;
  /** Of the town. */
  readonly townSeed?: number;
  /** The town's first port; 0 lets the system choose. */
  readonly townPort?: number;
  readonly signal: AbortSignal;
  readonly onProgress: (said: string) => void;
}

export interface Platform extends AsyncDisposable {
  readonly app: App;
  readonly folders: Folders;
  readonly flinkUrl: string;
  /** null where Flink is somebody else's. */
  readonly cluster: LocalCluster | null;
  /** null where real sources are declared. */
  readonly town: Town | null;
  readonly sources: readonly Source[];
  readonly capture: Capture;
  readonly transport: Transport;
  readonly store: ServingStore;
  readonly flow: FlowSource;
  readonly definitions: readonly JobDefinition[];
  /** Reads in what the jobs have finished, at once. */
  refresh(): Promise<number>;
  deploy(): Promise<void>;
}

const IMPORT_EVERY = 1_000;

/** The whole platform, wired. What fails later than here is told by `onProgress`, and tried again. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { configuration, onProgress, signal } = options;
  await using resources = new AsyncDisposableStack();
  const folders = await madeFolders(configuration);
  const town =
    configuration.sources.length > 0 ? null : resources.use(await startTown({ port: options.townPort ?? 0, seed: options.townSeed ?? 1 }));
  const sources = town ? await townSources(town) : configuration.sources;
  const transport = resources.use(await openTransport(configuration, folders, resources, onProgress));
  const places = await openPlaces(configuration, resources);
  const { manners, clock } = options;
  const capture = resources.use(
    await Capture.open({ directory: folders.capture, transport, ...(manners && { manners }), ...(clock && { clock }) }),
  );
  const writer = await transport.writer(ACTIONS_TOPIC, "app");
  const cluster = configuration.flink.url === undefined ? await openCluster(configuration, folders, signal, onProgress) : null;
  if (cluster) resources.defer(() => cluster.stop());
  const flinkUrl = cluster?.restUrl ?? configuration.flink.url!;

  const store = resources.use(await ServingStore.open(folders.database));
  const { ledger, enriched, popularity } = folders.sinks;
  const imports = await SinkImport.open(store, { ledger, enriched, popularity, reports: reportsFile(folders.capture) });
  const definitions = jobDefinitions({ configuration, folders, transport, places });
  const deploy = deploying(new Deployer(flinkUrl, folders, signal), definitions, folders, onProgress);
  onProgress("Deploying the jobs");
  await deploy();

  const flow = flowSource(store, {
    now: clock ?? Date.now,
    patience: configuration.gapAfter * 1000,
    job: PROCESSING,
    ...(options.scheduled && { due: () => dueNights(sources, Date.now()) }),
  });
  const { timeZone, host, port } = configuration;
  const onBug = (error: unknown) => onProgress(`a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  const app = resources.use(await startApp({ store, flow, writer, timeZone, onBug, host, port, ...(clock && { now: clock }) }));
  await writeFile(
    folders.running,
    JSON.stringify({ pid: process.pid, app: app.url, flink: flinkUrl, jar: JAR, definitions }, undefined, 2),
  );
  resources.defer(() => rm(folders.running, { force: true }));

  const states = new StateLog(store);
  resources.defer(
    inBackground((ended) => [
      forever(IMPORT_EVERY, ended, onProgress, async () => void (await imports.refresh())),
      watchFlink(flinkUrl, (state) => states.note(state), ended),
      ...(cluster && options.supervised ? [forever(IMPORT_EVERY, ended, onProgress, () => revive(cluster, onProgress))] : []),
      ...(configuration.flowTo === undefined ? [] : [tellFlow(configuration.flowTo, flow, ended)]),
    ]),
  );
  if (options.scheduled) resources.defer(await schedule(sources, capture, folders, onProgress));

  const kept = resources.move();
  return {
    ...{ app, folders, flinkUrl, cluster, town, sources, capture, transport, store, flow, definitions, deploy },
    refresh: () => imports.refresh(),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function deploying(deployer: Deployer, definitions: readonly JobDefinition[], { root }: Folders, onProgress: (line: string) => void) {
  return async (): Promise<void> => {
    for (const { name, from } of await deployer.deploy(JAR, definitions))
      onProgress(`${name} runs${from === null ? "" : `, from ${from.slice(root.length + 1)}`}`);
  };
}

/** Jobs refuse to start where the folder that they read is missing. */
async function madeFolders({ data }: Configuration): Promise<Folders> {
  const folders = foldersOf(data);
  const topics = [EVENTS_TOPIC, ACTIONS_TOPIC].map((topic) => join(folders.transport, topic));
  for (const folder of [folders.root, ...Object.values(folders.sinks), folders.savepoints, ...topics])
    await mkdir(folder, { recursive: true });
  return folders;
}

/** @returns what ends the tasks, and waits for them: before what they use is closed */
function inBackground(begin: (ended: AbortSignal) => readonly Promise<unknown>[]): () => Promise<void> {
  const ending = new AbortController();
  const tasks = begin(ending.signal);
  return async () => {
    ending.abort();
    await Promise.allSettled(tasks);
  };
}

async function townSources(town: Town): Promise<Source[]> {
  const { sourcesOf } = await import("./town-sources.ts");
  return sourcesOf(town);
}

async function openTransport(
  { transport, kafka }: Configuration,
  folders: Folders,
  resources: AsyncDisposableStack,
  onProgress: (said: string) => void,
): Promise<Transport> {
  if (transport === "segments") return segmentTransport(folders.transport);
  if (kafka.brokers.length > 0) return kafkaTransport(kafka);
  onProgress("Starting a Kafka broker");
  const broker = resources.use(await startBroker({ directory: folders.broker }));
  return kafkaTransport({ brokers: [broker.address], partitions: kafka.partitions, replicas: 1 });
}

/** The real API with a key, the stand-in without. */
async function openPlaces({ places }: Configuration, resources: AsyncDisposableStack): Promise<{ url: string; key: string }> {
  if (places.key !== undefined) return { url: places.url, key: places.key };
  const standIn = await startPlaces({ latency: 50, town: "Leipzig" });
  resources.defer(() => standIn.stop());
  return standIn;
}

async function openCluster(
  { flink }: Configuration,
  folders: Folders,
  signal: AbortSignal,
  onProgress: (said: string) => void,
): Promise<LocalCluster> {
  onProgress("Starting Flink: one JobManager, one TaskManager");
  await rm(folders.flink, { recursive: true, force: true });
  return startCluster({
    directory: folders.flink,
    heap: flink.heap,
    slots: 3 * flink.parallelism,
    jvmOptions: { taskmanager: flink.jvmOptions },
    // A TaskManager that is gone is noticed after seconds, not after a minute.
    configuration: { "heartbeat.interval": "2000", "heartbeat.timeout": "12000", "heartbeat.rpc-failure-threshold": "2" },
    signal,
    onProgress,
  });
}

async function revive(cluster: LocalCluster, onProgress: (said: string) => void): Promise<void> {
  if (cluster.taskManagers.length > 0) return;
  onProgress("The TaskManager has died; starting another");
  await cluster.startTaskManager();
}

async function schedule(
  sources: readonly Source[],
  capture: Capture,
  folders: Folders,
  onProgress: (said: string) => void,
): Promise<() => void> {
  return startSchedule(sources, await readReports(folders.capture), async (source, night) => {
    try {
      const { status, captured, problem } = await capture.capture(source, night);
      onProgress(`${source.name}, night of ${night}: ${captured} events${status === "ok" ? "" : `, ${status}: ${problem?.message}`}`);
    } catch (error) {
      onProgress(`${source.name} could not be captured: ${(error as Error).message}`);
    }
  });
}

/** The last two weeks: what is older was told when it was new. */
function dueNights(sources: readonly Source[], now: number): DueNight[] {
  const due: DueNight[] = [];
  for (const source of sources) {
    let at = lastDue(source, now - GRACE);
    for (let i = 0; i < 14 && at !== undefined; i++) {
      due.push({ source: source.name, night: new Intl.DateTimeFormat("sv-SE", { timeZone: source.timeZone }).format(at), at });
      at = lastDue(source, at - 60_000);
    }
  }
  return due;
}
/** How long after its time a capture may take, milliseconds. */
const GRACE = 30 * 60_000;

/** Again and again until the signal; a failure is told once and tried again. */
async function forever(every: number, signal: AbortSignal, tell: (said: string) => void, work: () => Promise<void>): Promise<void> {
  let told = "";
  while (!signal.aborted) {
    try {
      await work();
      told = "";
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      if (said !== told && !signal.aborted) tell(said);
      told = said;
    }
    await pause(every, undefined, { signal }).catch(() => {});
  }
}
