import type { Series } from "@heaptide/base";
import type { Limit, Resource } from "@heaptide/model";
import type { CountedDriver } from "../growth/drivers.ts";
import type { Life } from "../life.ts";
import { LEAST_UNITS } from "../thresholds.ts";
import type { TrendRules } from "../trend/trend.ts";
import { classLoaders } from "./class-loaders.ts";
import { heap } from "./heap.ts";
import { directMemory, nativeMemory } from "./off-heap.ts";
import { descriptors, threads } from "./operating-system.ts";

/** A resource of one life: its series, where it came from, the limit it runs into, and the rules by which it may be said to grow. */
export interface Watched {
  readonly resource: Resource;
  readonly unit: "B" | "1";
  readonly series: Series;
  /** For people: "live class histograms". */
  readonly source: string;
  readonly limit: Limit | null;
  readonly rules: Omit<TrendRules, "drivers">;
  /** Counted units need a law, not a share of a limit. */
  readonly isCounted: boolean;
  /** Values that carry garbage, or that nothing confirms, are never called a leak. */
  readonly isWeak: boolean;
}

export type ResourceOf = (life: Life, drivers: readonly CountedDriver[]) => Watched | null;

/** A new resource is one file and one line here. Metaspace is not among them: it rises in every job and proves nothing alone. */
const RESOURCES: readonly ResourceOf[] = [heap, classLoaders, threads, descriptors, directMemory, nativeMemory];

export function watchedResources(life: Life, drivers: readonly CountedDriver[]): Watched[] {
  return RESOURCES.flatMap((resourceOf) => resourceOf(life, drivers) ?? []);
}

export function counted(resource: Resource, series: Series, source: string, limit: Limit | null): Watched {
  const rules = { limit: limit?.value ?? null, leastShare: 0, leastGrowth: LEAST_UNITS };
  return { resource, unit: "1", series, source, limit, rules, isCounted: true, isWeak: false };
}
