import type { Scenario } from "../scenario.ts";
import { culpritIn, inLab, leakingJob, leakOfJob, perElement } from "./one-job.ts";

/** Collections of user code that are added to and never taken from. */
const staticMap = {
  resources: ["heap"],
  rootClasses: [inLab("Session")],
  holder: { owners: [inLab("StaticMapJob$RememberSessions")], field: "SESSIONS" },
  culprit: culpritIn("StaticMapJob$RememberSessions", "map"),
  operator: "remember-sessions",
} as const;

const listener = {
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
      seconds: 190,
    },
    staticMap,
  ),
  leakingJob(
    {
      name: "static-map-to-death",
      about: "the same in a small heap, until the TaskManager dies",
      cluster: { heap: "96m", jvmOptions: ["-XX:+ExitOnOutOfMemoryError"] },
      job: { entryClass: inLab("StaticMapJob"), rate: { low: 140, high: 220 } },
      seconds: 360,
    },
    staticMap,
  ),
  leakingJob(
    {
      name: "byte-list",
      about: "byte arrays in a static list: no class of the job grows",
      job: { entryClass: inLab("ByteListJob"), rate: { low: 100, high: 250 } },
      seconds: 190,
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
      job: { entryClass: inLab("ListenerJob"), rate: { low: 170, high: 350 } },
      seconds: 190,
    },
    listener,
  ),
  leakingJob(
    {
      name: "slow-consumer",
      about: "an unbounded queue whose consumer is slower than the elements come",
      job: { entryClass: inLab("SlowConsumerJob"), rate: { low: 130, high: 300 }, arguments: ["--consumed-per-second", "10"] },
      seconds: 190,
    },
    {
      resources: ["heap"],
      rootClasses: [inLab("SlowConsumerJob$Audit")],
      holder: { owners: [inLab("SlowConsumerJob$HandOver")], field: "pending" },
      culprit: culpritIn("SlowConsumerJob$HandOver", "map"),
      operator: "hand-over",
      // What is consumed goes by the clock.
      driver: perElement(null),
    },
  ),
  leakingJob(
    {
      name: "unbounded-cache",
      about: "the twin of bounded-cache, with a bound beyond all memory",
      job: { entryClass: inLab("BoundedCacheJob"), rate: { low: 350, high: 800 }, arguments: ["--entries", "2000000000"] },
      seconds: 240,
    },
    {
      resources: ["heap"],
      rootClasses: [inLab("BoundedCacheJob$Profile")],
      holder: { owners: [inLab("BoundedCacheJob$CacheProfiles"), inLab("BoundedCacheJob$EldestOut")], field: "cache" },
      culprit: culpritIn("BoundedCacheJob$CacheProfiles", "map"),
      operator: "cache-profiles",
    },
  ),
  {
    name: "leak-by-deployment",
    about: "a healthy job is replaced by a version that leaks",
    cluster: { heap: "320m" },
    jobs: {
      healthy: { name: "visits", entryClass: inLab("HealthyJob"), rate: { low: 80, high: 250 } },
      leaking: { name: "visits", entryClass: inLab("StaticMapJob"), rate: { low: 130, high: 300 } },
    },
    steps: [
      { at: 5, does: "submit", job: "healthy" },
      { at: 75, does: "replace", job: "healthy", by: "leaking" },
    ],
    seconds: 250,
    truth: {
      kind: "leaking",
      leaks: [{ ...leakOfJob("visits", staticMap), startsAt: 75, change: { kind: "job-deployed", job: "visits", step: 1 } }],
    },
  },
  {
    name: "two-leaks",
    about: "two jobs on one TaskManager, each with a leak of its own",
    cluster: { heap: "320m" },
    jobs: {
      sessions: { name: "sessions", entryClass: inLab("StaticMapJob"), rate: { low: 100, high: 200 } },
      prices: { name: "prices", entryClass: inLab("ListenerJob"), rate: { low: 150, high: 300 } },
    },
    steps: [
      { at: 5, does: "submit", job: "sessions" },
      { at: 8, does: "submit", job: "prices" },
    ],
    seconds: 210,
    truth: {
      kind: "leaking",
      leaks: [
        leakOfJob("sessions", staticMap),
        { ...leakOfJob("prices", listener), startsAt: 8, change: { kind: "job-deployed", job: "prices", step: 1 } },
      ],
    },
  },
];
