import type { Series } from "@heaptide/base";
import { LOAD_EXPLAINS, RATE_VARIES } from "../thresholds.ts";
import { leastSquares } from "./least-squares.ts";
import { type Accumulated, over } from "./saturation.ts";

/**
 * Whether the level follows the input *rate*: a busy hour needs more memory and gives it back. A leak follows the *accumulated* input.
 * Nothing is said where the rate hardly varies.
 */
export function followsLoad(series: Series, drivers: readonly Accumulated[]): boolean {
  return drivers.some((driver) => {
    const rates = ratesAt(series.at, driver);
    const known = [...rates.keys()].filter((i) => rates[i] !== undefined);
    if (known.length < 5) return false;
    const rate = known.map((i) => rates[i]!);
    if (variation(rate) < RATE_VARIES) return false;
    const level = known.map((i) => series.value[i]!);
    const byRate = leastSquares(rate, level);
    const byTime = leastSquares(series.at, series.value)?.explained ?? 0;
    const accumulated = over(series, driver);
    const byInput = (accumulated && leastSquares(accumulated.at, accumulated.value)?.explained) ?? 0;
    return (
      byRate !== undefined &&
      byRate.slope > 0 &&
      byRate.explained > LOAD_EXPLAINS &&
      byRate.explained > byInput &&
      byRate.explained > byTime - TIE
    );
  });
}

/** A load that climbs steadily cannot be told from time: then the milder reading holds. */
const TIE = 0.02;

/** Events per millisecond in the interval that ends at each time; `undefined` for the first and wherever the count is not known. */
function ratesAt(at: Float64Array, driver: Accumulated): (number | undefined)[] {
  return Array.from(at, (time, i) => {
    if (i === 0) return undefined;
    const [before, now] = [driver(at[i - 1]!), driver(time)];
    return before === undefined || now === undefined ? undefined : (now - before) / (time - at[i - 1]!);
  });
}

function variation(values: readonly number[]): number {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  return mean > 0 ? Math.sqrt(variance) / mean : 0;
}
