/** A workspace and the other workspaces that its files may import; tests may import the testkit besides. */
export interface HouseRule {
  readonly folder: string;
  /** Its package name. */
  readonly name: string;
  readonly mayImport: readonly string[];
  readonly because: string;
}

const PACKAGES = ["base", "model", "hprof", "jfr", "jvm", "flink", "logs", "diagnosis", "store"].map((name) => `@heaptide/${name}`);
const DATASPA = ["places", "town", "transport", "capture", "serving", "app", "platform"].map((name) => `@dataspa/${name}`);

/** The direction of the arrows in ARCHITECTURE.md. */
export const HOUSE: readonly HouseRule[] = [
  {
    folder: "packages/base",
    name: "@heaptide/base",
    mayImport: [],
    because: "everything stands on it, so it stands on nothing",
  },
  {
    folder: "packages/model",
    name: "@heaptide/model",
    mayImport: ["@heaptide/base"],
    because: "the vocabulary must not know who speaks it",
  },
  {
    folder: "packages/jfr",
    name: "@heaptide/jfr",
    mayImport: ["@heaptide/base"],
    because: "a file format is the same whatever Heaptide makes of it",
  },
  {
    folder: "packages/hprof",
    name: "@heaptide/hprof",
    mayImport: ["@heaptide/base"],
    because: "a file format is the same whatever Heaptide makes of it",
  },
  {
    folder: "packages/jvm",
    name: "@heaptide/jvm",
    mayImport: ["@heaptide/base", "@heaptide/model"],
    because: "probes of a JVM know nothing of Flink, storage or each other's formats",
  },
  {
    folder: "packages/flink",
    name: "@heaptide/flink",
    mayImport: ["@heaptide/base", "@heaptide/model"],
    because: "a cluster is read by REST alone, so that it works where no process can be reached",
  },
  {
    folder: "packages/logs",
    name: "@heaptide/logs",
    mayImport: ["@heaptide/base", "@heaptide/model"],
    because: "log lines are the same from a file, from REST or from a shipper",
  },
  {
    folder: "packages/diagnosis",
    name: "@heaptide/diagnosis",
    mayImport: ["@heaptide/base", "@heaptide/model"],
    because: "the same history must give the same findings, wherever it came from",
  },
  {
    folder: "packages/store",
    name: "@heaptide/store",
    mayImport: ["@heaptide/base", "@heaptide/model"],
    because: "what is stored is observations, not what was concluded from them by a certain version",
  },
  {
    folder: "packages/server",
    name: "@heaptide/server",
    mayImport: PACKAGES,
    because: "it wires the packages together; the command line and the demo platform are its users",
  },
  {
    folder: "packages/cli",
    name: "heaptide",
    mayImport: [...PACKAGES, "@heaptide/server", "@heaptide/web"],
    because: "it is the outermost layer, and hands the built pages to the server; only its demo may know the demo platform",
  },
  {
    folder: "packages/web",
    name: "@heaptide/web",
    mayImport: ["@heaptide/base", "@heaptide/model", "@heaptide/jfr", "@heaptide/hprof"],
    because: "the pages talk HTTP alone to what runs, and read dumps and recordings by themselves",
  },
  {
    folder: "packages/testkit",
    name: "@heaptide/testkit",
    mayImport: ["@heaptide/base", "@heaptide/model"],
    because: "the builders of test data must not be made of what they test",
  },
  {
    folder: "dataspa/places",
    name: "@dataspa/places",
    mayImport: [],
    because: "it stands in for somebody else's service, which does not know Heaptide",
  },
  {
    folder: "dataspa/town",
    name: "@dataspa/town",
    mayImport: [],
    because: "it stands in for other people's websites, which know nobody who reads them",
  },
  {
    folder: "dataspa/transport",
    name: "@dataspa/transport",
    mayImport: ["@heaptide/flink"],
    because: "lines are the same whoever makes them; of Heaptide it takes only the launcher that no child outlives, for its own broker",
  },
  {
    folder: "dataspa/capture",
    name: "@dataspa/capture",
    mayImport: ["@dataspa/transport"],
    because: "the platform under watch does not know that it is watched",
  },
  {
    folder: "dataspa/serving",
    name: "@dataspa/serving",
    mayImport: [],
    because: "it reads the jobs' files, whoever made them",
  },
  {
    folder: "dataspa/app",
    name: "@dataspa/app",
    mayImport: ["@dataspa/serving", "@dataspa/transport"],
    because: "it shows what is served and takes actions; where either comes from is not its business",
  },
  {
    folder: "dataspa/platform",
    name: "@dataspa/platform",
    mayImport: [
      "@dataspa/town",
      "@dataspa/places",
      "@dataspa/transport",
      "@dataspa/capture",
      "@dataspa/serving",
      "@dataspa/app",
      "@heaptide/flink",
    ],
    because: "it wires the platform; of Heaptide it takes the launcher of local clusters and the REST client, nothing that watches",
  },
  {
    folder: "deploy",
    name: "@heaptide/deploy",
    mayImport: ["@heaptide/server", "@heaptide/store", "@dataspa/app", "@dataspa/serving", "@dataspa/transport"],
    because: "dashboards and rules ask for what is exported, and a test holds them against it",
  },
  {
    folder: "lab",
    name: "@heaptide/lab",
    mayImport: [...PACKAGES, "@heaptide/server"],
    because: "scenarios are run and scored with the product as it is",
  },
  {
    folder: "deploy/docker",
    name: "@heaptide/docker",
    mayImport: ["@dataspa/platform"],
    because: "images are told of, not used; their settings are checked by who reads them",
  },
  {
    folder: "bench",
    name: "@heaptide/bench",
    mayImport: [...PACKAGES, "@heaptide/server", "@heaptide/lab", "@heaptide/testkit", "@heaptide/web", "heaptide", ...DATASPA],
    because: "benchmarks measure the product as it is",
  },
  {
    folder: "e2e",
    name: "@heaptide/e2e",
    mayImport: [...PACKAGES, "@heaptide/server", "@heaptide/lab", "@heaptide/testkit", "@heaptide/web", "heaptide", ...DATASPA],
    because: "the story needs everything",
  },
];

/** A further workspace that some files of a folder may import. */
export const EXCEPTIONS: readonly { readonly under: string; readonly mayImport: readonly string[] }[] = [
  { under: "packages/cli/src/demo/", mayImport: DATASPA },
  { under: "packages/cli/src/commands/demo.ts", mayImport: DATASPA },
  // What it gives must have the shape that the vocabulary names, and only a test may know both.
  { under: "packages/jfr/src/allocations.test.ts", mayImport: ["@heaptide/model"] },
];

/** Files that touch nothing outside of memory: no Node API and, of libraries, only those named. */
export interface PurityRule {
  readonly under: string;
  /** The files of the folder that read for the others. */
  readonly except: readonly string[];
  readonly libraries: readonly string[];
  readonly because: string;
}

export const PURE: readonly PurityRule[] = [
  { under: "packages/base/src/", except: [], libraries: [], because: "it runs in the browser as it is" },
  { under: "packages/model/src/", except: [], libraries: ["zod"], because: "it runs in the browser as it is" },
  {
    under: "packages/jfr/src/",
    except: ["packages/jfr/src/file-source.ts"],
    libraries: [],
    because: "a parser takes bytes from wherever they come, in the browser too",
  },
  {
    under: "packages/hprof/src/",
    except: [
      "packages/hprof/src/file-source.ts",
      "packages/hprof/src/gzip-source.ts",
      "packages/hprof/src/index/node-hands.ts",
      "packages/hprof/src/index/scan-worker.mjs",
      "packages/hprof/src/index/scan-worker.ts",
      "packages/hprof/src/kernel/build.ts",
      "packages/hprof/src/kernel/optimise.ts",
      "packages/hprof/src/read-at.ts",
      "packages/hprof/src/saved/file-shelf.ts",
      "packages/hprof/src/saved/saved-file.ts",
      "packages/hprof/src/saved/saved-index.ts",
    ],
    libraries: [],
    because:
      "a parser takes bytes from wherever they come, in the browser too; only files, Node's workers and the kernel's compiler need Node",
  },
  {
    under: "packages/jvm/src/perfdata/",
    except: ["packages/jvm/src/perfdata/read.ts", "packages/jvm/src/perfdata/locate.ts"],
    libraries: [],
    because: "a parser takes bytes from wherever they come",
  },
  {
    under: "packages/logs/src/",
    except: ["packages/logs/src/tail.ts"],
    libraries: ["@bufbuild/protobuf"],
    because: "a parser takes text from wherever it comes",
  },
  {
    under: "packages/diagnosis/src/",
    except: [],
    libraries: [],
    because: "the same history must give the same findings: no clock, no disk, no network, no logger",
  },
];
