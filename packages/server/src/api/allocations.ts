import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { HeaptideError } from "@heaptide/base";
import { userCodeOf } from "@heaptide/diagnosis";
import { type AllocationsSeen, AllocationsView, type Incarnation, LookingView } from "@heaptide/model";
import { answers, type ApiSources, KeyParam, processOf, SpanQuery, spanOf } from "./contract.ts";
import { refuseInvalid } from "./validation.ts";

const getAllocations = createRoute({
  method: "get",
  path: "/processes/{key}/allocations",
  request: {
    params: KeyParam,
    query: SpanQuery.extend({
      at: z.coerce.number().optional().openapi({ description: "The last dump up to this time, milliseconds since the epoch" }),
    }),
  },
  responses: answers(AllocationsView, "Old objects and thread starts of the last dump of the recording, with their stacks"),
});

const getLooking = createRoute({
  method: "get",
  path: "/processes/{key}/looking",
  request: { params: KeyParam, query: SpanQuery },
  responses: answers(LookingView, "What looking cost the process: every pause of the span, and whether pauses are allowed now"),
});

const putCounting = createRoute({
  method: "put",
  path: "/processes/{key}/counting",
  request: {
    params: KeyParam,
    body: { required: true, content: { "application/json": { schema: z.strictObject({ on: z.boolean() }) } } },
  },
  responses: answers(z.object({ on: z.boolean() }), "Switches what pauses the process, class counts and recordings, on or off"),
});

export function allocationRoutes({ store, now, control }: ApiSources) {
  return new OpenAPIHono({ defaultHook: refuseInvalid })
    .openapi(getAllocations, async (c) => {
      const { at = Infinity, ...query } = c.req.valid("query");
      const { process, incarnations } = await processOf(store, c.req.valid("param").key);
      const kept = await store.allocations(spanOf(query, now()));
      const found = incarnations.toReversed().flatMap((life) => {
        const dumps = kept.get(life.key) ?? [];
        const dump = dumps.findLast((one) => one.at <= at);
        return dump === undefined ? [] : [viewOf(life, dump, dumps)];
      });
      if (found.length === 0) throw new HeaptideError("NOT_FOUND", { what: `recording of ${process.name} in this span` });
      return c.json(found[0]!, 200);
    })
    .openapi(getLooking, async (c) => {
      const { incarnations } = await processOf(store, c.req.valid("param").key);
      const costs = await store.costs(spanOf(c.req.valid("query"), now()));
      const pauses = incarnations.flatMap(({ key }) => costs.get(key) ?? []);
      return c.json({ counting: incarnations.some(({ key }) => control?.isCounting(key) ?? false), pauses }, 200);
    })
    .openapi(putCounting, async (c) => {
      const { on } = c.req.valid("json");
      const { process, incarnations } = await processOf(store, c.req.valid("param").key);
      const switched = incarnations.filter(({ key }) => control?.switchCounting(key, on) ?? false);
      if (switched.length === 0) throw new HeaptideError("NOT_WATCHED", { process: process.name });
      return c.json({ on }, 200);
    });
}

function viewOf(incarnation: Incarnation, dump: AllocationsSeen, dumps: readonly AllocationsSeen[]): AllocationsView {
  const { type: _, ...rest } = dump;
  const userCode = userCodeOf({ incarnation, allocations: dump });
  const stacks = dump.stacks.map((stack) => stack.map((frame) => ({ ...frame, user: userCode.isUser(frame) })));
  return { ...rest, stacks, dumps: dumps.map(({ at }) => at) };
}
