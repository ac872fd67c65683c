import { millis } from "@heaptide/base";
import { z } from "zod";
import { command } from "../../commands/diagnose.ts";
import { defineTool } from "../tool.ts";
import { DEFAULT_BUDGET } from "@heaptide/server";

export const diagnose = defineTool({
  name: "diagnose",
  title: "Watch, then say what leaks",
  description:
    "Watches one JVM of this host, or a Flink cluster by its REST address, for the time given, within the usual budget of pauses, and gives the diagnosis: what grows, " +
    "the class, line, operator, job and change, with the evidence and what is missing. No server is needed. A leak of any size takes two minutes or more to be told from warm-up.",
  input: {
    pid: z.number().int().positive().optional(),
    flink: z.url().optional().describe("REST address of a JobManager"),
    jolokia: z.url().optional().describe("address of a JVM's Jolokia agent, where nothing else reaches it"),
    seconds: z.number().int().min(10).max(1800).default(180),
  },
  touches: "pauses a process",
  run: ({ context }, { seconds, ...named }, signal) =>
    command.run(
      { ...context, signal },
      {
        ...{ pid: named.pid, flink: named.flink, jolokia: named.jolokia, scrape: undefined, session: undefined, partial: false, why: true },
        ...{ for: millis(seconds * 1000), every: millis(5000), budget: DEFAULT_BUDGET.share, longestPause: millis(DEFAULT_BUDGET.longest) },
      },
    ),
});
