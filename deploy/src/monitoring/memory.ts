import { type Dashboard, of, type Panel, query } from "./panel.ts";

const PROCESS = { process: "$process" };
const own = (metric: string) => of(metric, PROCESS);
const limit = (resource: string) => query(of("heaptide_limit", { process: "$process", resource }), "{{process}} limit");

const lines = (title: string, says: string, metric: string, unit: Panel["unit"], ...further: Panel["queries"]): Panel => ({
  ...{ title, says, kind: "lines", unit, width: 8 },
  queries: [query(own(metric), "{{process}}"), ...further],
});

/** What the memory of the processes does: builds up, or is released. */
export const MEMORY: Dashboard = {
  uid: "heaptide-memory",
  title: "Heaptide: Flink memory",
  says: "Build-up against release: the live set and every other resource that can grow without bound, with its limit, and the changes that came before.",
  variables: [{ name: "process", label: "Process", query: "label_values(heaptide_verdict, process)" }],
  rows: [
    {
      title: "Verdict",
      panels: [
        {
          ...{ title: "Verdict by process", kind: "states", unit: "short", width: 12 },
          says: "leaking: two independent kinds of evidence. growing: one. unknown: Heaptide's own page says what is missing.",
          queries: ["leaking", "growing", "warming-up", "healthy", "unknown"].map((verdict, rank) =>
            query(`${of("heaptide_verdict", { process: "$process", verdict })} * ${rank + 1}`, "{{process}}"),
          ),
        },
        {
          ...{ title: "Time left", kind: "number", unit: "s", width: 6, thresholds: [86_400, 21_600] },
          says: "The lower end of the time until a leaking resource is at its limit. Empty: nothing leaks, or it is not known yet.",
          queries: [query(own("heaptide_exhaustion_seconds"), "{{process}} {{resource}}")],
        },
        {
          ...{ title: "What looking costs", kind: "number", unit: "ms", width: 6, thresholds: [900, 1500] },
          says: "Pauses in the last minute that Heaptide's own looks have caused; 600 ms are 1 % of the time.",
          queries: [query(own("heaptide_probe_pause_milliseconds"), "{{process}}")],
        },
      ],
    },
    {
      title: "Heap",
      panels: [
        {
          ...{ title: "Live set", kind: "lines", unit: "bytes", width: 12 },
          says: "Heap used right after a full collection, which is what leaks; the limit is -Xmx. A leak is a line that only rises; a fix lets it fall.",
          queries: [query(own("heaptide_heap_live_bytes"), "{{process}}"), limit("heap")],
        },
        {
          ...{ title: "Growth of the live set", kind: "lines", unit: "Bps", width: 12 },
          says: "Bytes a second over half an hour: above 0 for hours is a leak, a busy hour comes back to 0.",
          queries: [query(`deriv(${own("heaptide_heap_live_bytes")}[30m])`, "{{process}}")],
        },
        lines(
          "After a collection",
          "After any collection, young ones too: holds some garbage, but costs nothing to read.",
          "heaptide_heap_after_gc_bytes",
          "bytes",
        ),
        lines("In use", "Between collections: a saw-tooth. Its upper end says nothing of a leak.", "heaptide_heap_used_bytes", "bytes"),
        {
          ...{ title: "Time in collections", kind: "lines", unit: "percentunit", width: 8 },
          says: "Share of the time that the collector works. It rises when the live set comes near the limit.",
          queries: [query(`rate(${own("heaptide_gc_time_milliseconds")}[5m]) / 1000`, "{{process}}")],
        },
      ],
    },
    {
      title: "Outside of the heap",
      panels: [
        lines(
          "Metaspace",
          "A step for each job that is deployed and not let go: a class loader leak.",
          "heaptide_metaspace_used_bytes",
          "bytes",
          limit("metaspace"),
        ),
        lines(
          "Direct buffers",
          "Network and connector buffers outside of the heap.",
          "heaptide_direct_used_bytes",
          "bytes",
          limit("direct-memory"),
        ),
        lines(
          "Managed memory",
          "Flink's own: state backend and batch operators.",
          "heaptide_managed_used_bytes",
          "bytes",
          limit("managed-memory"),
        ),
        lines(
          "Resident",
          "What the kernel counts, and what a container is killed for.",
          "heaptide_rss_bytes",
          "bytes",
          limit("native-memory"),
        ),
        lines(
          "Threads",
          "A client or a pool for each element shows here before it shows in the heap.",
          "heaptide_threads",
          "short",
          limit("threads"),
        ),
        lines("File descriptors", "Sockets and files that nobody closes.", "heaptide_descriptors", "short", limit("descriptors")),
        {
          ...{ title: "Classes", kind: "lines", unit: "short", width: 8 },
          says: "Loaded and not unloaded.",
          queries: [query(`${own("heaptide_classes_loaded")} - ${own("heaptide_classes_unloaded")}`, "{{process}}")],
        },
        lines("Class loaders of jobs", "More than there are jobs running: one was not let go.", "heaptide_class_loaders_user", "short"),
        {
          ...{ title: "CPU", kind: "lines", unit: "percentunit", width: 8 },
          says: "1 is one core. A full heap burns CPU on collections.",
          queries: [query(`rate(${own("heaptide_cpu_time_milliseconds")}[5m]) / 1000`, "{{process}}")],
        },
      ],
    },
  ],
};
