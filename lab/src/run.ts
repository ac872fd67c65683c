import { z } from "zod";
import { LOADS } from "./scenario.ts";

/** What is known of a recorded run beside its session: a small file of the same name that ends in `.json`. Times are UTC ISO 8601. */
export const Run = z.object({
  scenario: z.string(),
  load: z.enum(LOADS),
  seed: z.number().int(),
  began: z.iso.datetime(),
  ended: z.iso.datetime(),
  flink: z.string(),
  /** When each step of the scenario was done, in their order; those that death forestalled are missing. */
  steps: z.array(z.iso.datetime()),
  /** When the first TaskManager was gone that no step had ended; null if none died. */
  died: z.iso.datetime().nullable(),
});
export type Run = z.infer<typeof Run>;

/** `static-map.low.1`: names the files of a run. */
export const runName = ({ scenario, load, seed }: Pick<Run, "scenario" | "load" | "seed">): string => `${scenario}.${load}.${seed}`;
