import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClusterOptions, type LocalCluster, startCluster } from "@heaptide/flink";
import { LIB_JARS } from "../jars.ts";
import type { ClusterSetup, Collector } from "../scenario.ts";

const COLLECTOR_OPTION: Readonly<Record<Collector, string>> = {
  G1: "-XX:+UseG1GC",
  Parallel: "-XX:+UseParallelGC",
  Serial: "-XX:+UseSerialGC",
  Z: "-XX:+UseZGC",
};

export interface LabCluster extends AsyncDisposable {
  readonly cluster: LocalCluster;
}

/** The cluster of a scenario. The collector is always named: a JVM on a small machine would choose another one by itself. */
export async function startLabCluster(setup: ClusterSetup, signal: AbortSignal): Promise<LabCluster> {
  const folder = await mkdtemp(join(tmpdir(), "heaptide-lab-"));
  const removed = () => rm(folder, { recursive: true, force: true });
  try {
    const cluster = await startCluster({ ...optionsOf(setup, folder), signal });
    return {
      cluster,
      [Symbol.asyncDispose]: async () => {
        await cluster.stop();
        await removed();
      },
    };
  } catch (error) {
    await removed();
    throw error;
  }
}

function optionsOf(
  { heap, collector = "G1", jvmOptions = [], configuration = {}, lib = [], taskManagers = 1 }: ClusterSetup,
  folder: string,
): ClusterOptions {
  return {
    heap,
    taskManagers,
    ...(taskManagers > 1 && { slots: 1 }),
    jvmOptions: { taskmanager: [COLLECTOR_OPTION[collector], ...jvmOptions] },
    configuration: Object.fromEntries(Object.entries(configuration).map(([key, value]) => [key, value.replace("{folder}", folder)])),
    lib: lib.map((name) => LIB_JARS[name]),
  };
}
