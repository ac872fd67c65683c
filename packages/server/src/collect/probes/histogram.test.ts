import { classHistogram } from "@heaptide/jvm";
import { expect, it } from "vitest";
import { DEFAULT_BUDGET, PauseBudget } from "../budget.ts";
import { SYSTEM_CLOCK } from "../clock.ts";
import { HistogramProbe } from "./histogram.ts";
import { Recording } from "./recording.ts";

const MIB = 1 << 20;

it("leaves a process alone whose heap stays full after collections, and says so", async () => {
  // No such process: a look that went through to it would fail with another code.
  const pid = 2 ** 22 + 1;
  const budget = new PauseBudget(DEFAULT_BUDGET);
  const probe = new HistogramProbe({
    take: (signal) => classHistogram(pid, "live", { signal }),
    incarnation: "one life",
    clock: SYSTEM_CLOCK,
    budget,
    every: 8000,
    heapLimit: 320 * MIB,
    recording: new Recording({ pid, incarnation: "one life", clock: SYSTEM_CLOCK, budget }),
    wantsAllocations: () => true,
  });
  const { signal } = new AbortController();
  probe.noteAfterCollection(319 * MIB);
  await expect(probe.look(signal)).rejects.toMatchObject({ code: "HEAP_IS_FULL" });
  probe.noteAfterCollection(200 * MIB);
  await expect(probe.look(signal)).rejects.not.toMatchObject({ code: "HEAP_IS_FULL" });
});
