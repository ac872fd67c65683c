/** A local cluster by hand: `node packages/flink/src/cluster/main.ts --heap 320m`. Ctrl-C stops it. */
import { parseArgs } from "node:util";
import { isHeaptideError } from "@heaptide/base";
import { startCluster } from "./launch.ts";

const { values } = parseArgs({
  options: {
    version: { type: "string" },
    heap: { type: "string" },
    slots: { type: "string" },
    "task-managers": { type: "string" },
    directory: { type: "string" },
    "jvm-option": { type: "string", multiple: true },
    configuration: { type: "string", multiple: true },
  },
});

const interrupted = new AbortController();
const interrupt = new Promise<void>((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      interrupted.abort(new Error(`stopped by ${signal}`));
      resolve();
    });
  }
});

try {
  const cluster = await startCluster({
    ...(values.version !== undefined && { version: values.version }),
    ...(values.heap !== undefined && { heap: values.heap }),
    ...(values.slots !== undefined && { slots: Number(values.slots) }),
    ...(values["task-managers"] !== undefined && { taskManagers: Number(values["task-managers"]) }),
    ...(values.directory !== undefined && { directory: values.directory }),
    jvmOptions: { taskmanager: values["jvm-option"] ?? [] },
    configuration: Object.fromEntries(
      (values.configuration ?? []).map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
    ),
    onProgress: (step) => console.error(step),
    signal: interrupted.signal,
  });
  console.log(`REST          ${cluster.restUrl}`);
  console.log(`JobManager    pid ${cluster.jobManager.pid}`);
  for (const { pid, flinkId } of cluster.taskManagers) console.log(`TaskManager   pid ${pid}, id ${flinkId}`);
  console.log(`logs          ${cluster.logs}`);
  await interrupt;
  console.error("stopping");
  await cluster.stop();
} catch (error) {
  console.error(isHeaptideError(error) ? `${error.code}: ${error.message}\n${error.next}` : error);
  process.exitCode = 1;
}
