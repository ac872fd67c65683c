import type { Law } from "@heaptide/model";
import { curveOf, growingClasses } from "./growth/deltas.ts";
import { type CountedDriver, driversOf } from "./growth/drivers.ts";
import { distanceTo, type Group, groupFollowing, groupsOfHeap, growthGroups } from "./growth/groups.ts";
import { lawOf } from "./growth/law.ts";
import { isAsMany } from "./growth/root-class.ts";
import type { Life } from "./life.ts";
import { isUserLoader } from "./resources/class-loaders.ts";
import { snapshotsOf } from "./resources/heap.ts";
import { watchedResources } from "./resources/all.ts";
import { rulesOf, type Watched } from "./resources/watched.ts";
import {
  CURVE_DISTANCE,
  LEAST_SAMPLES,
  LEAST_SNAPSHOTS_OF_COUNTED,
  LEAST_UNITS_BY_TIME,
  USUAL_DESCRIPTORS,
  USUAL_THREADS,
} from "./thresholds.ts";
import { type Trend, trendOf } from "./trend/trend.ts";
import { type GrowingWindow, growingWindows, type Window } from "./windows.ts";

/** A resource that grows without bound in a window, and the classes that grow with it. One growth, one cause, one finding. */
export interface Growth {
  readonly life: Life;
  readonly drivers: readonly CountedDriver[];
  readonly watched: Watched;
  readonly window: GrowingWindow;
  /** null where no snapshot shows what grows. */
  readonly group: Group | null;
  /** Whether the classes were counted after full collections. */
  readonly isLive: boolean;
  /** Other resources that grow with the same group: evidence, not findings of their own. */
  readonly companions: readonly Companion[];
}

export interface Companion {
  readonly watched: Watched;
  readonly trend: Trend;
}

/** All growths of a life, each cause once, the latest window first. */
export function growthsOf(life: Life, warmUp: number): Growth[] {
  const drivers = driversOf(life);
  const all = watchedResources(life).flatMap((watched) =>
    growingWindows(life, warmUp, (window) => trendOf(watched.series, window, rulesOf(watched, drivers)))
      .filter((window) => !watched.isCounted || countedLaw(watched, window, drivers) !== null)
      .flatMap((window) => withGroups(life, drivers, watched, window)),
  );
  return onePerCause(all);
}

/** A counted resource grows by a law or not at all: pools that start up and threads that come and go have none. */
function countedLaw(watched: Watched, window: GrowingWindow, drivers: readonly CountedDriver[]): Law | null {
  const law = lawOf(window.trend.series, drivers);
  const isByTime = law !== null && (law.kind === "wall-time" || law.kind === "log-lines");
  if (isByTime && window.trend.growth < LEAST_UNITS_BY_TIME) return null;
  // Loaders are left behind by jobs that come and go: nothing else makes them.
  if (watched.resource === "class-loaders" && law !== null && law.kind !== "submissions" && law.kind !== "restarts") {
    return law.rivals.some((rival) => rival.kind === "submissions" || rival.kind === "restarts") ? law : null;
  }
  return law;
}

function withGroups(life: Life, drivers: readonly CountedDriver[], watched: Watched, window: GrowingWindow): Growth[] {
  const { columns, isLive } = snapshotsOf(life);
  // What is measured densely by itself shows its course: fewer snapshots tell the classes that follow it.
  const isDense = watched.isCounted || watched.resource === "direct-memory" || watched.resource === "native-memory";
  const groups = growthGroups(growingClasses(columns, window), isDense ? LEAST_SNAPSHOTS_OF_COUNTED : LEAST_SAMPLES);
  const base = { life, drivers, watched, window, isLive, companions: [] };
  if (watched.isWeak && watched.resource !== "heap") return [{ ...base, group: null }];
  const ofResource =
    watched.resource === "heap"
      ? groupsOfHeap(groups, window.trend.series, window.trend.slope.value)
      : watched.resource === "class-loaders"
        ? [groupOfLoaders(columns, window)].filter((group) => group !== null)
        : [(watched.resource === "direct-memory" && groupOfBuffers(columns, window)) || groupFollowing(groups, watched.series)].filter(
            (group) => group !== null,
          );
  // Pools of buffers grow with their use: without objects that stay behind, only what follows events for long is worth a word.
  const isPool = watched.resource === "direct-memory" || watched.resource === "native-memory";
  const isFollowed = ofResource.length > 0 && watched.resource === "direct-memory";
  if (isPool && !isFollowed && !isDriven(lawOf(window.trend.series, drivers))) return [];
  return ofResource.length > 0 ? ofResource.map((group) => ({ ...base, group })) : [{ ...base, group: null }];
}

/** The loaders themselves: each brings its classes, and these bring what they like, so nothing keeps a constant ratio. */
function groupOfLoaders(columns: Life["live"], window: Window): Group | null {
  const { at, classes } = growingClasses(columns, window, isUserLoader);
  const loader = classes[0];
  return loader ? { at, classes: [loader], curve: curveOf(loader) } : null;
}

/** What there is one of for each buffer: a pool has fewer chunks than what it hands out, and grows by chunks. */
function groupOfBuffers(columns: Life["live"], window: Window): Group | null {
  const { at, classes } = growingClasses(columns, window);
  const buffer = classes.find(({ name }) => name === "java.nio.DirectByteBuffer");
  return buffer ? { at, classes: classes.filter(({ rise }) => isAsMany(rise, buffer.rise)), curve: curveOf(buffer) } : null;
}

const isDriven = (law: Law | null): boolean => law !== null && law.kind !== "wall-time" && law.kind !== "log-lines";

/** The same growth seen in another window of its life; itself where that one shows too little. */
export function seenIn(growth: Growth, window: Window): Growth {
  const { life, drivers, watched } = growth;
  const trend = trendOf(watched.series, window, rulesOf(watched, drivers));
  if (!trend) return growth;
  const again = withGroups(life, drivers, watched, { ...window, trend });
  const own = again.find(({ group }) => group && growth.group && sharesClasses(group, growth.group)) ?? again[0] ?? growth;
  return { ...own, companions: growth.companions };
}

/** Growths that follow the same group are one; the resource that runs out first gives it its name, the others become its companions. */
function onePerCause(growths: readonly Growth[]): Growth[] {
  const causes: Growth[] = [];
  for (const growth of growths.toSorted((a, b) => leads(a) - leads(b) || timeLeft(a) - timeLeft(b))) {
    const index = causes.findIndex((cause) => overlaps(cause, growth) && isSameCause(cause, growth));
    const cause = causes[index];
    if (!cause) causes.push(growth);
    else {
      const companion = { watched: growth.watched, trend: growth.window.trend };
      const isNew = cause.watched.resource !== growth.watched.resource;
      causes[index] = {
        ...cause,
        group: cause.group ?? growth.group,
        companions: isNew ? [...cause.companions, companion] : cause.companions,
      };
    }
  }
  return causes.sort((a, b) => b.window.to - a.window.to);
}

/** A loader takes heap, metaspace and threads with it: it is the cause, whatever runs out first. Weak measures come last. */
const leads = ({ watched }: Growth): number => (watched.resource === "class-loaders" ? 0 : watched.isWeak ? 2 : 1);

const overlaps = (a: Growth, b: Growth): boolean => a.window.from < b.window.to && b.window.from < a.window.to;

function isSameCause(cause: Growth, other: Growth): boolean {
  if (cause.watched.resource === "class-loaders" && haveOneLaw(cause, other)) return true;
  if (cause.group && other.group) return sharesClasses(cause.group, other.group);
  // What proves nothing alone is a sign of whatever grows beside it; the stacks of threads are native memory.
  if (cause.watched.isWeak || other.watched.isWeak) return true;
  if (isNative(other) && hasThreads(cause)) return true;
  const [group, resource] = cause.group ? [cause.group, other] : [other.group, cause];
  if (group && distanceTo(group, resource.watched.series) <= 3 * CURVE_DISTANCE) return true;
  if (cause.watched.resource !== other.watched.resource && haveOneLaw(cause, other)) return true;
  return group === null && cause.watched.unit === other.watched.unit;
}

const isNative = ({ watched }: Growth): boolean => watched.resource === "native-memory";

const hasThreads = ({ watched, companions }: Growth): boolean =>
  [watched, ...companions.map((companion) => companion.watched)].some(({ resource }) => resource === "threads");

/** Two resources that grow with the events of one operator, or of one kind, have one cause. */
function haveOneLaw(a: Growth, b: Growth): boolean {
  const [one, other] = [a, b].map(({ window, drivers, group }) => {
    const byResource = lawOf(window.trend.series, drivers);
    return isDriven(byResource) || group === null ? byResource : lawOf({ at: group.at, value: group.curve }, drivers);
  });
  return one != null && other != null && isDriven(one) && one.kind === other.kind && one.jobId === other.jobId;
}

function sharesClasses(a: Group, b: Group): boolean {
  const names = new Set(a.classes.map(({ name }) => name));
  const shared = b.classes.filter(({ name }) => names.has(name)).length;
  return shared > Math.min(a.classes.length, b.classes.length) / 2;
}

/** Seconds until the limit at the present slope; where a system states none, its usual default stands in. */
function timeLeft({ watched, window }: Growth): number {
  const usual = watched.resource === "threads" ? USUAL_THREADS : watched.resource === "descriptors" ? USUAL_DESCRIPTORS : Infinity;
  const limit = Math.min(watched.limit?.value ?? Infinity, usual);
  return (limit - window.trend.level) / window.trend.slope.value;
}
