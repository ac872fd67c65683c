import type { Series } from "@heaptide/base";
import type { Driver, Limit, Resource } from "@heaptide/model";
import { type CountedDriver, eventCounts } from "../growth/drivers.ts";
import { LEAST_SPAN_OF_COUNTED, LEAST_UNITS } from "../thresholds.ts";
import type { TrendRules } from "../trend/trend.ts";

/** A resource of one life: its series, where it came from, the limit it runs into, and the rules by which it may be said to grow. */
export interface Watched {
  readonly resource: Resource;
  readonly unit: "B" | "1";
  readonly series: Series;
  /** For people: "live class histograms". */
  readonly source: string;
  readonly limit: Limit | null;
  readonly rules: Omit<TrendRules, "drivers" | "own">;
  /** Counted units need a law, not a share of a limit. */
  readonly isCounted: boolean;
  /** The only kinds of events that make it grow, where that is known; empty where anything may. */
  readonly ownDrivers: readonly Driver["kind"][];
  /** Values that carry garbage, or that nothing confirms, are never called a leak. */
  readonly isWeak: boolean;
}

export function counted(resource: Resource, series: Series, source: string, limit: Limit | null): Watched {
  const rules = { limit: limit?.value ?? null, leastShare: 0, leastGrowth: LEAST_UNITS, leastSpan: LEAST_SPAN_OF_COUNTED };
  return { resource, unit: "1", series, source, limit, rules, isCounted: true, ownDrivers: [], isWeak: false };
}

/** The rules of a resource, with the events of its life to hold it against. */
export function rulesOf({ rules, ownDrivers }: Watched, drivers: readonly CountedDriver[]): TrendRules {
  return { ...rules, drivers: eventCounts(drivers), own: eventCounts(drivers.filter(({ kind }) => ownDrivers.includes(kind))) };
}
