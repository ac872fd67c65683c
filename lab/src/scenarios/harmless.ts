import type { Scenario } from "../scenario.ts";
import { benignJob, inLab } from "./one-job.ts";

/** Jobs that fill, warm up or breathe, and never grow without bound. */
export const HARMLESS: readonly Scenario[] = [
  benignJob(
    {
      name: "healthy",
      about: "much garbage, nothing kept: a sawtooth",
      job: { entryClass: inLab("HealthyJob"), rate: { low: 400, high: 1500 } },
      seconds: 150,
    },
    { because: "heap used climbs between collections; the live set stays where it is", growsUntil: null },
  ),
  benignJob(
    {
      name: "bounded-cache",
      about: "a cache that fills for most of the run, up to its bound",
      job: { entryClass: inLab("BoundedCacheJob"), rate: { low: 250, high: 600 }, arguments: ["--entries", "35000"] },
      seconds: 230,
    },
    { because: "the cache replaces its eldest entry once it is full", growsUntil: 170 },
  ),
];
