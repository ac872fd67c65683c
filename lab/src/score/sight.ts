import type { Measure, Observation, ProbeState } from "@heaptide/model";

/** What an observer could see: all, or less. */
export const SIGHTS = ["everything", "no hsperfdata", "no recording", "no attach", "REST alone"] as const;
export type Sight = (typeof SIGHTS)[number];

const FROM_PERFDATA: ReadonlySet<Measure> = new Set([
  "heap.committed",
  "metaspace.used",
  "threads",
  "classes.loaded",
  "classes.unloaded",
  "gc.count",
  "gc.time",
  "heap.used",
  "heap.after-gc",
]);
const FROM_ATTACH: ReadonlySet<Measure> = new Set(["heap.live", "class-loaders.user"]);
/** What Flink's metrics have as well; heap after a collection is not among them up to Flink 2.3. */
const NOT_BY_REST: ReadonlySet<Measure> = new Set(["heap.live", "heap.after-gc", "class-loaders.user", "rss", "descriptors", "cpu.time"]);

/**
 * What would have been observed with less sight, from what was observed with all of it. What REST would have told of a local process is taken from the
 * process's own counters, which are the same figures, fresher.
 */
export function seenWith(sight: Sight, observations: readonly Observation[]): Observation[] {
  switch (sight) {
    case "everything":
      return [...observations];
    case "no hsperfdata":
      return observations.flatMap((one): Observation[] => {
        if (one.type === "process") return [one, blind("perfdata", one.incarnation.key, one.at)];
        return one.type === "sample" && FROM_PERFDATA.has(one.measure) ? [] : [one];
      });
    // A runtime without the module jdk.jfr, or a JVM that is not HotSpot.
    case "no recording":
      return observations.flatMap((one): Observation[] => {
        if (one.type === "process") return [one, blind("recording", one.incarnation.key, one.at)];
        return one.type === "allocations" || (one.type === "probe" && one.probe === "recording") ? [] : [one];
      });
    case "no attach":
      return observations.flatMap((one): Observation[] => {
        if (one.type === "process") return [one, blind("histogram", one.incarnation.key, one.at)];
        if (one.type === "snapshot" || one.type === "allocations" || one.type === "cost") return [];
        if (one.type === "probe" && one.probe === "histogram") return [];
        return one.type === "sample" && FROM_ATTACH.has(one.measure) ? [] : [one];
      });
    case "REST alone":
      return observations.flatMap(byRest);
  }
}

const NOT_BY_REST_AT_ALL: ReadonlySet<Observation["type"]> = new Set(["snapshot", "allocations", "cost", "census"]);

function byRest(one: Observation): Observation[] {
  if (one.type === "process") {
    const { heap, metaspace } = one.incarnation.limits;
    const limits = { ...(heap && { heap }), ...(metaspace && { metaspace }) };
    const incarnation = { ...one.incarnation, pid: null, command: "", javaVersion: null, collector: null, limits };
    return [{ ...one, incarnation }, blind("histogram", incarnation.key, one.at)];
  }
  if (one.type === "sample") return NOT_BY_REST.has(one.measure) ? [] : [one];
  if (one.type === "probe") return one.incarnation === null ? [one] : [];
  return NOT_BY_REST_AT_ALL.has(one.type) ? [] : [one];
}

function blind(probe: string, incarnation: string, at: number): ProbeState {
  return { type: "probe", at, incarnation, probe, code: "NOT_SEEN", cause: "it is not to be seen in this replay", next: "heaptide doctor" };
}
