/** Scores the runs that it is sent, one after the other. */
import { parentPort, workerData } from "node:worker_threads";
import { scoreRun } from "./score-run.ts";
import type { RecordedRun } from "./sessions.ts";

if (parentPort === null) throw new Error("this is a worker's module");
const port = parentPort;
const { isFullSightOnly } = workerData as { isFullSightOnly: boolean };
port.on("message", (run: RecordedRun) => {
  void scoreRun(run, { isFullSightOnly }).then((scored) => port.postMessage(scored));
});
