import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { Incident, IncidentState } from "@heaptide/model";
import { answers, type ApiSources } from "./contract.ts";
import { refuseInvalid } from "./validation.ts";

const list = createRoute({
  method: "get",
  path: "/incidents",
  request: {
    query: z.object({
      state: IncidentState.optional(),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
  },
  responses: answers(z.array(Incident), "Incidents, the latest first; those that another one explains are left out"),
});

const one = createRoute({
  method: "get",
  path: "/incidents/{id}",
  request: { params: z.object({ id: z.string() }) },
  responses: answers(Incident, "The whole story"),
});

const acknowledge = createRoute({
  method: "post",
  path: "/incidents/{id}/acknowledge",
  request: {
    params: z.object({ id: z.string() }),
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z.strictObject({ by: z.string().min(1).max(200).default("somebody"), note: z.string().max(2000).default("") }),
        },
      },
    },
  },
  responses: answers(Incident, "The incident, acknowledged: its alarms are not repeated and do not escalate"),
});

export function incidentRoutes({ incidents }: Pick<ApiSources, "incidents">) {
  return new OpenAPIHono({ defaultHook: refuseInvalid })
    .openapi(list, async (c) => {
      const { state, limit } = c.req.valid("query");
      const shown = incidents.all.filter((incident) => incident.mergedInto === null && (state === undefined || incident.state === state));
      return c.json(shown.slice(0, limit), 200);
    })
    .openapi(one, async (c) => c.json(incidents.get(c.req.valid("param").id), 200))
    .openapi(acknowledge, async (c) => {
      const { by, note } = c.req.valid("json");
      return c.json(await incidents.acknowledge(c.req.valid("param").id, by, note), 200);
    });
}
