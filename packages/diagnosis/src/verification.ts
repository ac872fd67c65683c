import { between, formatDuration, type Series } from "@heaptide/base";
import type { ChangeSeen, Estimate, Law, Verification } from "@heaptide/model";
import type { Case } from "./case.ts";
import { changeReference } from "./causes.ts";
import { plainName } from "./growth/class-names.ts";
import { driversOf } from "./growth/drivers.ts";
import { instancesOf } from "./growth/snapshots.ts";
import type { Life } from "./life.ts";
import { eventOf, perEvent } from "./phrases.ts";
import { heap } from "./resources/heap.ts";
import { watchedResources } from "./resources/all.ts";
import { LEAST_SAMPLES, LEAST_SPAN, LEAST_UNITS, VERIFY_REST, VERIFY_UNITS } from "./thresholds.ts";
import { leastSquares } from "./trend/least-squares.ts";
import { over } from "./trend/saturation.ts";
import { median, theilSen } from "./trend/theil-sen.ts";

/** The change under test, and the life in which its effect shows. */
interface Trial {
  readonly change: ChangeSeen;
  readonly life: Life;
  readonly from: number;
}

/**
 * Whether a later change fixed it: the law of growth (or, without one, the slope) before against after. Rates per event need no equal input; both
 * sides leave out the warm-up, so uptime is alike.
 *
 * @param lives all lives of all processes: a fix may arrive with a new process
 * @returns null where no later change concerns what grows
 */
export function verificationOf(found: Case, lives: readonly Life[], warmUp: number): Verification | null {
  const trial = trialOf(found, lives, warmUp);
  if (!trial || (isDrivenByDeployments(found) && found.window.to === found.life.to)) return null;
  const change = changeReference(trial.change, trial.life);
  const unit = found.root && found.law ? `per ${eventOf(found.law)}` : found.watched.unit === "B" ? "B/s" : "1/s";
  const outcome = found.root && found.law ? byLaw(found, found.law, trial) : bySlope(found, trial);
  const released = isReleased(found, trial);
  const verdict = outcome.verdict === "verified" && released === false ? "too-early" : outcome.verdict;
  const needed = verdict !== "too-early" ? null : (outcome.needed ?? "until the live set stops rising");
  const { before, after, elements } = outcome;
  return { verdict, change, before, after, unit, elements, released, needed, statement: statementOf() };

  function statementOf(): string {
    const now = after ? perEvent({ ratio: after }) : "not known";
    switch (verdict) {
      case "verified":
        return `Fixed by: ${change.title}. Growth was ${perEvent({ ratio: before })} ${unit}, now it is ${now}${released ? ", and memory is released again" : ""}.`;
      case "not-fixed":
        return `Not fixed by: ${change.title}. Growth was ${perEvent({ ratio: before })} ${unit}, and still is ${now}.`;
      case "too-early":
        return `Too early to tell whether it is fixed by: ${change.title}. Needed: ${needed}.`;
    }
  }
}

/** A deployment of the same job (by name, or with the operator of the law) after the growth was seen; else its end; else a new process. */
function trialOf(found: Case, lives: readonly Life[], warmUp: number): Trial | undefined {
  const { life, window, law } = found;
  const later = lives.filter(
    ({ process, incarnation }) => process.key === life.process.key && incarnation.startedAt >= life.incarnation.startedAt,
  );
  const isPresent = window.to === life.to && life.isLast;
  const since = isPresent ? window.from + LEAST_SPAN : window.to - 1000;
  const candidates = later.flatMap((own) =>
    own.changes
      .filter((change) => change.at >= since && concerns(change, own, law, own !== life))
      .map((change) => ({ change, life: own, from: change.at + warmUp })),
  );
  const of = (kind: ChangeSeen["kind"]) => candidates.filter(({ change }) => change.kind === kind);
  const deployed = isPresent ? of("job-deployed").at(-1) : of("job-deployed")[0];
  return deployed ?? of("process-started").at(-1) ?? of("job-restarted")[0] ?? of("job-ended")[0];
}

function concerns(change: ChangeSeen, life: Life, law: Law | null, isLaterLife: boolean): boolean {
  if (change.kind === "process-started") return isLaterLife;
  if (change.job === null) return false;
  if (law?.job == null) return true;
  const job = life.jobs.find((seen) => seen.id === change.job);
  return job !== undefined && job.operators.some(({ name }) => isSameWork(law, job.name, name));
}

/** A job may be renamed with its fix, and is known by its operator then; but the sources of many jobs share a name. */
function isSameWork(law: Law, job: string | null, operator: string | null): boolean {
  return job === law.job || (operator === law.operator && operator?.startsWith("Source") === false);
}

/** Each deployment is what makes it grow: while it does, none of them has fixed it. */
const isDrivenByDeployments = ({ law }: Case): boolean => law?.kind === "submissions" || law?.kind === "restarts";

interface Outcome {
  readonly verdict: Verification["verdict"];
  readonly before: Estimate;
  readonly after: Estimate | null;
  readonly elements: number | null;
  readonly needed?: string | null;
}

function byLaw({ root }: Case, law: Law, { life, from }: Trial): Outcome {
  const count = between(
    instancesOf(life.live, (name) => plainName(name) === root!.name),
    from,
    life.to,
  );
  const [before, elapsed] = [law.ratio, spanOf(count)];
  const driven = drivenBy(law, life, count);
  const elements = driven ? spanOf(driven) : 0;
  const line = driven && leastSquares(driven.at, driven.value);
  const after = line ? line.estimate : null;
  const short = Math.ceil((law.kind === "submissions" || law.kind === "restarts" ? LEAST_UNITS : VERIFY_UNITS) / before.value - elements);
  const wait = Math.max(LEAST_SPAN - elapsed, 0);
  const counts = law.kind === "wall-time" ? null : Math.round(elements);
  if (!after || short > 0 || wait > 0) {
    const events =
      law.kind === "wall-time" || short <= 0 ? "" : `another ${short} ${law.kind === "records-in" ? "elements" : `${eventOf(law)}s`}`;
    const time = wait > 0 || !after ? `${formatDuration(Math.max(wait, 10_000))} of snapshots` : "";
    return { verdict: "too-early", before, after, elements: counts, needed: [events, time].filter(Boolean).join(" and ") };
  }
  return { verdict: compared(before, after), before, after, elements: counts, needed: "more snapshots: the interval is still too wide" };
}

/**
 * The count against the events of the law since the change. A fix may take the operator away: then whatever goes through the job counts, for nothing may grow with that
 * either.
 */
function drivenBy(law: Law, life: Life, count: Series): Series | undefined {
  const drivers = driversOf(life).filter(({ kind }) => kind === law.kind);
  const same = drivers.filter(({ job, operator }) => operator === law.operator && isSameWork(law, job, operator));
  const most = (candidates: typeof drivers) =>
    candidates
      .flatMap((driver) => over(count, driver.count) ?? [])
      .filter((driven) => spanOf(driven) > 0)
      .sort((a, b) => spanOf(b) - spanOf(a))[0];
  return most(same) ?? most(drivers.filter(({ job }) => job !== null && job === law.job));
}

function bySlope({ watched, window }: Case, { life, from }: Trial): Outcome {
  const series = watchedResources(life).find((own) => own.resource === watched.resource)?.series;
  const own = series && between(series, from, life.to);
  const perMilli = own && theilSen(own);
  const before = window.trend.slope;
  const after = perMilli ? { value: perMilli.value * 1000, low: perMilli.low * 1000, high: perMilli.high * 1000 } : null;
  if (!own || !after || own.at.length < LEAST_SAMPLES || spanOf(own) < LEAST_SPAN) {
    const wait = Math.max(LEAST_SPAN - (own ? spanOf(own) : 0), 10_000);
    return { verdict: "too-early", before, after, elements: null, needed: `${formatDuration(wait)} of samples` };
  }
  return { verdict: compared(before, after), before, after, elements: null, needed: "more samples: the interval is still too wide" };
}

/** The interval excludes the old ratio and includes 0 (or what is left is next to nothing): fixed. */
function compared(before: Estimate, after: Estimate): Verification["verdict"] {
  const isNil = after.low <= 0 || after.high <= VERIFY_REST * before.value;
  if (isNil && after.high < before.low && after.value <= VERIFY_REST * before.value) return "verified";
  return after.low > 0 && after.value > VERIFY_REST * before.value ? "not-fixed" : "too-early";
}

/** The live set has fallen by more than half of what had grown, or stays level; null where it is not known. */
function isReleased({ watched, window }: Case, { life, from }: Trial): boolean | null {
  const series = heap(life)?.series;
  const after = series && between(series, from, life.to);
  const slope = after && theilSen(after);
  if (!after || !slope || after.at.length < LEAST_SAMPLES) return null;
  if (watched.resource !== "heap") return slope.low <= 0 ? true : null;
  const { level, growth, slope: before } = window.trend;
  const now = median(after.value.slice(-3).sort());
  return now < level - growth / 2 || slope.value * 1000 <= VERIFY_REST * before.value;
}

const spanOf = ({ at }: Series): number => (at.length < 2 ? 0 : at[at.length - 1]! - at[0]!);
