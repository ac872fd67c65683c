import type { Scenario } from "../scenario.ts";
import { culpritIn, inLab, leakingJob, leakOfJob, perElement } from "./one-job.ts";

/** Collections of user code that are added to and never taken from. */
export const STATIC_MAP = {
  resources: ["heap"],
  rootClasses: [inLab("Session")],
  holder: { owners: [inLab("StaticMapJob$RememberSessions")], field: "SESSIONS" },
  culprit: culpritIn("StaticMapJob$RememberSessions", "map"),
  operator: "remember-sessions",
} as const;

const SLOW_CONSUMER_JOB = {
  entryClass: inLab("SlowConsumerJob"),
  rate: { low: 130, high: 300 },
  arguments: ["--consumed-per-second", "10"],
};

const SLOW_CONSUMER = {
  resources: ["heap"],
  rootClasses: [inLab("SlowConsumerJob$Audit")],
  holder: { owners: [inLab("SlowConsumerJob$HandOver")], field: "pending" },
  culprit: culpritIn("SlowConsumerJob$HandOver", "map"),
  operator: "hand-over",
  // What is consumed goes by the clock.
  driver: perElement(null),
} as const;

export const LISTENER = {
  resources: ["heap"],
  rootClasses: [inLab("ListenerJob$PriceWatch")],
  holder: { owners: [inLab("ListenerJob$PriceBoard")], field: "LISTENERS" },
  culprit: culpritIn("ListenerJob$WatchPrices", "map"),
  operator: "watch-prices",
} as const;

export const COLLECTIONS: readonly Scenario[] = [
  leakingJob(
    {
      name: "static-map",
      about: "a static map that is added to with each element",
      job: { entryClass: inLab("StaticMapJob"), rate: { low: 130, high: 300 } },
      seconds: 150,
    },
    STATIC_MAP,
  ),
  leakingJob(
    {
      name: "static-map-to-death",
      about: "the same in a small heap, until the TaskManager dies",
      cluster: { heap: "96m", jvmOptions: ["-XX:+ExitOnOutOfMemoryError"] },
      job: { entryClass: inLab("StaticMapJob"), rate: { low: 140, high: 220 } },
      seconds: 300,
    },
    STATIC_MAP,
  ),
  inTwoProcesses(),
  leakingJob(
    {
      name: "byte-list",
      about: "byte arrays in a static list: no class of the job grows",
      cluster: { collector: "Z" },
      job: { entryClass: inLab("ByteListJob"), rate: { low: 100, high: 250 } },
      seconds: 150,
    },
    {
      resources: ["heap"],
      rootClasses: ["byte[]"],
      holder: { owners: [inLab("ByteListJob$KeepPayloads")], field: "PAYLOADS" },
      culprit: culpritIn("ByteListJob$KeepPayloads", "map"),
      operator: "decode-payloads",
    },
  ),
  leakingJob(
    {
      name: "listener",
      about: "a listener for each element, never taken off the list",
      cluster: { collector: "Parallel" },
      job: { entryClass: inLab("ListenerJob"), rate: { low: 170, high: 350 } },
      seconds: 150,
    },
    LISTENER,
  ),
  leakingJob(
    {
      name: "slow-consumer",
      about: "an unbounded queue whose consumer is slower than the elements come",
      cluster: { collector: "Serial" },
      job: SLOW_CONSUMER_JOB,
      seconds: 150,
    },
    SLOW_CONSUMER,
  ),
  leakingJob(
    {
      name: "slow-consumer-to-death",
      about: "the same in a small heap, until the TaskManager dies",
      cluster: { collector: "Serial", heap: "96m", jvmOptions: ["-XX:+ExitOnOutOfMemoryError"] },
      job: SLOW_CONSUMER_JOB,
      seconds: 420,
    },
    SLOW_CONSUMER,
  ),
  leakingJob(
    {
      name: "unbounded-cache",
      about: "the twin of bounded-cache, with a bound beyond all memory",
      job: { entryClass: inLab("BoundedCacheJob"), rate: { low: 350, high: 800 }, arguments: ["--entries", "2000000000"] },
      // Beyond a quarter of the heap: until then it may be a cache that fills.
      seconds: 560,
    },
    {
      resources: ["heap"],
      rootClasses: [inLab("BoundedCacheJob$Profile")],
      holder: { owners: [inLab("BoundedCacheJob$CacheProfiles"), inLab("BoundedCacheJob$EldestOut")], field: "cache" },
      culprit: culpritIn("BoundedCacheJob$CacheProfiles", "map"),
      operator: "cache-profiles",
    },
  ),
  leakingJob(
    {
      name: "retry-later",
      about: "failed calls are put aside by the threads of a client, and never tried again",
      job: { entryClass: inLab("RetryLaterJob"), rate: { low: 250, high: 600 } },
      seconds: 160,
    },
    {
      resources: ["heap"],
      rootClasses: [inLab("RetryLaterJob$Attempt")],
      holder: { owners: [inLab("RetryLaterJob$AskPrices")], field: "failed" },
      culprit: culpritIn("RetryLaterJob$AskPrices", "ask"),
      operator: "ask-prices",
      driver: perElement(0.25),
    },
  ),
  leakingJob(
    {
      name: "unsent-batch",
      about: "a sink whose batch is sent and never begun anew",
      job: { entryClass: inLab("UnsentBatchJob"), rate: { low: 150, high: 350 } },
      seconds: 160,
    },
    {
      resources: ["heap"],
      rootClasses: [inLab("UnsentBatchJob$Letter")],
      holder: { owners: [inLab("UnsentBatchJob$BatchWriter")], field: "batch" },
      culprit: culpritIn("UnsentBatchJob$BatchWriter", "write"),
      operator: "send-batches: Writer",
    },
  ),
];

/** Half of the elements go through each process, and are all that it can keep. */
function inTwoProcesses(): Scenario {
  const scenario = leakingJob(
    {
      name: "two-processes",
      about: "a static map in each of two TaskManagers that share a job",
      cluster: { taskManagers: 2 },
      job: { entryClass: inLab("StaticMapJob"), rate: { low: 260, high: 500 }, parallelism: 2 },
      seconds: 170,
    },
    STATIC_MAP,
  );
  const leak = leakOfJob(scenario.name, STATIC_MAP);
  return { ...scenario, truth: { kind: "leaking", leaks: [leak, leak] } };
}
