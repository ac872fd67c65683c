import type { Evidence, EvidenceKind, Verdict } from "@heaptide/model";
import type { Case } from "./case.ts";
import { isBoundedCacheNode, isContainer } from "./growth/class-names.ts";
import { eventCounts } from "./growth/drivers.ts";
import { distanceTo } from "./growth/groups.ts";
import {
  CURVE_DISTANCE,
  LEAKING_SHARE,
  LEAKING_SHARE_CACHE,
  LEAKING_SHARE_UNBOUNDED,
  LEAST_SHARE_IN_CHECKPOINT,
  LEAKING_SHARE_OF_STATE,
  LEAST_UNITS,
  LEAST_UNITS_BY_TIME,
} from "./thresholds.ts";

/**
 * `leaking` takes two independent kinds of evidence, and growth beyond what a bounded collection would plausibly hold (bytes) or a law (counted
 * units). Everything less is `growing`.
 */
export function verdictOf(found: Case, evidence: readonly Evidence[]): Verdict {
  const kinds = new Set(evidence.filter((one) => one.for).map((one) => one.kind));
  const { watched, isLive, window, group } = found;
  if (watched.isWeak || (group !== null && !isLive)) return "growing";
  if (watched.isCounted) return leaksUnits(found, kinds) ? "leaking" : "growing";
  if (watched.resource === "direct-memory" || watched.resource === "native-memory") {
    return leaksOffHeap(found, kinds) ? "leaking" : "growing";
  }

  const needed = shareNeeded(found);
  const isLarge = needed !== null && window.trend.share >= needed;
  // Arrays and strings that nothing is known to make or to keep are what any program has more of while it loads something.
  const isOwned = found.root !== null && (!isContainer(found.root.name) || found.line !== null || found.holder !== null);
  const isNamed = (kinds.has("class-growth") && isOwned) || kinds.has("allocation");
  return isLarge && kinds.has("trend") && isNamed && isLawful(found) ? "leaking" : "growing";
}

/** Where events are counted, what leaks follows some of them, or the clock: what follows none is rows of a batch, or a buffer that fills and is emptied. */
const isLawful = ({ law, drivers }: Case): boolean => law !== null || eventCounts(drivers).length === 0;

/**
 * The share of the limit beyond which a growth is called a leak: less where a list, a queue or threads hold it, or threads or descriptors grow in
 * step; more where the nodes are those of a cache, or where it may be state. null without a limit: then a bound cannot be judged.
 */
export function shareNeeded(found: Case): number | null {
  const { watched, group, holder, companions } = found;
  if (watched.limit === null) return null;
  const isList = /List|Deque|Queue|Stack|Vector/.test(holder?.collection ?? "");
  const hasCompany = companions.some((companion) => companion.watched.isCounted);
  if (isList || hasCompany || holder?.kind === "thread") return LEAKING_SHARE_UNBOUNDED;
  if (group?.classes.some(({ name }) => isBoundedCacheNode(name))) return LEAKING_SHARE_CACHE;
  return mayBeState(found) ? LEAKING_SHARE_OF_STATE : LEAKING_SHARE;
}

/** Nothing was recorded that could tell what holds it, and checkpoints of one of the jobs hold enough to be it: state may expire. */
const mayBeState = ({ life, window }: Case): boolean =>
  life.allocations === null &&
  life.jobs.some(({ stateBytesOf }) =>
    [...stateBytesOf.values()].some(({ value }) => (value.at(-1) ?? 0) >= LEAST_SHARE_IN_CHECKPOINT * window.trend.growth),
  );

/** Objects that stay behind one for each buffer, or a law, besides growth beyond what pools and arenas warm up to. [fit] */
const LEAST_OFF_HEAP = 12 * 1024 * 1024;

function leaksOffHeap({ window, watched, group }: Case, kinds: ReadonlySet<EvidenceKind>): boolean {
  const isLarge =
    window.trend.growth >= LEAST_OFF_HEAP || (watched.limit !== null && window.trend.growth >= LEAKING_SHARE * watched.limit.value);
  const isFollowed = group !== null && distanceTo(group, watched.series) <= 3 * CURVE_DISTANCE;
  const isDriven = kinds.has("law") && (watched.resource === "native-memory" || group !== null);
  return isLarge && kinds.has("trend") && (isDriven || (watched.resource === "direct-memory" && isFollowed));
}

function leaksUnits({ law, window }: Case, kinds: ReadonlySet<EvidenceKind>): boolean {
  const units = window.trend.growth;
  const isSeen = kinds.has("class-growth") || kinds.has("allocation");
  // Submissions are few: a pool of Flink's own that takes a thread more with each, up to its bound, follows them as well.
  const isBySubmission = law?.kind === "submissions" || law?.kind === "restarts";
  if (kinds.has("law") && law) return units >= (isBySubmission && !isSeen ? LEAST_UNITS_BY_TIME : LEAST_UNITS);
  return units >= LEAST_UNITS_BY_TIME && isSeen;
}
