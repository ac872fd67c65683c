import type { Series } from "@heaptide/base";
import type { Driver, Law } from "@heaptide/model";
import { LAW_MISFIT, LEAST_SAMPLES, RATIO_ONE } from "../thresholds.ts";
import { leastSquares } from "../trend/least-squares.ts";
import { over } from "../trend/saturation.ts";
import type { CountedDriver } from "./drivers.ts";

/** How well a driver explains a count. `misfit`: root mean square of the residuals as a share of the count's rise. */
export interface Fit {
  readonly driver: CountedDriver;
  readonly ratio: Driver["ratio"];
  readonly misfit: number;
}

/** What is known of the place from elsewhere: stacks give the vertex, and the operator's place in the chain. */
export interface Whereabouts {
  readonly vertexName: string | null;
  readonly position: number | null;
  /** Methods and classes on the stack, to tell the operators of a fan-out apart. */
  readonly names: readonly string[];
  /** Whether the line runs with each checkpoint; null where no line is known. */
  readonly isInCheckpoint: boolean | null;
}

export const NOWHERE: Whereabouts = { vertexName: null, position: null, names: [], isInCheckpoint: null };

/**
 * The law of growth: units for each event of the driver that fits best.
 *
 * An event driver within 5 % is preferred to wall time, which fits every leak at a constant rate. Of several, the one that the stacks point to;
 * then ratio 1 (a neighbour job fits at 0.5 or 2); then the better fit.
 *
 * @param count the root class, or the resource, at the times of the snapshots
 * @returns null where not even time fits.
 */
export function lawOf(count: Series, drivers: readonly CountedDriver[], where: Whereabouts = NOWHERE): Law | null {
  const fits = fitsOf(count, drivers);
  const events = fits.filter((fit) => fit.driver.kind !== "wall-time" && fit.driver.kind !== "log-lines");
  const candidates = events.length > 0 ? comparable(events) : fits;
  const best = candidates.toSorted((a, b) => preference(b, where) - preference(a, where) || a.misfit - b.misfit)[0];
  if (!best) return null;
  return {
    ...driverOf(best),
    rivals: comparable(fits, best.misfit)
      .filter((fit) => fit !== best)
      .map(driverOf),
  };
}

/** All drivers that fit within 5 %. */
function fitsOf(count: Series, drivers: readonly CountedDriver[]): Fit[] {
  return drivers.flatMap((driver) => {
    const against = over(count, driver.count);
    if (!against || against.at.length < LEAST_SAMPLES) return [];
    const line = leastSquares(against.at, against.value);
    const driven = against.at[against.at.length - 1]! - against.at[0]!;
    const rise = line ? line.slope * driven : 0;
    if (!line || !(rise > 0)) return [];
    // Half a unit is the grain of a count.
    const misfit = Math.max(0, line.rms - 0.5) / rise;
    return misfit <= LAW_MISFIT ? [{ driver, ratio: line.estimate, misfit }] : [];
  });
}

/** A varying rate tells drivers apart: what fits three times worse than the best is out. */
function comparable(fits: readonly Fit[], best = Math.min(...fits.map((fit) => fit.misfit))): Fit[] {
  return fits.filter((fit) => fit.misfit <= Math.max(3 * best, 0.02));
}

function preference({ driver, ratio }: Fit, where: Whereabouts): number {
  let score = 0;
  if (where.vertexName !== null && driver.vertexName === where.vertexName) score += 8;
  if (where.position !== null && driver.position === where.position) score += 4;
  if (isOne(ratio.value)) score += 2;
  if (where.isInCheckpoint === (driver.kind === "checkpoints")) score += 16;
  if (driver.operator !== null && where.names.some((name) => sounds(name, driver.operator!))) score += 1;
  // Nothing else tells: what people write leaks more often than the connectors around it.
  if (driver.operator !== null && !isConnector(driver.operator)) score += 0.5;
  return score;
}

/** By the names that Flink gives to what brings elements into a job and out of it. */
export const isConnector = (operator: string): boolean => /^Source|^Sink|: (Writer|Committer)$/.test(operator);

export const isOne = (ratio: number): boolean => Math.abs(ratio - 1) <= RATIO_ONE;

/** `EnrichVenues` and `enrich-venues` are the same words; `Session` is one of those in `remember-sessions`. */
export function sounds(name: string, operator: string): boolean {
  const letters = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const [own, simple] = [letters(operator), letters(name.slice(Math.max(name.lastIndexOf("."), name.lastIndexOf("$")) + 1))];
  return (own.length > 3 && letters(name).includes(own)) || (simple.length > 3 && own.includes(simple));
}

function driverOf({ driver, ratio }: Fit): Driver {
  return { kind: driver.kind, job: driver.job, jobId: driver.jobId, operator: driver.operator, ratio };
}
