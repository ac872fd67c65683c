import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { HeaptideError } from "@heaptide/base";
import { Diagnosis, Finding } from "@heaptide/model";
import { answers, type ApiSources, IncidentAnswer } from "./contract.ts";
import { refuseInvalid } from "./validation.ts";

const getDiagnosis = createRoute({ method: "get", path: "/diagnosis", responses: answers(Diagnosis, "The diagnosis of the present") });

const getFinding = createRoute({
  method: "get",
  path: "/findings/{id}",
  request: { params: z.object({ id: z.string() }) },
  responses: answers(Finding, "A finding of the present, or the last one with this id"),
});

const listIncidents = createRoute({
  method: "get",
  path: "/incidents",
  responses: answers(z.array(IncidentAnswer), "Every finding there ever was, the latest first"),
});

const iso = (at: number): string => new Date(at).toISOString();

export function diagnosisRoutes({ store, diagnosis }: ApiSources) {
  return new OpenAPIHono({ defaultHook: refuseInvalid })
    .openapi(getDiagnosis, async (c) => c.json(diagnosis.latest ?? (await diagnosis.evaluate()), 200))
    .openapi(getFinding, async (c) => {
      const { id } = c.req.valid("param");
      const present = diagnosis.latest?.findings.find((finding) => finding.id === id);
      const finding = present ?? (await store.incidents()).find((incident) => incident.id === id)?.finding;
      if (finding === undefined) throw new HeaptideError("NOT_FOUND", { what: `finding ${JSON.stringify(id)}` });
      return c.json(finding, 200);
    })
    .openapi(listIncidents, async (c) => {
      const incidents = await store.incidents();
      return c.json(
        incidents.map(({ id, firstSeen, lastSeen, finding }) => ({ id, firstSeen: iso(firstSeen), lastSeen: iso(lastSeen), finding })),
        200,
      );
    });
}
