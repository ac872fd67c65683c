import { createHash } from "node:crypto";
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { ChangeSeen } from "@heaptide/model";
import { answers, type ApiSources, SpanQuery, spanOf } from "./contract.ts";
import { refuseInvalid } from "./validation.ts";

const listChanges = createRoute({
  method: "get",
  path: "/changes",
  request: { query: SpanQuery },
  responses: answers(z.array(ChangeSeen), "Changes in the span, ascending by time"),
});

/** What a CI pipeline posts after a deployment. */
const PostedChange = z.strictObject({
  id: z.string().min(1).max(200).optional().openapi({ description: "The same id twice is one change; by default made from the rest" }),
  at: z.iso.datetime().optional().openapi({ description: "By default now" }),
  title: z.string().min(1).max(500),
  job: z.string().max(200).nullable().default(null).openapi({ description: "Flink job, by id or by name" }),
  process: z.string().max(200).nullable().default(null).openapi({ description: "Process, by key or by name" }),
  attributes: z.record(z.string().max(100), z.string().max(2000)).default({}),
});

const postChange = createRoute({
  method: "post",
  path: "/changes",
  request: { body: { required: true, content: { "application/json": { schema: PostedChange } } } },
  responses: answers(ChangeSeen, "The change as it was stored"),
});

export function changeRoutes({ store, diagnosis, now }: ApiSources) {
  return new OpenAPIHono({ defaultHook: refuseInvalid })
    .openapi(listChanges, async (c) => c.json(await store.changes(spanOf(c.req.valid("query"), now())), 200))
    .openapi(postChange, async (c) => {
      const posted = c.req.valid("json");
      const at = posted.at === undefined ? now() : Date.parse(posted.at);
      const { title, attributes } = posted;
      const { job, named } = await jobOf(store, posted.job);
      const change = ChangeSeen.parse({
        type: "change",
        at,
        id: posted.id ?? idOf(title, at),
        kind: "external",
        job,
        process: await processKey(store, posted.process),
        title,
        attributes: { ...attributes, ...(named !== null && { job: named }) },
      });
      store.append([change]);
      await store.flush();
      diagnosis.noteObserved([change]);
      return c.json(change, 200);
    });
}

/** A pipeline knows the name of a job, not its id: that of its last run. One that Flink has not shown yet is kept by name. */
async function jobOf(store: ApiSources["store"], asked: string | null): Promise<{ job: string | null; named: string | null }> {
  if (asked === null || /^[0-9a-f]{32}$/.test(asked)) return { job: asked, named: null };
  const runs = (await store.jobs()).filter(({ id, name }) => name === asked || id === asked);
  const last = runs.toSorted((a, b) => Number(a.endedAt === null) - Number(b.endedAt === null) || a.startedAt - b.startedAt).at(-1);
  return { job: last?.id ?? null, named: asked };
}

async function processKey(store: ApiSources["store"], asked: string | null): Promise<string | null> {
  if (asked === null) return null;
  const known = (await store.processes()).find(({ process }) => process.key === asked || process.name === asked);
  return known?.process.key ?? asked;
}

const idOf = (title: string, at: number): string => `external:${createHash("sha256").update(`${at} ${title}`).digest("hex").slice(0, 16)}`;
