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
  job: z.string().max(200).nullable().default(null).openapi({ description: "Flink job id" }),
  process: z.string().max(200).nullable().default(null).openapi({ description: "Key of a process" }),
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
      const { title, job, process, attributes } = posted;
      const change = ChangeSeen.parse({
        type: "change",
        at,
        id: posted.id ?? idOf(title, at),
        kind: "external",
        job,
        process,
        title,
        attributes,
      });
      store.append([change]);
      await store.flush();
      diagnosis.noteObserved([change]);
      return c.json(change, 200);
    });
}

const idOf = (title: string, at: number): string => `external:${createHash("sha256").update(`${at} ${title}`).digest("hex").slice(0, 16)}`;
