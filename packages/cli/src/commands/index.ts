import type { CommandEntry } from "../command.ts";

/** Every command, in the order of `heaptide --help`. */
export const COMMANDS: readonly CommandEntry[] = [
  { name: "ps", summary: "the JVMs of this host, and whether they can be looked into", load: () => import("./ps.ts") },
  { name: "histogram", summary: "the classes of a JVM by instances and bytes, and what grows", load: () => import("./histogram.ts") },
  { name: "jfr", summary: "what a flight recording tells about leaks", load: () => import("./jfr.ts") },
  { name: "heap", summary: "what a heap dump holds: suspects, classes, what keeps what", load: () => import("./heap.ts") },
  {
    name: "heap histogram",
    summary: "the classes of a heap dump by objects and bytes, in one pass",
    load: () => import("./heap-histogram.ts"),
  },
  { name: "heap path", summary: "what keeps an object or a class of a heap dump", load: () => import("./heap-path.ts") },
  { name: "heap diff", summary: "what grew between heap dumps of one process", load: () => import("./heap-diff.ts") },
  { name: "heap object", summary: "one object of a heap dump: fields, values, what refers to it", load: () => import("./heap-object.ts") },
  { name: "heap threads", summary: "threads of a heap dump, and what each frame holds", load: () => import("./heap-threads.ts") },
  { name: "heap loaders", summary: "class loaders of a heap dump, and what keeps each", load: () => import("./heap-loaders.ts") },
  { name: "heap strings", summary: "texts that stand in a heap dump more than once", load: () => import("./heap-strings.ts") },
  {
    name: "heap collections",
    summary: "sparse collections and arrays, crowded maps of a heap dump",
    load: () => import("./heap-collections.ts"),
  },
  { name: "heap unreachable", summary: "the garbage in a heap dump, and what was at its top", load: () => import("./heap-unreachable.ts") },
  { name: "heap query", summary: "ask a heap dump for objects, in a subset of OQL", load: () => import("./heap-query.ts") },
  { name: "diagnose", summary: "watch, then say what leaks: class, line, operator, deployment", load: () => import("./diagnose.ts") },
  { name: "record", summary: "watch, and write what was observed to a file for diagnose", load: () => import("./record.ts") },
  { name: "serve", summary: "watch until ended, keep the history, answer by HTTP", load: () => import("./serve.ts") },
  { name: "change", summary: "tell a running server what a pipeline has deployed", load: () => import("./change.ts") },
  { name: "alert", summary: "alarms, silences, channels, and notifications that were given up", load: () => import("./alert.ts") },
  { name: "alert test", summary: "send a test message through one channel or all", load: () => import("./alert-test.ts") },
  { name: "alert silence", summary: "no notifications for some alarms for some time", load: () => import("./alert-silence.ts") },
  { name: "alert retry", summary: "send a notification again that was given up", load: () => import("./alert-retry.ts") },
  { name: "mcp", summary: "tools for a coding agent, by the Model Context Protocol", load: () => import("./mcp.ts") },
  { name: "doctor", summary: "what Heaptide can see from here, and what is missing", load: () => import("./doctor.ts") },
  { name: "demo", summary: "the story on a real Flink cluster, from a leak to the proof of its fix", load: () => import("./demo.ts") },
];
