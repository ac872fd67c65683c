import type { Incarnation, Limit, Measure } from "@heaptide/model";
import { isHeapPool, type RemoteReading } from "./reading.ts";
import type { ScrapedSample } from "./text-format.ts";

/**
 * What the JMX exporter and applications with Prometheus's Java client publish of their JVM. Names of client_java 1 (`jvm_memory_used_bytes`), with those of
 * 0.16 and before (`jvm_memory_bytes_used`). Source: prometheus.github.io/client_java/instrumentation/jvm.
 * Micrometer names pools alike (`jvm_memory_used_bytes{area, id}`): its pools are summed.
 */
const MILLISECONDS = 1000;

/** @returns null for a page on which no JVM tells of itself */
export function jvmReading(samples: readonly ScrapedSample[]): RemoteReading | null {
  const page = new Page(samples);
  const heap = page.sum(["jvm_memory_used_bytes", "jvm_memory_bytes_used"], { area: "heap" });
  if (heap === null) return null;
  const scaled = (value: number | null, by: number) => value && value * by;
  const found: readonly (readonly [Measure, number | null])[] = [
    ["heap.used", heap],
    ["heap.committed", page.sum(["jvm_memory_committed_bytes", "jvm_memory_bytes_committed"], { area: "heap" })],
    ["metaspace.used", page.pool(["jvm_memory_pool_used_bytes", "jvm_memory_pool_bytes_used", "jvm_memory_used_bytes"], "Metaspace")],
    ["direct.used", page.pool(BUFFERS, "direct")],
    ["mapped.used", page.pool(BUFFERS, "mapped")],
    ["rss", page.sum(["process_resident_memory_bytes"])],
    ["threads", page.sum(["jvm_threads_current", "jvm_threads_live_threads"])],
    ["descriptors", page.sum(["process_open_fds", "process_files_open_files"])],
    ["classes.loaded", page.sum(["jvm_classes_loaded_total"]) ?? page.loadedEver()],
    ["classes.unloaded", page.sum(["jvm_classes_unloaded_total", "jvm_classes_unloaded_classes_total"])],
    ["gc.count", page.sum(["jvm_gc_collection_seconds_count", "jvm_gc_pause_seconds_count"])],
    ["gc.time", scaled(page.sum(["jvm_gc_collection_seconds_sum", "jvm_gc_pause_seconds_sum"]), MILLISECONDS)],
    ["cpu.time", scaled(page.sum(["process_cpu_seconds_total"]), MILLISECONDS)],
  ];
  const startedAt = page.sum(["process_start_time_seconds"]);
  return {
    startedAt: startedAt === null ? null : Math.round(startedAt * MILLISECONDS),
    values: new Map(found.filter((entry): entry is [Measure, number] => entry[1] !== null && Number.isFinite(entry[1]))),
    afterGc: page.afterGc(),
    limits: limitsOf(page),
  };
}

const BUFFERS = ["jvm_buffer_pool_used_bytes", "jvm_buffer_memory_used_bytes"];

function limitsOf(page: Page): Incarnation["limits"] {
  const limit = (value: number | null, unit: Limit["unit"], source: string): Limit | undefined =>
    value !== null && value > 0 && Number.isFinite(value) ? { value, unit, source } : undefined;
  const heap = limit(page.most(["jvm_memory_max_bytes", "jvm_memory_bytes_max"], { area: "heap" }), "B", "-Xmx, as the JVM exports it");
  const metaspace = limit(
    page.pool(["jvm_memory_pool_max_bytes", "jvm_memory_pool_bytes_max"], "Metaspace"),
    "B",
    "-XX:MaxMetaspaceSize, as the JVM exports it",
  );
  const descriptors = limit(page.sum(["process_max_fds", "process_files_max_files"]), "1", "nofile, as the JVM exports it");
  return { ...(heap && { heap }), ...(metaspace && { metaspace }), ...(descriptors && { descriptors }) };
}

type Labels = Readonly<Record<string, string>>;

/** A page of metrics, asked by name. Of several names for one thing the first that is there counts. */
class Page {
  readonly #byName: ReadonlyMap<string, readonly ScrapedSample[]>;

  constructor(samples: readonly ScrapedSample[]) {
    this.#byName = Map.groupBy(samples, ({ name }) => name);
  }

  sum(names: readonly string[], labels: Labels = {}): number | null {
    const found = this.#find(names, labels);
    return found.length === 0 ? null : found.reduce((total, { value }) => total + Math.max(0, value), 0);
  }

  /** Pools that tell a maximum of their own (Micrometer) share one: the largest is the heap's. */
  most(names: readonly string[], labels: Labels): number | null {
    const found = this.#find(names, labels);
    return found.length === 0 ? null : Math.max(...found.map(({ value }) => value));
  }

  pool(names: readonly string[], pool: string): number | null {
    return this.sum(names, { pool }) ?? this.sum(names, { id: pool });
  }

  afterGc(): number | null {
    const pools = this.#find(["jvm_memory_pool_collection_used_bytes"], {}).filter(({ labels }) => isHeapPool(labels["pool"] ?? ""));
    if (pools.length === 0) return this.sum(["jvm_gc_live_data_size_bytes"]);
    return pools.reduce((total, { value }) => total + value, 0);
  }

  /** Micrometer tells only the present number. */
  loadedEver(): number | null {
    const now = this.sum(["jvm_classes_loaded_classes"]);
    return now === null ? null : now + (this.sum(["jvm_classes_unloaded_classes_total"]) ?? 0);
  }

  #find(names: readonly string[], labels: Labels): readonly ScrapedSample[] {
    const wanted = Object.entries(labels);
    for (const name of names) {
      const found = (this.#byName.get(name) ?? []).filter((sample) => wanted.every(([label, value]) => sample.labels[label] === value));
      if (found.length > 0) return found;
    }
    return [];
  }
}
