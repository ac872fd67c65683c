import type { Scenario } from "./scenario.ts";

const PACKAGE = "org.heaptide.lab";
const FOLDER = "org/heaptide/lab";

/** Every job of the lab. Its rate is such that a leak is plain within a minute or two, at 320 MiB of heap. */
export const SCENARIOS = {
  staticMap: {
    name: "static-map",
    entryClass: `${PACKAGE}.StaticMapJob`,
    jobName: "static-map",
    arguments: ["--rate", "100"],
    operator: "remember-sessions",
    truth: {
      kind: "leak",
      resource: "heap",
      rootClasses: [`${PACKAGE}.Session`],
      line: {
        class: `${PACKAGE}.StaticMapJob$RememberSessions`,
        method: "map",
        file: `${FOLDER}/StaticMapJob.java`,
        code: ["new Session(visitor)"],
      },
      holder: { owner: `${PACKAGE}.StaticMapJob$RememberSessions`, field: "SESSIONS" },
      driver: { kind: "records-in", ratio: 1 },
      heapPerElement: 1550,
    },
  },
  listener: {
    name: "listener",
    entryClass: `${PACKAGE}.ListenerJob`,
    jobName: "listener",
    arguments: ["--rate", "100"],
    operator: "watch-prices",
    truth: {
      kind: "leak",
      resource: "heap",
      rootClasses: [`${PACKAGE}.ListenerJob$PriceWatch`],
      line: {
        class: `${PACKAGE}.ListenerJob$WatchPrices`,
        method: "map",
        file: `${FOLDER}/ListenerJob.java`,
        code: ["new PriceWatch(product)"],
      },
      holder: { owner: `${PACKAGE}.ListenerJob$PriceBoard`, field: "LISTENERS" },
      driver: { kind: "records-in", ratio: 1 },
      heapPerElement: 1070,
    },
  },
  threadPerRecord: {
    name: "thread-per-record",
    entryClass: `${PACKAGE}.ThreadPerRecordJob`,
    jobName: "thread-per-record",
    arguments: ["--rate", "5"],
    operator: "watch-devices",
    truth: {
      kind: "leak",
      resource: "threads",
      rootClasses: ["java.lang.Thread", `${PACKAGE}.ThreadPerRecordJob$Heartbeat`],
      line: {
        class: `${PACKAGE}.ThreadPerRecordJob$WatchDevices`,
        method: "map",
        file: `${FOLDER}/ThreadPerRecordJob.java`,
        code: ["new Thread(", "heartbeat.start()"],
      },
      holder: { owner: `${PACKAGE}.ThreadPerRecordJob$Heartbeat`, field: null },
      driver: { kind: "records-in", ratio: 1 },
      heapPerElement: 590,
    },
  },
  boundedCache: {
    name: "bounded-cache",
    entryClass: `${PACKAGE}.BoundedCacheJob`,
    jobName: "bounded-cache",
    arguments: ["--rate", "1000", "--entries", "50000"],
    operator: "cache-profiles",
    truth: { kind: "benign", growsFor: 50 },
  },
  healthy: {
    name: "healthy",
    entryClass: `${PACKAGE}.HealthyJob`,
    jobName: "healthy",
    arguments: ["--rate", "1000"],
    operator: "read-sessions",
    truth: { kind: "benign", growsFor: null },
  },
  cpuBound: {
    name: "cpu-bound",
    entryClass: `${PACKAGE}.CpuBoundJob`,
    jobName: "cpu-bound",
    arguments: ["--rate", "unlimited"],
    operator: "digest",
    truth: { kind: "benign", growsFor: null },
  },
} as const satisfies Record<string, Scenario>;
