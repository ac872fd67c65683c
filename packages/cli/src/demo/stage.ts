import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startFeed } from "@dataspa/capture";
import { startPlaces } from "@dataspa/places";
import { FlinkClient, type LocalCluster, startCluster } from "@heaptide/flink";
import { Diagnosis } from "@heaptide/model";
import { serveHeaptide } from "@heaptide/server";
import { preparePages } from "@heaptide/web/pages";
import { version } from "../version.ts";

/** The fixed job and the one with the leak: an argument of the same jar. */
export type ClientVariant = "shared" | "per-call";

export interface Deployment {
  readonly job: string;
  readonly name: string;
  /** When Flink started it, milliseconds since the epoch. */
  readonly at: number;
}

/** Everything the demo plays on: a cluster, the Places API, a stream of events, and Heaptide watching. */
export interface Stage extends AsyncDisposable {
  readonly flinkVersion: string;
  readonly flinkUrl: string;
  readonly heaptideUrl: string;
  /** Key of the TaskManager in Heaptide. */
  readonly process: string;
  /** Ends the job that runs, if any, and starts this variant of it. */
  deploy(variant: ClientVariant): Promise<Deployment>;
  diagnosis(signal: AbortSignal): Promise<Diagnosis>;
  /** What an orchestrator does with a container that stopped working. */
  restartTaskManager(): Promise<void>;
}

export interface StageOptions {
  readonly heap: string;
  readonly signal: AbortSignal;
  readonly onProgress: (said: string) => void;
}

const ENTRY_CLASS = "org.dataspa.enrichment.VenueEnrichmentJob";
const JAR = fileURLToPath(new URL("../../../../dataspa/jobs/target/dataspa-jobs.jar", import.meta.url));
const EVENTS_PER_SECOND = 5;
const LATENCY = 50;

export async function setStage(options: StageOptions): Promise<Stage> {
  const { signal, onProgress } = options;
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "heaptide-demo-"));
  resources.defer(() => rm(folder, { recursive: true, force: true }));
  const events = join(folder, "events");
  await mkdir(events);

  onProgress("Starting Flink: one JobManager, one TaskManager");
  const cluster = await startCluster({ heap: options.heap, signal, onProgress });
  resources.defer(() => cluster.stop());

  onProgress("Starting the Places API and the stream of events");
  const places = await startPlaces({ latency: LATENCY });
  resources.defer(() => places.stop());
  const feed = startFeed({ directory: events, perSecond: EVENTS_PER_SECOND, shareWithoutCoordinates: 1 });
  resources.defer(() => feed.stop());

  onProgress("Starting Heaptide");
  const heaptide = await serveHeaptide({
    targets: [{ kind: "flink", url: cluster.restUrl }],
    dataDirectory: join(folder, "data"),
    pages: await preparePages(),
    version: version(),
    port: 0,
    signal,
  });
  resources.defer(() => heaptide.close());

  const deployer = new Deployer(cluster, [
    ...["--events", events, "--enriched", join(folder, "enriched"), "--since", "now"],
    ...["--places-url", places.url, "--places-key", places.key],
  ]);
  const process = await taskManagerKey(heaptide.url, signal);
  const kept = resources.move();
  return {
    flinkVersion: cluster.version,
    flinkUrl: cluster.restUrl,
    heaptideUrl: heaptide.url,
    process,
    deploy: (variant) => deployer.deploy(variant, signal),
    diagnosis: (until) => ask(`${heaptide.url}/api/diagnosis`, until),
    restartTaskManager: async () => {
      await cluster.killTaskManager();
      await cluster.startTaskManager();
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Deploys the job as its owner would: upload the jar, end what runs, run the new one. */
class Deployer {
  readonly #client: FlinkClient;
  readonly #args: readonly string[];
  #running: string | undefined;

  constructor(cluster: LocalCluster, args: readonly string[]) {
    this.#client = new FlinkClient(cluster.restUrl);
    this.#args = args;
  }

  async deploy(variant: ClientVariant, signal: AbortSignal): Promise<Deployment> {
    const jar = await this.#client.uploadJar(JAR);
    if (this.#running !== undefined) await this.#end(this.#running, signal);
    const job = await this.#client.runJar(jar, { entryClass: ENTRY_CLASS, args: [...this.#args, "--client", variant] });
    this.#running = job;
    const { name, "start-time": at } = await this.#client.job(job);
    return { job, name, at };
  }

  /** A job whose TaskManager died may have failed by itself. */
  async #end(job: string, signal: AbortSignal): Promise<void> {
    const hasEnded = async () => (await this.#client.job(job))["end-time"] !== null;
    if (await hasEnded()) return;
    await this.#client.cancelJob(job);
    while (!(await hasEnded())) await pause(200, undefined, { signal });
  }
}

/** Waits until Heaptide has found the TaskManager by itself. */
async function taskManagerKey(heaptideUrl: string, signal: AbortSignal): Promise<string> {
  for (;;) {
    const diagnosis = await ask(`${heaptideUrl}/api/diagnosis`, signal);
    const found = diagnosis.processes.find(({ process }) => process.role === "taskmanager");
    if (found !== undefined) return found.process.key;
    await pause(300, undefined, { signal });
  }
}

async function ask(url: string, signal: AbortSignal): Promise<Diagnosis> {
  const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]) });
  return Diagnosis.parse(await response.json());
}
