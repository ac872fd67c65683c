import type { Life } from "../life.ts";
import { LEAST_SAMPLES } from "../thresholds.ts";
import type { Watched } from "./watched.ts";

/**
 * State in the checkpoints of the job whose state rose most. Nothing tells whether there is a bound: state that expires rises to its level as state without
 * end does. So it is never more than `growing`, and speaks for a heap that holds it.
 */
export function keyedState(life: Life): Watched | null {
  if (life.process.role !== "taskmanager") return null;
  const jobs = life.jobs
    .filter(({ stateBytes }) => stateBytes.at.length >= LEAST_SAMPLES)
    .map((job) => ({ job, rise: job.stateBytes.value.at(-1)! - job.stateBytes.value[0]! }))
    .sort((a, b) => b.rise - a.rise);
  const leader = jobs[0]?.job;
  if (!leader) return null;
  const source = `state of ${leader.name} in its checkpoints`;
  const rules = { limit: null, leastShare: 0, leastGrowth: LEAST_STATE_GROWTH };
  return {
    resource: "keyed-state",
    unit: "B",
    series: leader.stateBytes,
    source,
    limit: null,
    rules,
    isCounted: false,
    ownDrivers: [],
    isWeak: true,
  };
}

const LEAST_STATE_GROWTH = 1024 * 1024;
