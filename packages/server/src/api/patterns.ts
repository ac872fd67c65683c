import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { knownMessage } from "@heaptide/diagnosis";
import { parametersOf } from "@heaptide/logs";
import { type LogPattern, PatternView } from "@heaptide/model";
import type { PatternCount, Span } from "@heaptide/store";
import { answers, type ApiSources, SpanQuery, spanOf } from "./contract.ts";
import { refuseInvalid } from "./validation.ts";

const BINS = 60;
/** An example is shown, not stored for ever: a line of many kilobytes tells no more than its beginning. */
const LONGEST_EXAMPLE = 4000;

const listPatterns = createRoute({
  method: "get",
  path: "/patterns",
  request: { query: SpanQuery.extend({ process: z.string().optional(), top: z.coerce.number().int().min(1).max(5000).default(500) }) },
  responses: answers(z.array(PatternView), "Log patterns of the span: new ones first, then those that rise, then by severity and count"),
});

const listLines = createRoute({
  method: "get",
  path: "/patterns/lines",
  request: { query: SpanQuery.extend({ incarnation: z.string(), pattern: z.string().openapi({ description: "Id of the pattern" }) }) },
  responses: answers(
    z.array(z.object({ at: z.number(), text: z.string(), parameters: z.array(z.string()) })),
    "Some lines of a pattern as they were written, with what stands where the pattern varies, the latest first",
  ),
});

const SEVERITY: readonly LogPattern["level"][] = ["fatal", "error", "warn", "info", "debug", "trace"];

export function patternRoutes({ store, now }: ApiSources) {
  const app = new OpenAPIHono({ defaultHook: refuseInvalid }).openapi(listLines, async (c) => {
    const { incarnation, pattern, ...query } = c.req.valid("query");
    const span = spanOf(query, now());
    const template = (await store.patterns(span)).find((one) => one.id === pattern && one.incarnation === incarnation)?.pattern;
    const lines = await store.logTexts(incarnation, pattern, span);
    const parameters = (text: string) => (template === undefined ? null : parametersOf(template, text)) ?? [];
    return c.json(
      lines.map((line) => ({ ...line, parameters: parameters(line.text) })),
      200,
    );
  });
  return app.openapi(listPatterns, async (c) => {
    const { process, top, ...query } = c.req.valid("query");
    const span = spanOf(query, now());
    const owner = new Map((await store.processes()).flatMap((one) => one.incarnations.map(({ key }) => [key, one.process.key] as const)));
    const frames = await store.patternFrames();
    const lastChange = (await store.changes(span)).at(-1)?.at ?? null;
    const views = withCounts(await store.patterns(span), await store.patternCounts(span))
      .filter(({ incarnation }) => process === undefined || owner.get(incarnation) === process)
      .map((pattern) => viewOf(pattern, span, owner.get(pattern.incarnation) ?? pattern.incarnation, lastChange))
      .map((view) => ({ ...view, ...shownOf(view, frames.get(`${view.incarnation} ${view.id}`)) }));
    return c.json(views.sort(byInterest).slice(0, top), 200);
  });
}

/** Of a pattern that floods, most lines are only counted. */
interface CountedPattern extends LogPattern {
  readonly counted: number;
}

function withCounts(patterns: readonly LogPattern[], counts: readonly PatternCount[]): CountedPattern[] {
  const all = new Map(patterns.map((pattern) => [`${pattern.incarnation} ${pattern.id}`, { ...pattern, counted: 0 }]));
  for (const { lines, first, last, ...pattern } of counts) {
    const key = `${pattern.incarnation} ${pattern.id}`;
    const told = all.get(key)?.seen ?? new Float64Array(0);
    const seen = Float64Array.of(...told.subarray(0, 10_000), first, last).toSorted();
    all.set(key, { ...pattern, seen, counted: lines - (seen.length - Math.min(told.length, 10_000)) });
  }
  return [...all.values()];
}

/** What a person reads of a pattern besides its figures. */
function shownOf({ pattern, example }: Pick<PatternView, "pattern" | "example">, frame: string | undefined): Shown {
  const known = knownMessage(`${pattern} ${example}`);
  return { frame: frame ?? null, known: known && { meaning: known.meaning, weight: known.weight, next: known.next } };
}

type Shown = Pick<PatternView, "frame" | "known">;

function viewOf(pattern: CountedPattern, span: Span, process: string, lastChange: number | null): Omit<PatternView, keyof Shown> {
  const { seen, id, level, logger, throwable, incarnation } = pattern;
  const histogram: number[] = Array.from({ length: BINS }, () => 0);
  for (const at of seen) histogram[Math.min(BINS - 1, Math.floor(((at - span.from) * BINS) / Math.max(1, span.to - span.from)))]!++;
  const [before, late] = [sum(histogram.slice(0, (BINS * 3) / 4)), sum(histogram.slice((BINS * 3) / 4))];
  return {
    id,
    pattern: pattern.pattern.slice(0, LONGEST_EXAMPLE),
    level,
    logger,
    throwable,
    process,
    incarnation,
    count: seen.length + pattern.counted,
    first: seen[0]!,
    last: seen.at(-1)!,
    isNew: lastChange !== null && seen[0]! >= lastChange,
    rise: before === 0 ? null : (late * 3) / before,
    histogram,
    example: pattern.example.slice(0, LONGEST_EXAMPLE),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** What is worse than information comes first, the new before the known, the rising before the steady. */
function byInterest(a: PatternView, b: PatternView): number {
  return interest(b) - interest(a) || b.count - a.count;
}

function interest({ level, isNew, rise }: PatternView): number {
  const severity = SEVERITY.length - SEVERITY.indexOf(level);
  return (severity > 3 ? 100 * severity : severity) + (isNew ? 50 : 0) + Math.min(20, rise ?? 0);
}
