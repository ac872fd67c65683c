import type { Scenario } from "../scenario.ts";
import { culpritIn, inLab, leakingJob } from "./one-job.ts";

/** Threads that nobody ends, and clients that bring their own. */
export const THREADS: readonly Scenario[] = [
  leakingJob(
    {
      name: "thread-per-record",
      about: "a thread for each element that never ends",
      job: { entryClass: inLab("ThreadPerRecordJob"), rate: { low: 3, high: 8 } },
      seconds: 170,
    },
    {
      resources: ["threads"],
      rootClasses: ["java.lang.Thread", inLab("ThreadPerRecordJob$Heartbeat")],
      holder: { owners: [inLab("ThreadPerRecordJob$Heartbeat"), "java.lang.Thread"], field: null },
      culprit: culpritIn("ThreadPerRecordJob$WatchDevices", "map"),
      operator: "watch-devices",
    },
  ),
];
