import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { FlowCalendar, FlowDay } from "@heaptide/model";
import { answers, type ApiSources } from "./contract.ts";
import { refuseInvalid } from "./validation.ts";

const DAY = 86_400_000;
const YEAR = 365;
const MOST_AT_ONCE = 500;

const getDays = createRoute({
  method: "get",
  path: "/flow/days",
  request: {
    query: z.object({
      from: z.iso.date().optional().openapi({ description: "By default a year before `to`" }),
      to: z.iso.date().optional().openapi({ description: "Included; by default today, UTC" }),
    }),
  },
  responses: answers(FlowCalendar, "What pipelines told of their days, and the gaps; empty where no pipeline tells anything"),
});

const postDays = createRoute({
  method: "post",
  path: "/flow/days",
  request: { body: { required: true, content: { "application/json": { schema: z.array(FlowDay).min(1).max(MOST_AT_ONCE) } } } },
  responses: answers(z.object({ taken: z.int() }), "On the disk. The same source and day again replaces what was told before"),
});

export function flowDayRoutes({ flowDays, store, now }: Pick<ApiSources, "flowDays" | "store" | "now">) {
  return new OpenAPIHono({ defaultHook: refuseInvalid })
    .openapi(getDays, async (c) => {
      const query = c.req.valid("query");
      const to = query.to ?? isoDay(now());
      const from = query.from ?? isoDay(Date.parse(to) - (YEAR - 1) * DAY);
      const gaps = await store.gaps({ from: Date.parse(from), to: Date.parse(to) + DAY });
      return c.json({ from, to, days: flowDays.between(from, to), gaps }, 200);
    })
    .openapi(postDays, async (c) => {
      const days = c.req.valid("json");
      await flowDays.take(days);
      return c.json({ taken: days.length }, 200);
    });
}

const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);
