import type { Finding, Law } from "@heaptide/model";
import { culpritLines } from "../culprit-lines.ts";
import type { ChangeTruth, DriverTruth, Leak } from "../scenario.ts";
import type { Moment } from "./replay.ts";
import type { RecordedRun } from "./sessions.ts";

/** Right, wrong, or nothing to be told (null). */
export type Hit = boolean | null;

/** How one leak of a run was told. Times in seconds after the leak's start; null where it never was. */
export interface LeakScore {
  readonly resources: Leak["resources"];
  /** At the end of the session. */
  readonly verdict: "leaking" | "growing" | "missed";
  /** Its root class or its holder. */
  readonly root: Hit;
  readonly line: Hit;
  readonly operator: Hit;
  readonly job: Hit;
  readonly change: Hit;
  readonly driver: Hit;
  readonly growingAfter: number | null;
  readonly leakingAfter: number | null;
  readonly lineAfter: number | null;
  /** What was said, for whoever looks into it. */
  readonly said: string | null;
}

export interface RunScore {
  readonly run: string;
  readonly scenario: string;
  readonly kind: "leaking" | "benign";
  readonly leaks: readonly LeakScore[];
  /** Findings of verdict `leaking` at any moment that are none of the run's leaks. */
  readonly falseAlarms: readonly string[];
  /** Findings at the end that tell a leak again that was told already. */
  readonly repeated: readonly string[];
  /** Whether the fix of a leak that ends in the run is proved by its end; null where there is none. */
  readonly fixed: Hit;
  /** Benign, and still called growing when its growth was over. */
  readonly growsForEver: boolean;
}

/** A clock and a recorder do not start in the same second; growth needs a moment to be seen to be over. */
const GRACE = 60_000;

export async function judgeRun(recorded: RecordedRun, moments: readonly Moment[]): Promise<RunScore> {
  const { scenario, name, run } = recorded;
  const { truth } = scenario;
  const began = Date.parse(run.began);
  const leaks = truth.kind === "leaking" ? truth.leaks : [];
  const fixed = truth.kind === "benign" ? truth.fixed : undefined;
  const besides = truth.kind === "leaking" ? (truth.besides ?? []) : [];
  const known = [...leaks, ...besides, ...(fixed ? [fixed.leak] : [])];
  const end = moments.at(-1)!;
  const assigned = assign(leaks, end.diagnosis.findings);
  const said = moments.flatMap(({ at, diagnosis }) =>
    diagnosis.findings
      .filter((one) => one.verdict === "leaking" && !known.some((leak) => isOf(leak, one)))
      .map((one) => describe(one, at - began)),
  );
  const present = end.diagnosis.findings.filter((one) => one.verdict === "leaking" || one.verdict === "growing");
  return {
    run: name,
    scenario: scenario.name,
    kind: truth.kind,
    leaks: await Promise.all(leaks.map((leak, i) => scoreOf(recorded, leak, assigned[i], moments))),
    falseAlarms: [...new Map(said.map((text) => [text.replace(/^\d+ s: /, ""), text])).values()],
    repeated:
      leaks.length === 0
        ? []
        : present
            .filter((one) => !assigned.includes(one) && !besides.some((leak) => isOf(leak, one)))
            .map((one) => describe(one, end.at - began)),
    fixed: fixed ? end.diagnosis.findings.some((one) => isOf(fixed.leak, one) && one.verification?.verdict === "verified") : null,
    growsForEver:
      truth.kind === "benign" &&
      fixed === undefined &&
      present.some(({ verdict }) => verdict === "growing") &&
      end.at - began > (truth.growsUntil ?? 0) * 1000 + GRACE,
  };
}

const isOf = (leak: Pick<Leak, "process" | "resources">, { process, resource }: Finding): boolean =>
  process.role === leak.process && leak.resources.includes(resource);

/** Each leak gets the finding that says most about it, and no finding is given twice. */
function assign(leaks: readonly Leak[], findings: readonly Finding[]): (Finding | undefined)[] {
  const taken = new Set<Finding>();
  return leaks.map((leak) => {
    const own = findings
      .filter((one) => isOf(leak, one) && !taken.has(one))
      .map((one) => ({ one, points: pointsOf(leak, one) }))
      .sort((a, b) => b.points - a.points)[0]?.one;
    if (own) taken.add(own);
    return own;
  });
}

function pointsOf(leak: Leak, one: Finding): number {
  const isJobs = leak.job === null || one.law?.job === leak.job || one.change?.job === leak.job;
  const hits = [isRoot(leak, one), isJobs, one.line?.class === leak.culprit?.class, one.verdict === "leaking"];
  return hits.filter(Boolean).length;
}

const isRoot = (leak: Leak, { rootClass, holder }: Finding): boolean =>
  (rootClass !== null && leak.rootClasses.includes(rootClass)) ||
  (holder?.owner != null && leak.holder !== null && leak.holder.owners.includes(holder.owner));

async function scoreOf({ run }: RecordedRun, leak: Leak, found: Finding | undefined, moments: readonly Moment[]): Promise<LeakScore> {
  const startsAt = Date.parse(run.began) + leak.startsAt * 1000;
  const lines = leak.culprit ? await culpritLines(leak.culprit) : [];
  const isLine = ({ line }: Finding) =>
    line !== null && leak.culprit?.class === line.class && leak.culprit.method === line.method && lines.includes(line.line);
  const first = (fits: (one: Finding) => boolean): number | null => {
    const moment = moments.find(({ diagnosis }) => diagnosis.findings.some((one) => isOf(leak, one) && fits(one)));
    return moment ? Math.max(0, Math.round((moment.at - startsAt) / 1000)) : null;
  };
  const verdict = found?.verdict === "leaking" ? "leaking" : found ? "growing" : "missed";
  const hit = (asked: boolean, isRight: boolean | undefined): Hit => (asked ? isRight === true : null);
  return {
    resources: leak.resources,
    verdict,
    root: hit(leak.rootClasses.length > 0 || leak.holder !== null, found && isRoot(leak, found)),
    line: hit(leak.culprit !== null, found && isLine(found)),
    operator: hit(leak.operator !== null, found?.law?.operator === leak.operator),
    job: hit(leak.job !== null, found?.law?.job === leak.job || found?.change?.job === leak.job),
    change: hit(leak.change !== null, leak.change !== null && found !== undefined && isChange(leak.change, found, run)),
    driver: hit(leak.driver !== null, leak.driver !== null && isDriver(leak.driver, found?.law ?? null)),
    growingAfter: first(() => true),
    leakingAfter: first((one) => one.verdict === "leaking"),
    lineAfter: first(isLine),
    said: found ? describe(found, moments.at(-1)!.at - Date.parse(run.began)) : null,
  };
}

/** As many as the truth says, give or take the elements under way. */
const isDriver = ({ kind, ratio }: DriverTruth, law: Law | null): boolean =>
  law?.kind === kind && (ratio === null || Math.abs(law.ratio.value / ratio - 1) <= RATIO_TOLERANCE);

const RATIO_TOLERANCE = 0.1;

function isChange(change: ChangeTruth, found: Finding, run: RecordedRun["run"]): boolean {
  const done = Date.parse(run.steps[change.step] ?? "");
  const said = found.change;
  return said?.kind === change.kind && (change.job === null || said.job === change.job) && Math.abs(Date.parse(said.at) - done) < 30_000;
}

function describe({ verdict, resource, process, rootClass, law, line, holder }: Finding, after: number): string {
  const parts = [
    rootClass,
    law && `${law.kind} ${law.operator ?? ""}`,
    line && `${line.class}.${line.method}:${line.line}`,
    holder?.description,
  ];
  return `${Math.round(after / 1000)} s: ${verdict} ${resource} of ${process.role}: ${parts.map((part) => part ?? "-").join(" | ")}`;
}
