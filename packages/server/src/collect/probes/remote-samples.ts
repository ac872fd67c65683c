import type { RemoteReading } from "@heaptide/jvm";
import type { Measure, Sample } from "@heaptide/model";

/** A reading as observations; what the last collection left is told once for each collection, as it is where counters are read. */
export function samplesOf(
  { values, afterGc }: Pick<RemoteReading, "values" | "afterGc">,
  { incarnation, at, collected }: { readonly incarnation: string; readonly at: number; readonly collected: boolean },
): Sample[] {
  const sample = (measure: Measure, value: number): Sample => ({ type: "sample", at, incarnation, measure, value });
  const samples = [...values].map(([measure, value]) => sample(measure, value));
  if (collected && afterGc !== null) samples.push(sample("heap.after-gc", afterGc));
  return samples;
}
