import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { Measure, SnapshotKind } from "@heaptide/model";
import { answers, type ApiSources, listOf, processOf, ProcessWithLives, SpanQuery, spanOf } from "./contract.ts";
import { refuseInvalid } from "./validation.ts";

const Key = z.object({ key: z.string().openapi({ description: "Key of the process, URL-encoded" }) });
const column = z.array(z.number());

const listProcesses = createRoute({
  method: "get",
  path: "/processes",
  responses: answers(z.array(ProcessWithLives), "Every process with its lives"),
});

const series = createRoute({
  method: "get",
  path: "/processes/{key}/series",
  request: {
    params: Key,
    query: SpanQuery.extend({ measure: Measure, points: z.coerce.number().int().min(1).max(5000).default(300) }),
  },
  responses: answers(
    z.object({
      measure: Measure,
      lives: z.array(z.object({ incarnation: z.string(), at: column, min: column, max: column, last: column })),
    }),
    "One measure by life, thinned to points that keep the extremes. Times in milliseconds since the epoch",
  ),
});

const snapshots = createRoute({
  method: "get",
  path: "/processes/{key}/snapshots",
  request: {
    params: Key,
    query: SpanQuery.extend({ kind: SnapshotKind.default("live"), top: z.coerce.number().int().min(1).max(10_000).default(50) }),
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

export function processRoutes({ store, now }: ApiSources) {
  return new OpenAPIHono({ defaultHook: refuseInvalid })
    .openapi(listProcesses, async (c) => c.json(await store.processes(), 200))
    .openapi(series, async (c) => {
      const { measure, points, ...query } = c.req.valid("query");
      const { incarnations } = await processOf(store, c.req.valid("param").key);
      const span = spanOf(query, now());
      const lives = [];
      for (const { key, startedAt, endedAt } of incarnations) {
        if (startedAt > span.to || (endedAt ?? span.to) < span.from) continue;
        const { at, min, max, last } = await store.series(key, measure, span, points);
        lives.push({ incarnation: key, at: listOf(at), min: listOf(min), max: listOf(max), last: listOf(last) });
      }
      return c.json({ measure, lives }, 200);
    })
    .openapi(snapshots, async (c) => {
      const { kind, top, ...query } = c.req.valid("query");
      const { incarnations } = await processOf(store, c.req.valid("param").key);
      const lives = [];
      for (const { key } of incarnations) {
        const columns = await store.snapshots(key, kind, spanOf(query, now()));
        if (columns === null) continue;
        const change = columns.bytes.map((bytes) => Math.abs(bytes.at(-1)! - bytes[0]!));
        const order = change.map((_, c) => c).sort((a, b) => change[b]! - change[a]!);
        const classes = order.slice(0, top).map((c) => ({
          name: columns.classes[c]!,
          instances: listOf(columns.instances[c]!),
          bytes: listOf(columns.bytes[c]!),
        }));
        lives.push({ incarnation: key, at: listOf(columns.at), classes });
      }
      return c.json({ kind, lives }, 200);
    });
}
