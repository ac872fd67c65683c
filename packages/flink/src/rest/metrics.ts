import type { Measure, Sample } from "@heaptide/model";
import type { FlinkClient, FlinkProcess } from "./client.ts";

/**
 * Flink's metrics of a JVM and the measures they are. Source: "System metrics" in Flink's documentation, and the ids that 1.20.5 and 2.3.0
 * list. None of them is the live set: Flink up to 2.3 has no value from after a collection.
 */
const MEASURE_OF: ReadonlyMap<string, { readonly measure: Measure; readonly scale: number }> = new Map(
  (
    [
      ["Status.JVM.Memory.Heap.Used", "heap.used", 1],
      ["Status.JVM.Memory.Heap.Committed", "heap.committed", 1],
      ["Status.JVM.Memory.Metaspace.Used", "metaspace.used", 1],
      ["Status.JVM.Memory.Direct.MemoryUsed", "direct.used", 1],
      ["Status.JVM.Memory.Mapped.MemoryUsed", "mapped.used", 1],
      ["Status.Flink.Memory.Managed.Used", "managed.used", 1],
      ["Status.JVM.Threads.Count", "threads", 1],
      ["Status.JVM.FileDescriptor.Open", "descriptors", 1],
      // Since the start of the JVM, as the JDK counts them: alive are loaded minus unloaded.
      ["Status.JVM.ClassLoader.ClassesLoaded", "classes.loaded", 1],
      ["Status.JVM.ClassLoader.ClassesUnloaded", "classes.unloaded", 1],
      ["Status.JVM.GarbageCollector.All.Count", "gc.count", 1],
      ["Status.JVM.GarbageCollector.All.Time", "gc.time", 1],
      // Nanoseconds.
      ["Status.JVM.CPU.Time", "cpu.time", 1e-6],
    ] as const
  ).map(([id, measure, scale]) => [id, { measure, scale }] as const),
);

/**
 * One sample of each measure that the cluster has of a JVM. The values are up to 10 s older than `at`: Flink refreshes its metrics lazily and does
 * not say when. Empty for a TaskManager that has just registered or has just gone.
 */
export async function processSamples(
  client: FlinkClient,
  process: FlinkProcess,
  about: { incarnation: string; at: number },
): Promise<Sample[]> {
  return samplesOf(await client.metrics(process, [...MEASURE_OF.keys()]), about);
}

/** A negative value is the JVM's way to say that it does not know. */
function samplesOf(values: ReadonlyMap<string, number>, { incarnation, at }: { incarnation: string; at: number }): Sample[] {
  return [...values].flatMap(([id, value]): Sample[] => {
    const known = MEASURE_OF.get(id);
    if (known === undefined || value < 0) return [];
    return [{ type: "sample", at, incarnation, measure: known.measure, value: value * known.scale }];
  });
}
