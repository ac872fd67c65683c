import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { GapSeen } from "@heaptide/model";
import { answers, type ApiSources, SpanQuery, spanOf } from "./contract.ts";
import { refuseInvalid } from "./validation.ts";

const getGaps = createRoute({
  method: "get",
  path: "/gaps",
  request: { query: SpanQuery },
  responses: answers(z.array(GapSeen), "Gaps that overlap the span, ascending by start"),
});

/** What a pipeline posts when data that it expected did not come, and once more when it is over. */
const PostedGap = z
  .strictObject({
    id: z
      .string()
      .min(1)
      .max(300)
      .openapi({ description: "The same id again is the same gap: it lasts, or is over", example: "dataspa:not-processed:2026-11-24" }),
    from: z.iso.datetime(),
    to: z.iso.datetime().nullable().default(null).openapi({ description: "null while it lasts" }),
    job: z
      .string()
      .min(1)
      .max(200)
      .nullable()
      .default(null)
      .openapi({ description: "Id or name of the Flink job that should have brought it" }),
    title: z.string().min(1).max(500).openapi({ description: "What is missing, and why, as a person would say it" }),
    elsewhere: z.boolean().default(false).openapi({
      description: "The reason is known and lies outside of what is watched, a website that is down: no evidence against any process",
    }),
  })
  .refine(({ from, to }) => to === null || Date.parse(to) >= Date.parse(from), { path: ["to"], message: "is before from" });

const postGap = createRoute({
  method: "post",
  path: "/gaps",
  request: { body: { required: true, content: { "application/json": { schema: PostedGap } } } },
  responses: answers(GapSeen, "The gap as it was stored, with the id of its job where that is known"),
});

export function gapRoutes({ store, diagnosis, now }: Pick<ApiSources, "store" | "diagnosis" | "now">) {
  return new OpenAPIHono({ defaultHook: refuseInvalid })
    .openapi(getGaps, async (c) => c.json(await store.gaps(spanOf(c.req.valid("query"), now())), 200))
    .openapi(postGap, async (c) => {
      const { id, from, to, job, title, elsewhere } = c.req.valid("json");
      const began = Date.parse(from);
      const gap: GapSeen = {
        type: "gap",
        at: now(),
        id,
        from: began,
        to: to === null ? null : Date.parse(to),
        job: job === null ? null : await jobId(store, job, { from: began, to: now() }),
        title,
        ...(elsewhere && { elsewhere }),
      };
      store.append([gap]);
      await store.flush();
      diagnosis.noteObserved([gap]);
      return c.json(gap, 200);
    });
}

/** Who stands outside knows a job by its name; of several that had it, the latest. One that was never seen stays as it was called. */
async function jobId(store: ApiSources["store"], job: string, span: { from: number; to: number }): Promise<string> {
  const jobs = await store.jobs(span);
  if (jobs.some(({ id }) => id === job)) return job;
  return jobs.filter(({ name }) => name === job).toSorted((a, b) => b.startedAt - a.startedAt)[0]?.id ?? job;
}
