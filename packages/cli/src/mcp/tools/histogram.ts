import { classHistogram, describeJvm } from "@heaptide/jvm";
import { z } from "zod";
import { summary } from "../../commands/histogram.ts";
import { defineTool } from "../tool.ts";

/** Of each process the first histogram of this session: what a later one is compared with. Few, and bounded: a session looks at a process or two. */
const MOST_KEPT = 20;
const first = new Map<string, Awaited<ReturnType<typeof classHistogram>>>();

export const histogram = defineTool({
  name: "histogram",
  title: "Class histogram of a JVM",
  description:
    "Counts the objects of each class in a running JVM of this host. `live` collects the whole heap first, `all` counts dead objects too; both stop the process for " +
    "some 0.2 s for each 100 MB, which is told with the answer. Calls share a budget: one that would exceed it is refused with the time to wait. " +
    "Every later call for a process also says what has grown since the first: call it twice, a minute apart, to see what leaks.",
  input: {
    pid: z.number().int().positive().describe("as list_processes gives it"),
    kind: z.enum(["live", "all"]).default("live"),
    top: z.number().int().min(1).max(500).default(20).describe("classes to list"),
  },
  touches: "pauses a process",
  async run({ budgets }, { pid, kind, top }, signal) {
    const { heapUsed, startedAt, mainClass } = await describeJvm(pid);
    const { seen, cost } = await budgets.spend({ pid, probe: "histogram", liveSet: heapUsed }, () => classHistogram(pid, kind, { signal }));
    const life = `${pid}@${startedAt} ${kind}`;
    const before = first.get(life);
    if (before === undefined && first.size < MOST_KEPT) first.set(life, seen);
    const { total, classes } = summary(before === undefined ? [seen] : [before, seen], top);
    return {
      pid,
      name: mainClass,
      kind,
      at: iso(seen.at),
      comparedWith: before === undefined ? null : iso(before.at),
      total,
      classes,
      cost,
    };
  },
});

const iso = (at: number): string => new Date(at).toISOString();
