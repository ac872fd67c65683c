import { stat } from "node:fs/promises";
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { JobSeen, ProbeState } from "@heaptide/model";
import { answers, type ApiSources, SpanQuery, spanOf } from "./contract.ts";
import { refuseInvalid } from "./validation.ts";

const Failure = z.object({ code: z.string(), message: z.string(), next: z.string() });

const health = createRoute({
  method: "get",
  path: "/health",
  responses: answers(
    z.object({
      status: z.enum(["ok", "degraded"]),
      uptime: z.number().openapi({ description: "Milliseconds" }),
      store: z.object({
        path: z.string(),
        bufferedRows: z.number(),
        dropped: z.number(),
        size: z.number().nullable().openapi({ description: "Bytes of the file; null in memory" }),
        failure: Failure.nullable(),
        movedAside: Failure.nullable(),
      }),
      blindProbes: z.number(),
    }),
    "`degraded`: nothing can be stored at present, or a probe cannot look",
  ),
});

const time = z.number().nullable();

const probes = createRoute({
  method: "get",
  path: "/probes",
  responses: answers(
    z.object({
      states: z.array(ProbeState),
      costs: z.array(
        z.object({ incarnation: z.string(), process: z.string(), share: z.number(), longest: z.number(), lastMinute: z.number() }),
      ),
      looks: z.array(
        z.object({
          incarnation: z.string(),
          process: z.string(),
          sampled: time,
          counted: time.openapi({ description: "Its classes" }),
          recorded: time.openapi({ description: "Its flight recording was read" }),
        }),
      ),
    }),
    "Probes that failed once, with their present state; what looking costs each process: pauses of the last minute, against the budget; and when each was last looked into",
  ),
});

const jobs = createRoute({
  method: "get",
  path: "/jobs",
  request: { query: SpanQuery },
  responses: answers(z.array(JobSeen.shape.job), "Jobs that ran in the span"),
});

const sizeOf = (path: string): Promise<number | null> =>
  stat(path).then(
    ({ size }) => size,
    () => null,
  );

/** Health, probes and jobs: what is being looked at. */
export function statusRoutes({ store, costs, startedAt, now }: ApiSources) {
  return new OpenAPIHono({ defaultHook: refuseInvalid })
    .openapi(health, async (c) => {
      const { failure, movedAside, ...status } = store.status;
      const blind = (await store.probeStates()).filter((state) => state.code !== null);
      return c.json(
        {
          status: failure || blind.length > 0 ? ("degraded" as const) : ("ok" as const),
          uptime: now() - startedAt,
          store: {
            ...status,
            size: await sizeOf(status.path),
            failure: failure?.toJSON() ?? null,
            movedAside: movedAside?.toJSON() ?? null,
          },
          blindProbes: blind.length,
        },
        200,
      );
    })
    .openapi(probes, async (c) => c.json({ states: await store.probeStates(), costs: [...costs()], looks: await store.lastLooks() }, 200))
    .openapi(jobs, async (c) => c.json(await store.jobs(spanOf(c.req.valid("query"), now())), 200));
}
