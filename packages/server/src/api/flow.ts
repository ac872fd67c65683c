import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { FlowView, type JobFlow } from "@heaptide/model";
import type { ThinnedCounter } from "@heaptide/store";
import { answers, type ApiSources, listOf, SpanQuery, spanOf } from "./contract.ts";
import { refuseInvalid } from "./validation.ts";

const getFlow = createRoute({
  method: "get",
  path: "/flow",
  request: { query: SpanQuery.extend({ points: z.coerce.number().int().min(2).max(2000).default(200) }) },
  responses: answers(FlowView, "Elements per second into each operator of every job in the span, and the gaps"),
});

export function flowRoutes({ store, now }: ApiSources) {
  return new OpenAPIHono({ defaultHook: refuseInvalid }).openapi(getFlow, async (c) => {
    const { points, ...query } = c.req.valid("query");
    const span = spanOf(query, now());
    const counters = (await store.counters(span, points)).filter(({ counter }) => counter === "records-in");
    const jobs = (await store.jobs(span)).map(({ id, name, state, startedAt, endedAt, operators }): JobFlow => {
      const flows = operators.flatMap(({ vertex, name: operator }) => {
        const found = counters.find((one) => one.job === id && one.vertex === vertex && one.operator === operator);
        return found === undefined ? [] : [{ vertex, operator, ...rates(found), total: found.value.at(-1) ?? 0 }];
      });
      return { job: id, name, state, startedAt, endedAt, operators: flows };
    });
    return c.json({ ...span, jobs, gaps: await store.gaps(span) }, 200);
  });
}

/** Per second between two looks. A counter that fell began anew with a restart. */
function rates({ at, value }: ThinnedCounter): { at: number[]; perSecond: number[] } {
  const perSecond = listOf(at.slice(1)).map((time, i) => (Math.max(0, value[i + 1]! - value[i]!) * 1000) / Math.max(1, time - at[i]!));
  return { at: listOf(at.slice(1)), perSecond };
}
