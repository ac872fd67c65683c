import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Scored } from "./score.ts";
import type { RecordedRun } from "./sessions.ts";

/** Scores all runs, as many at a time as there are cores; in their order. A run that fails ends it all. */
export async function scoreAll(
  runs: readonly RecordedRun[],
  options: { isFullSightOnly: boolean; onScored: (done: number) => void },
): Promise<Scored[]> {
  const scored: Scored[] = [];
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: { isFullSightOnly: options.isFullSightOnly } });
    try {
      while (next < runs.length) {
        const index = next++;
        worker.postMessage(runs[index]!, []);
        const [answer] = (await once(worker, "message")) as [Scored];
        scored[index] = answer;
        options.onScored(++done);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), runs.length) }, work));
  return scored;
}
