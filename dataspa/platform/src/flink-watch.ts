import { setTimeout as pause } from "node:timers/promises";
import type { PlatformState } from "@dataspa/serving";
import { FlinkClient } from "@heaptide/flink";

const EVERY = 2_000;
const ENDED = new Set(["FINISHED", "CANCELED", "FAILED"]);

/** Asks Flink every two seconds how it is, and tells it; what cannot be asked is told as well. Ends with the signal. */
export async function watchFlink(url: string, tell: (state: PlatformState) => Promise<void>, signal: AbortSignal): Promise<void> {
  const client = new FlinkClient(url, { timeout: 5_000, signal });
  while (!signal.aborted) {
    await tell(await look(client)).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    await pause(EVERY, undefined, { signal }).catch(() => {});
  }
}

async function look(client: FlinkClient): Promise<PlatformState> {
  const at = Date.now();
  try {
    const [{ taskmanagers }, jobs] = await Promise.all([client.overview(), client.jobs()]);
    // Of several with a name, the one that has not ended; else the last.
    const states: Record<string, string> = {};
    for (const job of jobs.toSorted((a, b) => a["start-time"] - b["start-time"])) {
      if (!ENDED.has(job.state) || states[job.name] === undefined || ENDED.has(states[job.name]!)) states[job.name] = job.state;
    }
    return { at, taskManagers: taskmanagers, jobs: states, problem: null };
  } catch (error) {
    return { at, taskManagers: 0, jobs: {}, problem: error instanceof Error ? error.message : String(error) };
  }
}
