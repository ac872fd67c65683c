import type { Culprit, HolderTruth, Leak, Scenario } from "../scenario.ts";
import { culpritIn, inLab, submittedAgain } from "./one-job.ts";

const TIMES = 10;
const EVERY = 11;

interface LoaderLeak {
  readonly kind: string;
  readonly about: string;
  readonly entryClass: string;
  readonly lib?: readonly "library"[];
  readonly resources?: Leak["resources"];
  readonly holder: HolderTruth;
  readonly culprit: Culprit;
  readonly operator: string;
}

/** A job that leaves something behind that keeps its class loader: one more with each submission. Which one brought it is no question. */
function loaderLeak({
  kind,
  about,
  entryClass,
  lib,
  resources = ["class-loaders", "metaspace"],
  holder,
  culprit,
  operator,
}: LoaderLeak): Scenario {
  const name = `loader-${kind}`;
  return {
    name,
    about: `${about}; the job is submitted ${TIMES + 1} times`,
    cluster: { heap: "320m", ...(lib && { lib }) },
    jobs: { job: { name, entryClass: inLab(entryClass), rate: { low: 20, high: 60 } } },
    steps: submittedAgain(TIMES, EVERY),
    seconds: 150,
    truth: {
      kind: "leaking",
      leaks: [
        {
          process: "taskmanager",
          resources,
          rootClasses: ["org.apache.flink.util.ChildFirstClassLoader"],
          holder,
          culprit,
          job: name,
          operator,
          driver: { kind: "submissions", ratio: 1 },
          startsAt: 5,
          change: null,
        },
      ],
    },
  };
}

/** User code that outlives its job. */
export const LOADERS: readonly Scenario[] = [
  loaderLeak({
    kind: "thread",
    about: "a thread is not ended with the job",
    entryClass: "LoaderThreadJob",
    resources: ["class-loaders", "threads", "metaspace"],
    holder: { owners: [inLab("LoaderThreadJob$Refresher"), "java.lang.Thread"], field: null },
    culprit: culpritIn("LoaderThreadJob$RefreshPrices", "open"),
    operator: "refresh-prices",
  }),
  loaderLeak({
    kind: "static",
    about: "a library in Flink's lib folder remembers a class of the job in a static map",
    entryClass: "LoaderStaticJob",
    lib: ["library"],
    holder: { owners: ["org.heaptide.library.Codecs"], field: "CONSTRUCTORS" },
    culprit: culpritIn("LoaderStaticJob$DecodeFrames", "open"),
    operator: "decode-frames",
  }),
  loaderLeak({
    kind: "thread-local",
    about: "a pool's thread keeps an object of the job in a ThreadLocal",
    entryClass: "LoaderThreadLocalJob",
    lib: ["library"],
    holder: { owners: ["java.lang.ThreadLocal", inLab("LoaderThreadLocalJob$PrepareStatements"), "java.lang.Thread"], field: null },
    culprit: culpritIn("LoaderThreadLocalJob$PrepareStatements", "open"),
    operator: "prepare-statements",
  }),
  loaderLeak({
    kind: "shutdown-hook",
    about: "a shutdown hook is not removed",
    entryClass: "LoaderShutdownHookJob",
    holder: { owners: ["java.lang.ApplicationShutdownHooks"], field: "hooks" },
    culprit: culpritIn("LoaderShutdownHookJob$FlushOnExit", "open"),
    operator: "flush-on-exit",
  }),
  loaderLeak({
    kind: "jdbc",
    about: "a JDBC driver is not deregistered",
    entryClass: "LoaderJdbcJob",
    holder: { owners: ["java.sql.DriverManager"], field: "registeredDrivers" },
    culprit: culpritIn("LoaderJdbcJob$WriteRows", "open"),
    operator: "write-rows",
  }),
  inManager({
    kind: "thread",
    about: "main, which runs in the JobManager, starts a thread and never ends it",
    entryClass: "ManagerThreadJob",
    resources: ["threads", "class-loaders", "metaspace"],
    rootClasses: ["java.lang.Thread", inLab("ManagerThreadJob$ConfigurationWatcher"), "org.apache.flink.util.ChildFirstClassLoader"],
    holder: { owners: [inLab("ManagerThreadJob$ConfigurationWatcher"), "java.lang.Thread"], field: null },
    ratio: 1,
  }),
  inManager({
    kind: "list",
    about: "main, which runs in the JobManager, registers tables with a library that keeps those of all jobs",
    entryClass: "ManagerListJob",
    resources: ["heap"],
    rootClasses: ["org.heaptide.library.Catalogue$Table"],
    holder: { owners: ["org.heaptide.library.Catalogue"], field: "TABLES" },
    ratio: 800,
  }),
];

interface ManagerLeak extends Pick<Leak, "resources" | "rootClasses" | "holder"> {
  readonly kind: string;
  readonly about: string;
  readonly entryClass: string;
  readonly ratio: number;
}

/** No operator has a part in it. */
function inManager({ kind, about, entryClass, ratio, ...leak }: ManagerLeak): Scenario {
  const name = `manager-${kind}`;
  const main = culpritIn(entryClass, "main");
  return {
    name,
    about: `${about}; the job is submitted ${TIMES + 1} times`,
    cluster: { heap: "320m", lib: ["library"] },
    jobs: { job: { name, entryClass: inLab(entryClass), rate: { low: 20, high: 60 } } },
    steps: submittedAgain(TIMES, EVERY),
    seconds: 150,
    truth: {
      kind: "leaking",
      leaks: [
        {
          ...leak,
          process: "jobmanager",
          culprit: main,
          job: name,
          operator: null,
          driver: { kind: "submissions", ratio },
          startsAt: 5,
          change: null,
        },
      ],
    },
  };
}
