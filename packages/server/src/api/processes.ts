import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { HeaptideError } from "@heaptide/base";
import { Measure, MeasureSeries, type SnapshotColumns, SnapshotComparison, SnapshotKind } from "@heaptide/model";
import { answers, type ApiSources, KeyParam, listOf, processOf, ProcessWithLives, SpanQuery, spanOf } from "./contract.ts";
import { refuseInvalid } from "./validation.ts";

const column = z.array(z.number());

const listProcesses = createRoute({
  method: "get",
  path: "/processes",
  responses: answers(z.array(ProcessWithLives), "Every process with its lives"),
});

const Measures = z
  .string()
  .transform((text) => text.split(","))
  .pipe(z.array(Measure).min(1));

const series = createRoute({
  method: "get",
  path: "/processes/{key}/series",
  request: {
    params: KeyParam,
    query: SpanQuery.extend({
      measure: Measures.openapi({ description: "One measure, or several with commas between", type: "string" }),
      points: z.coerce.number().int().min(1).max(5000).default(300),
    }),
  },
  responses: answers(z.array(MeasureSeries), "Each measure by life, thinned to points that keep the extremes"),
});

const snapshots = createRoute({
  method: "get",
  path: "/processes/{key}/snapshots",
  request: {
    params: KeyParam,
    query: SpanQuery.extend({
      kind: SnapshotKind.default("live"),
      top: z.coerce.number().int().min(1).max(10_000).default(50),
      class: z.string().optional().openapi({ description: "Only these classes, with commas between" }),
    }),
  },
  responses: answers(
    z.object({
      kind: SnapshotKind,
      lives: z.array(
        z.object({
          incarnation: z.string(),
          at: column,
          classes: z.array(z.object({ name: z.string(), instances: column, bytes: column })),
        }),
      ),
    }),
    "Class histograms by life as columns over `at`; the classes that changed most in bytes first",
  ),
});

const comparison = createRoute({
  method: "get",
  path: "/processes/{key}/comparison",
  request: {
    params: KeyParam,
    query: SpanQuery.extend({
      kind: SnapshotKind.default("live"),
      before: z.coerce.number().optional().openapi({ description: "Time of the earlier snapshot; by default the first of the span" }),
      after: z.coerce.number().optional().openapi({ description: "Time of the later snapshot; by default the last of the span" }),
    }),
  },
  responses: answers(SnapshotComparison, "Two snapshots of the last life that has any, class by class"),
});

export function processRoutes({ store, history, now }: ApiSources) {
  return new OpenAPIHono({ defaultHook: refuseInvalid })
    .openapi(listProcesses, async (c) => c.json(await store.processes(), 200))
    .openapi(series, async (c) => {
      const { measure: measures, points, ...query } = c.req.valid("query");
      const { incarnations } = await processOf(store, c.req.valid("param").key);
      const span = spanOf(query, now());
      const lived = incarnations.filter(({ startedAt, endedAt }) => startedAt <= span.to && (endedAt ?? span.to) >= span.from);
      const keys = lived.map(({ key }) => key);
      const stored = await store.seriesOf(keys, measures, span, points);
      const answer: MeasureSeries[] = [];
      for (const measure of measures) {
        const lives = [];
        for (const key of keys) {
          const own = stored.find((one) => one.incarnation === key && one.measure === measure);
          const found = own ?? (await history?.series(key, measure, span, points));
          if (found === undefined || found.at.length === 0) continue;
          const [at, min, max, last] = [listOf(found.at), listOf(found.min), listOf(found.max), listOf(found.last)];
          lives.push({ incarnation: key, at, min, max, last });
        }
        answer.push({ measure, lives });
      }
      return c.json(answer, 200);
    })
    .openapi(snapshots, async (c) => {
      const { kind, top, class: named, ...query } = c.req.valid("query");
      const wanted = named === undefined ? null : new Set(named.split(","));
      const { incarnations } = await processOf(store, c.req.valid("param").key);
      const lives = [];
      for (const { key } of incarnations) {
        const columns = await store.snapshots(key, kind, spanOf(query, now()));
        if (columns === null) continue;
        lives.push({ incarnation: key, at: listOf(columns.at), classes: mostChanged(columns, wanted, top) });
      }
      return c.json({ kind, lives }, 200);
    })
    .openapi(comparison, async (c) => {
      const { kind, before, after, ...query } = c.req.valid("query");
      const { process, incarnations } = await processOf(store, c.req.valid("param").key);
      for (const { key } of incarnations.toReversed()) {
        const columns = await store.snapshots(key, kind, spanOf(query, now()));
        if (columns !== null) return c.json(compare(columns, kind, key, before, after), 200);
      }
      throw new HeaptideError("NOT_FOUND", { what: `snapshot (${kind}) of ${process.name} in this span` });
    });
}

/** The classes whose bytes changed most between the first snapshot and the last. @param wanted none but these; null: any */
function mostChanged({ classes, instances, bytes }: SnapshotColumns, wanted: ReadonlySet<string> | null, top: number) {
  const change = bytes.map((column) => Math.abs(column.at(-1)! - column[0]!));
  const order = change.flatMap((_, place) => (wanted === null || wanted.has(classes[place]!) ? [place] : []));
  return order
    .sort((a, b) => change[b]! - change[a]!)
    .slice(0, top)
    .map((place) => ({ name: classes[place]!, instances: listOf(instances[place]!), bytes: listOf(bytes[place]!) }));
}

/** A trend is a picture of some pixels. */
const TREND_POINTS = 24;

function compare(
  columns: SnapshotColumns,
  kind: SnapshotKind,
  incarnation: string,
  before = -Infinity,
  after = Infinity,
): SnapshotComparison {
  const times = listOf(columns.at);
  const from = Math.max(
    0,
    times.findIndex((at) => at >= before),
  );
  const to = Math.max(
    from,
    times.findLastIndex((at) => at <= after),
  );
  const shown = thinned(from, to);
  return {
    kind,
    incarnation,
    at: times,
    before: times[from]!,
    after: times[to]!,
    classes: {
      name: [...columns.classes],
      instancesBefore: columns.instances.map((count) => count[from]!),
      instances: columns.instances.map((count) => count[to]!),
      bytesBefore: columns.bytes.map((bytes) => bytes[from]!),
      bytes: columns.bytes.map((bytes) => bytes[to]!),
      trend: columns.instances.map((count) => trendOf(shown.map((place) => count[place]!))),
    },
  };
}

const trendOf = (values: number[]): number[] | null => (values.every((value) => value === values[0]) ? null : values);

/** Places from the first to the last, both included, evenly. */
function thinned(from: number, to: number): number[] {
  const count = Math.min(TREND_POINTS, to - from + 1);
  return Array.from({ length: count }, (_, i) => Math.round(from + (i * (to - from)) / Math.max(1, count - 1)));
}
