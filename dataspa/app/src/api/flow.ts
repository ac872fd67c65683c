import { missingOf } from "@dataspa/serving";
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { FlowSource } from "../flow-source.ts";
import { refuseInvalid } from "./problem.ts";

const count = z.int().nonnegative();
const time = z.iso.datetime().nullable();
const Night = z
  .object({
    source: z.string(),
    night: z.string(),
    at: time,
    status: z.enum(["ok", "partial", "failed"]).nullable(),
    problem: z.string().nullable(),
    message: z.string().nullable(),
    pages: count,
    unchanged: count,
    listed: count,
    expected: count.nullable().openapi({ description: "Usually listed; null while too little is known of the source" }),
    captured: count,
    processed: count,
    duplicates: count,
    rejected: count,
    missing: count.openapi({ description: "Captured, and not yet accounted for" }),
    refused: count.openapi({ description: "Found on a page and not published" }),
    incomplete: count.openapi({ description: "Processed ones that came without coordinates" }),
    found: count.openapi({ description: "Of these: got them" }),
    served: count,
    delay: z.number().nullable().openapi({ description: "From publishing to the job, median, milliseconds" }),
    endToEnd: z.number().nullable().openapi({ description: "From publishing to being served, median, milliseconds" }),
  })
  .openapi("Night");
const Gap = z
  .object({
    id: z.string(),
    kind: z.enum(["source-down", "refused", "layout-changed", "not-captured", "not-processed"]),
    source: z.string().nullable(),
    nights: z.array(z.string()),
    from: z.iso.datetime(),
    to: time,
    title: z.string(),
    reason: z.string(),
  })
  .openapi("Gap");
const Answer = z.object({
  nights: z.array(Night),
  gaps: z.array(Gap),
  rejections: z.array(z.object({ source: z.string(), reason: z.string(), count })),
});

const flow = createRoute({
  method: "get",
  path: "/flow",
  request: { query: z.object({ from: z.iso.date().default("0001-01-01"), to: z.iso.date().default("9999-12-31") }) },
  responses: {
    200: { description: "Each source and night, and the gaps among them", content: { "application/json": { schema: Answer } } },
  },
});

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

export function flowRoutes(source: FlowSource): OpenAPIHono {
  return new OpenAPIHono({ defaultHook: refuseInvalid }).openapi(flow, async (c) => {
    const { from, to } = c.req.valid("query");
    const { nights, expected, gaps, rejections } = await source();
    const within = (night: string) => night >= from && night <= to;
    return c.json(
      {
        nights: nights
          .filter(({ night }) => within(night))
          .map((night) => {
            const { bytes: _bytes, processedAt: _processedAt, publishedAt: _publishedAt, ...told } = night;
            return { ...told, at: iso(night.at), missing: missingOf(night), expected: expected.get(night) ?? null };
          }),
        gaps: gaps
          .filter((gap) => gap.nights.some(within))
          .map((gap) => ({ ...gap, nights: [...gap.nights], from: iso(gap.from)!, to: iso(gap.to) })),
        rejections: [...rejections],
      },
      200,
    );
  });
}
