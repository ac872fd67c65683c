import { isJdk, simpleName } from "../growth/class-names.ts";
import { instancesOf } from "../growth/snapshots.ts";
import { type Life, measured } from "../life.ts";
import { LEAST_SAMPLES } from "../thresholds.ts";
import { counted, type Watched } from "./watched.ts";

/**
 * Live loaders of user code beyond those of running jobs. A leak is exactly one per submission with no class unloaded; a clean cluster keeps one or two
 * whatever the number of submissions. Metaspace cannot tell the two apart.
 */
export function classLoaders(life: Life): Watched | null {
  const live = instancesOf(life.live, isUserLoader);
  const series = live.at.length >= LEAST_SAMPLES ? live : measured(life, "class-loaders.user");
  if (series.at.length < LEAST_SAMPLES) return null;
  const left = { at: series.at, value: series.value.map((loaders, i) => Math.max(0, loaders - runningJobs(life, series.at[i]!))) };
  const limit = life.incarnation.limits["class-loaders"] ?? null;
  return { ...counted("class-loaders", left, "live class loaders without a running job", limit), ownDrivers: ["submissions", "restarts"] };
}

/** Flink wraps each loader into a net of its own, and keeps a handle on it: these would count twice. Modules of Flink itself have loaders that stay. */
const BESIDE_LOADERS = /SafetyNetWrapper|ResolvedClassLoader$|SubmoduleClassLoader$/;

export function isUserLoader(name: string): boolean {
  const simple = simpleName(name);
  return simple.endsWith("ClassLoader") && !BESIDE_LOADERS.test(simple) && (!isJdk(name) || name === "java.net.URLClassLoader");
}

function runningJobs(life: Life, time: number): number {
  return life.jobs.filter((job) => job.startedAt <= time && (job.endedAt === null || job.endedAt > time)).length;
}
