import { between, EMPTY_SERIES, type Series } from "@heaptide/base";
import type { History, IncarnationHistory, Measure, ProcessIdentity } from "@heaptide/model";

/** What a rule says of a process. `class`: the class that it names first; null where the rule names none. */
export interface Alarm {
  readonly process: ProcessIdentity;
  readonly class: string | null;
}

/** A rule that others use to find leaks, as its source has it, on what the sessions hold. Never imported by the product. */
export interface Baseline {
  readonly name: string;
  /** Where the rule comes from. */
  readonly source: string;
  judge(history: History): Alarm[];
}

/** Applies a rule to the present life of each process. */
export function perLife(history: History, rule: (life: IncarnationHistory, to: number) => { class: string | null } | null): Alarm[] {
  return history.processes.flatMap(({ process, incarnations }) => {
    const life = incarnations.at(-1);
    const said = life && rule(life, history.to);
    return said ? [{ process, class: said.class }] : [];
  });
}

/** The last so many milliseconds of a measure. */
export function latest(life: IncarnationHistory, measure: Measure, to: number, span = Infinity): Series {
  return between(life.series.get(measure) ?? EMPTY_SERIES, to - span, to);
}

/** Least squares: slope for each unit of x, and R². */
export function regression({ at, value }: Series): { slope: number; explained: number } {
  const n = at.length;
  const mean = (values: Float64Array) => values.reduce((sum, v) => sum + v, 0) / n;
  const [meanX, meanY] = [mean(at), mean(value)];
  let [sxx, sxy, syy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    sxx += (at[i]! - meanX) ** 2;
    sxy += (at[i]! - meanX) * (value[i]! - meanY);
    syy += (value[i]! - meanY) ** 2;
  }
  return { slope: sxx > 0 ? sxy / sxx : 0, explained: sxx > 0 && syy > 0 ? sxy ** 2 / (sxx * syy) : 0 };
}
