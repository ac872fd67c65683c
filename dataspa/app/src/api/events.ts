import { findEvent, findEvents, type ServingStore } from "@dataspa/serving";
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { dayIn } from "../day.ts";
import { Problem, refuseInvalid } from "./problem.ts";

const Served = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    url: z.string().nullable(),
    start: z.string(),
    end: z.string().nullable(),
    venue: z.string().nullable(),
    address: z.string().nullable(),
    geo: z.object({ latitude: z.number(), longitude: z.number() }).nullable(),
    source: z.string(),
    distance: z.number().nullable(),
    popularity: z.number(),
  })
  .openapi("Event");

const point = z
  .string()
  .regex(/^-?\d{1,3}(\.\d+)?,-?\d{1,3}(\.\d+)?$/, "reads latitude,longitude")
  .transform((text) => text.split(",").map(Number) as [number, number])
  .refine(([latitude, longitude]) => Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180, "is not on earth")
  .openapi({ type: "string", example: "51.34,12.375" });

const Query = z.object({
  day: z.iso.date().optional().openapi({ description: "By default all that is to come", example: "2026-05-01" }),
  near: point.optional(),
  radius: z.coerce.number().min(1).max(200_000).default(5_000).openapi({ description: "Metres, with `near`" }),
  q: z.string().max(200).default("").openapi({ description: "Words that all occur in name, venue or description" }),
  sort: z.enum(["start", "popular", "near"]).default("start"),
  page: z.coerce.number().int().min(1).max(10_000).default(1),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

const list = createRoute({
  method: "get",
  path: "/events",
  request: { query: Query },
  responses: {
    200: {
      description: "A page of events",
      content: { "application/json": { schema: z.object({ total: z.int(), page: z.int(), events: z.array(Served) }) } },
    },
    400: { description: "Not a valid query", content: { "application/json": { schema: Problem } } },
  },
});
const one = createRoute({
  method: "get",
  path: "/events/{id}",
  request: { params: z.object({ id: z.string().max(200) }) },
  responses: {
    200: { description: "The event", content: { "application/json": { schema: Served } } },
    404: { description: "There is none", content: { "application/json": { schema: Problem } } },
  },
});

const FAR = Date.UTC(2100, 0);

export function eventRoutes(store: ServingStore, options: { timeZone: string; now: () => number }): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: refuseInvalid });
  app.openapi(list, async (c) => {
    const { day, near, radius, q, sort, page, limit } = c.req.valid("query");
    const [from, to] = day === undefined ? [options.now(), FAR] : dayIn(options.timeZone, day);
    const found = await findEvents(store, {
      from,
      to,
      near: near && { latitude: near[0], longitude: near[1] },
      radius,
      words: q
        .split(/\s+/)
        .filter((word) => word !== "")
        .slice(0, 10),
      sort: sort === "near" && !near ? "start" : sort,
      offset: (page - 1) * limit,
      limit,
    });
    return c.json({ total: found.total, page, events: found.events }, 200);
  });
  app.openapi(one, async (c) => {
    const event = await findEvent(store, c.req.valid("param").id);
    if (event) return c.json(event, 200);
    return c.json({ code: "NOT_FOUND", message: "There is no event with this id.", next: "GET /api/events lists what there is." }, 404);
  });
  return app;
}
