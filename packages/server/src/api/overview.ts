import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { type ChangeSeen, type Diagnosis, type JobSeen, type Measure, Overview, type OverviewRow } from "@heaptide/model";
import type { Span } from "@heaptide/store";
import { answers, type ApiSources, type ProcessWithLives, SpanQuery, spanOf } from "./contract.ts";
import { refuseInvalid } from "./validation.ts";

const getOverview = createRoute({
  method: "get",
  path: "/overview",
  request: { query: SpanQuery.extend({ points: z.coerce.number().int().min(2).max(500).default(80) }) },
  responses: answers(Overview, "Every process at a glance: verdict, live set over the span, limit, jobs, last change"),
});

/** The live set first; what stands in for it where it is not known. */
const LIVE_SET: readonly Measure[] = ["heap.live", "heap.after-gc", "heap.used"];
const WORST_FIRST: readonly Diagnosis["verdict"][] = ["leaking", "growing", "warming-up", "unknown", "healthy"];

export function overviewRoutes({ store, diagnosis, now }: ApiSources) {
  return new OpenAPIHono({ defaultHook: refuseInvalid }).openapi(getOverview, async (c) => {
    const { points, ...query } = c.req.valid("query");
    const span = await observedPart(store, query, now());
    const [processes, jobs, changes] = [await store.processes(), await store.jobs(span), await store.changes()];
    const lines = await liveSets(store, span, points, processes);
    const judged = diagnosis.latest;
    const rows = processes.flatMap((known) => rowOf(known, { jobs, changes, lines, judged }) ?? []);
    rows.sort(byUrgency);
    return c.json({ ...span, processes: rows }, 200);
  });
}

/** A span that ends now begins no earlier than what was observed: a picture that is empty for the most part tells little. */
async function observedPart(store: ApiSources["store"], query: z.infer<typeof SpanQuery>, now: number): Promise<Span> {
  const span = spanOf(query, now);
  if (query.from !== undefined) return span;
  const { from } = (await store.observedSpan()) ?? span;
  return from < span.to ? { from: Math.max(span.from, from), to: span.to } : span;
}

/**
 * What grows first, then those of which something was found that is over, the rest by verdict: a process that only warms up tells less than one whose leak was
 * just fixed. Among equals the TaskManagers, for it is there that user code runs.
 */
function byUrgency(a: OverviewRow, b: OverviewRow): number {
  const rank = ({ verdict, finding, process }: OverviewRow) => {
    const isGrowing = verdict === "leaking" || verdict === "growing";
    const isQuiet = !isGrowing && finding === null;
    return (isQuiet ? 100 : 0) + WORST_FIRST.indexOf(verdict) * 2 + (process.role === "jobmanager" ? 1 : 0);
  };
  return rank(a) - rank(b) || a.process.name.localeCompare(b.process.name);
}

interface Known {
  readonly jobs: readonly JobSeen["job"][];
  readonly changes: readonly ChangeSeen[];
  readonly lines: ReadonlyMap<string, OverviewRow["liveSet"]>;
  readonly judged: Diagnosis | null;
}

function rowOf({ process, incarnations }: z.infer<typeof ProcessWithLives>, known: Known): OverviewRow | null {
  const incarnation = incarnations.at(-1);
  if (incarnation === undefined) return null;
  const jobs = known.jobs.filter((job) => job.incarnations.includes(incarnation.key));
  const lastChange = known.changes.findLast((one) => one.process === process.key || jobs.some((job) => job.id === one.job));
  const verdict = known.judged?.processes.find((one) => one.process.key === process.key);
  const finding = known.judged?.findings.find((one) => one.process.key === process.key);
  const isOver = finding?.verification?.verdict === "verified";
  return {
    process,
    incarnation,
    verdict: verdict?.verdict ?? "unknown",
    why: verdict?.why ?? "it has not been judged yet",
    finding: finding?.id ?? null,
    liveSet: known.lines.get(incarnation.key) ?? null,
    limit: incarnation.limits.heap ?? null,
    exhaustion: isOver ? null : (finding?.exhaustion ?? null),
    jobs: [...new Set(jobs.filter((job) => job.endedAt === null).map((job) => job.name))],
    lastChange: lastChange ?? null,
  };
}

/** Of the last life of each process. A measure is read only for as long as a life is without one. */
async function liveSets(
  store: ApiSources["store"],
  span: Span,
  points: number,
  processes: readonly z.infer<typeof ProcessWithLives>[],
): Promise<Map<string, OverviewRow["liveSet"]>> {
  const wanted = new Set(processes.flatMap(({ incarnations }) => incarnations.at(-1)?.key ?? []));
  const lines = new Map<string, OverviewRow["liveSet"]>();
  for (const measure of LIVE_SET) {
    if (wanted.size === 0) break;
    for (const [incarnation, { at, value }] of await store.linesOfAll(measure, span, points)) {
      if (at.length < 2 || !wanted.delete(incarnation)) continue;
      lines.set(incarnation, { measure, at: [...at], value: [...value] });
    }
  }
  return lines;
}
