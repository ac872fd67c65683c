import { z } from "zod";

/** What kind of JVM a process is. */
export const ROLES = ["taskmanager", "jobmanager", "jvm"] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/**
 * A monitored JVM, stable over its restarts: a restarted TaskManager is the same process in its next incarnation.
 * `key` is unique in a store; `name` is for people.
 */
export const ProcessIdentity = z.object({
  key: z.string().min(1),
  name: z.string().min(1),
  role: Role,
});
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

/** What a resource runs into: `unit` tells how to read the value; `source` where it was found ("-Xmx", "cgroup memory.max"). */
export const Limit = z.object({
  value: z.number().positive(),
  unit: z.enum(["B", "1"]),
  source: z.string(),
});
export type Limit = z.infer<typeof Limit>;

/** What can grow without bound. Heap is its live set; native memory is RSS minus what the JVM accounts for. */
export const RESOURCES = [
  "heap",
  "metaspace",
  "direct-memory",
  "native-memory",
  "threads",
  "descriptors",
  "class-loaders",
  "managed-memory",
  "keyed-state",
] as const;
export const Resource = z.enum(RESOURCES);
export type Resource = z.infer<typeof Resource>;

/** One life of a process. `key` is `<pid>@<start, ms>` on this host, or the Flink resource id where no pid is known. */
export const Incarnation = z.object({
  key: z.string().min(1),
  process: z.string().min(1),
  /** Process id in the namespace of whoever probes; null where only REST is reachable. */
  pid: z.number().int().positive().nullable(),
  startedAt: z.number(),
  /** null while it lives. */
  endedAt: z.number().nullable(),
  /** Flink's resource id of a TaskManager; null for others. */
  flinkId: z.string().nullable(),
  command: z.string(),
  javaVersion: z.string().nullable(),
  collector: z.string().nullable(),
  limits: z.partialRecord(Resource, Limit),
});
export type Incarnation = z.infer<typeof Incarnation>;
