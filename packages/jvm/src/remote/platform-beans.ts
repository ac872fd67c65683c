import type { Incarnation, Limit, Measure } from "@heaptide/model";
import { z } from "zod";
import type { JolokiaClient, MBeanRead } from "./jolokia.ts";
import { isHeapPool, type RemoteReading } from "./reading.ts";

/** A JVM as its own platform MBeans describe it. Source: java.lang.management and com.sun.management of the JDK. */
export interface BeanReading extends RemoteReading {
  /** As the JVM sees it, in its own PID namespace. */
  readonly pid: number | null;
  readonly host: string | null;
  readonly javaVersion: string | null;
  readonly collector: string | null;
  readonly command: string;
}

const Usage = z.object({ used: z.number(), committed: z.number(), max: z.number() });
const Beans = z.tuple([
  z.object({ StartTime: z.number(), Name: z.string(), SpecVersion: z.string(), InputArguments: z.array(z.string()).catch([]) }),
  z.object({ HeapMemoryUsage: Usage }),
  z.record(z.string(), z.object({ Name: z.string(), Usage, CollectionUsage: Usage.nullable().catch(null) })),
  z.record(z.string(), z.object({ Name: z.string(), CollectionCount: z.number(), CollectionTime: z.number() })),
  z.object({ ThreadCount: z.number() }),
  z.object({ TotalLoadedClassCount: z.number(), UnloadedClassCount: z.number() }),
  z
    .object({ OpenFileDescriptorCount: z.number(), MaxFileDescriptorCount: z.number(), ProcessCpuTime: z.number() })
    .partial()
    .nullable()
    .catch(null),
  z.record(z.string(), z.object({ Name: z.string(), MemoryUsed: z.number() })).catch({}),
]);

const READS: readonly MBeanRead[] = [
  { mbean: "java.lang:type=Runtime", attribute: ["StartTime", "Name", "SpecVersion", "InputArguments"] },
  { mbean: "java.lang:type=Memory", attribute: ["HeapMemoryUsage"] },
  { mbean: "java.lang:type=MemoryPool,*", attribute: ["Name", "Usage", "CollectionUsage"] },
  { mbean: "java.lang:type=GarbageCollector,*", attribute: ["Name", "CollectionCount", "CollectionTime"] },
  { mbean: "java.lang:type=Threading", attribute: ["ThreadCount"] },
  { mbean: "java.lang:type=ClassLoading", attribute: ["TotalLoadedClassCount", "UnloadedClassCount"] },
  { mbean: "java.lang:type=OperatingSystem", attribute: ["OpenFileDescriptorCount", "MaxFileDescriptorCount", "ProcessCpuTime"] },
  { mbean: "java.nio:type=BufferPool,*", attribute: ["Name", "MemoryUsed"] },
];

const NANOSECONDS = 1e-6;

/** One request. @returns null where the answer lacks what every JVM has: a policy hides it. @throws JOLOKIA_UNREACHABLE, JOLOKIA_REFUSED */
export async function readPlatformBeans(client: JolokiaClient, signal?: AbortSignal): Promise<BeanReading | null> {
  const beans = Beans.safeParse(await client.read(READS, signal));
  if (!beans.success) return null;
  const [runtime, memory, pools, collectors, threading, classes, system, buffers] = beans.data;
  const heap = memory.HeapMemoryUsage;
  const metaspace = Object.values(pools).find(({ Name }) => Name === "Metaspace")?.Usage;
  const buffer = (name: string) => Object.values(buffers).find(({ Name }) => Name === name)?.MemoryUsed;
  const total = (of: (collector: (typeof collectors)[string]) => number) =>
    Object.values(collectors).reduce((sum, collector) => sum + Math.max(0, of(collector)), 0);
  const found: readonly (readonly [Measure, number | undefined])[] = [
    ["heap.used", heap.used],
    ["heap.committed", heap.committed],
    ["metaspace.used", metaspace?.used],
    ["direct.used", buffer("direct")],
    ["mapped.used", buffer("mapped")],
    ["threads", threading.ThreadCount],
    ["descriptors", system?.OpenFileDescriptorCount],
    ["classes.loaded", classes.TotalLoadedClassCount],
    ["classes.unloaded", classes.UnloadedClassCount],
    ["gc.count", total(({ CollectionCount }) => CollectionCount)],
    ["gc.time", total(({ CollectionTime }) => CollectionTime)],
    ["cpu.time", system?.ProcessCpuTime === undefined ? undefined : system.ProcessCpuTime * NANOSECONDS],
  ];
  const left = Object.values(pools).flatMap(({ Name, CollectionUsage }) =>
    CollectionUsage && isHeapPool(Name) ? [CollectionUsage.used] : [],
  );
  const [, pid, host] = /^(\d+)@(.+)$/.exec(runtime.Name) ?? [];
  return {
    startedAt: runtime.StartTime,
    values: new Map(found.filter((entry): entry is [Measure, number] => entry[1] !== undefined)),
    afterGc: left.length === 0 ? null : left.reduce((sum, used) => sum + used, 0),
    limits: limitsOf(heap.max, metaspace?.max, system?.MaxFileDescriptorCount),
    pid: pid === undefined ? null : Number(pid),
    host: host ?? null,
    javaVersion: runtime.SpecVersion,
    collector: collectorNamed(Object.values(collectors).map(({ Name }) => Name)),
    command: runtime.InputArguments.join(" "),
  };
}

/** -1 stands for no limit. */
function limitsOf(heap: number, metaspace: number | undefined, descriptors: number | undefined): Incarnation["limits"] {
  const limit = (value: number | undefined, unit: Limit["unit"], source: string): Limit | undefined =>
    value !== undefined && value > 0 ? { value, unit, source } : undefined;
  const [own, meta, files] = [
    limit(heap, "B", "-Xmx, by its MBean"),
    limit(metaspace, "B", "-XX:MaxMetaspaceSize, by its MBean"),
    limit(descriptors, "1", "nofile, by its MBean"),
  ];
  return { ...(own && { heap: own }), ...(meta && { metaspace: meta }), ...(files && { descriptors: files }) };
}

/** "G1 Young Generation" and "G1 Old Generation" are G1. */
function collectorNamed(names: readonly string[]): string | null {
  const all = names.join(" ");
  const known = [
    ["G1", "G1"],
    ["ZGC", "ZGC"],
    ["Shenandoah", "Shenandoah"],
    ["PS ", "Parallel"],
    ["Copy", "Serial"],
    ["Epsilon", "Epsilon"],
  ] as const;
  return known.find(([part]) => all.includes(part))?.[1] ?? null;
}
