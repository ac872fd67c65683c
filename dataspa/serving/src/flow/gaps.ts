import { type Expectation, expectationOf, hasFallen, isTelling } from "./expectation.ts";
import { type FlowNight, missingOf, type PlatformState } from "./night.ts";

/**
 * Data that was expected and did not come, with the reason where it is known. `source-down`: it did not answer; `refused`: it answered, and not with what may be read;
 * `layout-changed`: it answered as always and nothing was found any more; `not-captured`: nobody asked it; `not-processed`: captured, and the jobs did not do their part.
 */
export type GapKind = "source-down" | "refused" | "layout-changed" | "not-captured" | "not-processed";

export interface Gap {
  /** The same for the same gap, however often it is found. */
  readonly id: string;
  readonly kind: GapKind;
  /** null where it is not about a single one. */
  readonly source: string | null;
  readonly nights: readonly string[];
  readonly from: number;
  /** null while it lasts. */
  readonly to: number | null;
  readonly title: string;
  readonly reason: string;
}

/** When a source should have been captured, for nights after its first. */
export interface DueNight {
  readonly source: string;
  readonly night: string;
  readonly at: number;
}

export interface GapOptions {
  readonly now: number;
  /** Between publishing and processing, milliseconds: beyond it something is wrong. Checkpoints delay nothing here, they only delay the file. */
  readonly patience: number;
  /** The job that processes events. */
  readonly job: string;
  readonly due?: readonly DueNight[];
}

const DOWN = new Set(["unreachable", "timed-out", "server-error"]);

/** All gaps of the nights given, the earliest first. Pure: the same nights have the same gaps. */
export function findGaps(nights: readonly FlowNight[], states: readonly PlatformState[], options: GapOptions): Gap[] {
  const sources = Map.groupBy(nights, (night) => night.source);
  const gaps = [...sources.values()].flatMap((ofSource) => inARow(judge(ofSource)));
  return [...gaps, ...processingGaps(nights, states, options), ...missedNights(nights, options)].toSorted((a, b) => a.from - b.from);
}

/** What was expected to be listed on each captured night, from the good ones before it; null while too little is known of the source. */
export function expectedListings(nights: readonly FlowNight[]): ReadonlyMap<FlowNight, number | null> {
  const judged = [...Map.groupBy(nights, (night) => night.source).values()].flatMap(judge);
  return new Map(judged.map(({ night, expected }) => [night, isTelling(expected) ? expected.median : null]));
}

interface Judged {
  readonly night: FlowNight;
  readonly expected: Expectation;
  readonly fault: { readonly kind: GapKind; readonly reason: string } | undefined;
}

/** The nights of one source, each by those before it. */
function judge(nights: readonly FlowNight[]): Judged[] {
  const captured = nights.filter((night) => night.at !== null).toSorted((a, b) => (a.night < b.night ? -1 : 1));
  const good: FlowNight[] = [];
  let empty = 0;
  return captured.map((night): Judged => {
    const expected = expectationOf(good);
    const fault = faultOf(night, expected, empty);
    if (!fault) good.push(night);
    empty = night.status === "ok" && night.listed === 0 ? empty + 1 : 0;
    return { night, expected, fault };
  });
}

function faultOf(night: FlowNight, expected: Expectation, emptyBefore: number): Judged["fault"] {
  if (night.status !== "ok" && night.problem !== null) {
    const said = night.message ?? night.problem;
    if (night.problem === "unexpected-page") return { kind: "layout-changed", reason: `the page is of another kind: ${said}` };
    return { kind: DOWN.has(night.problem) ? "source-down" : "refused", reason: said };
  }
  if (night.refused > 0 && night.captured === 0 && night.listed > 0) {
    return { kind: "layout-changed", reason: `none of ${night.refused} entries could be read` };
  }
  if (!hasFallen(night.listed, emptyBefore, expected)) return undefined;
  const usual = `${expected.median} on the nights before`;
  return { kind: "layout-changed", reason: `the page was read (${night.bytes} bytes) and lists ${night.listed} events, ${usual}` };
}

/** Nights in a row with the same fault are one gap, which ends with the next good capture. */
function inARow(judged: readonly Judged[]): Gap[] {
  const gaps: Gap[] = [];
  let open: { nights: FlowNight[]; fault: NonNullable<Judged["fault"]> } | undefined;
  const close = (to: number | null) => {
    if (!open) return;
    const first = open.nights[0]!;
    const { kind, reason } = open.fault;
    const nights = open.nights.map(({ night }) => night);
    gaps.push({
      id: `${kind}:${first.source}:${first.night}`,
      kind,
      source: first.source,
      nights,
      from: first.at!,
      to,
      title: titleOf(kind, first.source, nights),
      reason,
    });
    open = undefined;
  };
  for (const { night, fault } of judged) {
    if (open && open.fault.kind !== fault?.kind) close(night.at);
    if (!fault) continue;
    if (open) open.nights.push(night);
    else open = { nights: [night], fault };
  }
  close(null);
  return gaps;
}

const WORDS: Readonly<Record<GapKind, string>> = {
  "source-down": "was down",
  refused: "could not be read",
  "layout-changed": "changed its layout",
  "not-captured": "was not captured",
  "not-processed": "was not processed",
};

function titleOf(kind: GapKind, what: string, nights: readonly string[]): string {
  const when = nights.length === 1 ? `in the night of ${nights[0]}` : `for ${nights.length} nights since ${nights[0]}`;
  return `${what} ${WORDS[kind]} ${when}`;
}

function processingGaps(nights: readonly FlowNight[], states: readonly PlatformState[], { now, patience, job }: GapOptions): Gap[] {
  const late = nights.flatMap((night) => {
    if (night.publishedAt === null || night.captured === 0) return [];
    const ended = missingOf(night) > 0 ? null : night.processedAt;
    return (ended ?? now) - night.publishedAt > patience ? [{ night, from: night.publishedAt, to: ended }] : [];
  });
  return [...Map.groupBy(late, ({ night }) => night.night)].map(([night, parts]) => {
    const from = Math.min(...parts.map((part) => part.from));
    const to = parts.some((part) => part.to === null) ? null : Math.max(...parts.map((part) => part.to!));
    const events = parts.reduce((sum, part) => sum + part.night.captured, 0);
    const title = `${events} events of ${parts.length} sources ${to === null ? "are not processed" : "were processed late"}, night of ${night}`;
    return {
      id: `not-processed:${night}`,
      kind: "not-processed",
      source: null,
      nights: [night],
      from,
      to,
      title,
      reason: whyNotProcessed(states, from, to ?? now, job),
    };
  });
}

/** What Flink said while nothing was processed, the most telling first. */
function whyNotProcessed(states: readonly PlatformState[], from: number, to: number, job: string): string {
  const during = states.filter((state, index) => state.at < to && (states[index + 1]?.at ?? Number.POSITIVE_INFINITY) > from);
  const time = (at: number) => `${new Date(at).toISOString().slice(11, 19)} UTC`;
  const lost = during.find((state) => state.problem === null && state.taskManagers === 0);
  if (lost) return `no TaskManager since ${time(lost.at)}`;
  const silent = during.find((state) => state.problem !== null);
  if (silent) return `Flink did not answer since ${time(silent.at)}: ${silent.problem}`;
  const stopped = during.find((state) => state.jobs[job] !== "RUNNING");
  if (stopped) return `the job ${job} was ${stopped.jobs[job] ?? "not there"} at ${time(stopped.at)}`;
  return during.length === 0 ? "not known: nobody watched Flink" : `not known: Flink said ${job} was RUNNING`;
}

/** Nights between a source's first and now on which it was due and nobody asked it. */
function missedNights(nights: readonly FlowNight[], { due = [] }: GapOptions): Gap[] {
  const seen = new Set(nights.filter(({ at }) => at !== null).map(({ source, night }) => `${source} ${night}`));
  const first = new Map<string, string>();
  for (const { source, night } of nights) if (night < (first.get(source) ?? "~")) first.set(source, night);
  const missed = due.filter(({ source, night }) => night > (first.get(source) ?? "~") && !seen.has(`${source} ${night}`));
  return missed.map(({ source, night, at }) => ({
    id: `not-captured:${source}:${night}`,
    kind: "not-captured",
    source,
    nights: [night],
    from: at,
    to: nights.find((later) => later.source === source && later.night > night && later.at !== null)?.at ?? null,
    title: titleOf("not-captured", source, [night]),
    reason: "the capture did not run: the platform was off, or its schedule was changed",
  }));
}
