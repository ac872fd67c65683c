import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { HeaptideError } from "@heaptide/base";
import { Diagnosis, Finding } from "@heaptide/model";
import { answers, type ApiSources } from "./contract.ts";
import { refuseInvalid } from "./validation.ts";

const getDiagnosis = createRoute({ method: "get", path: "/diagnosis", responses: answers(Diagnosis, "The diagnosis of the present") });

const getFinding = createRoute({
  method: "get",
  path: "/findings/{id}",
  request: { params: z.object({ id: z.string() }) },
  responses: answers(Finding, "A finding of the present, or the last one with this id"),
});

export function diagnosisRoutes({ incidents, diagnosis }: ApiSources) {
  return new OpenAPIHono({ defaultHook: refuseInvalid })
    .openapi(getDiagnosis, async (c) => c.json(diagnosis.latest ?? (await diagnosis.evaluate()), 200))
    .openapi(getFinding, async (c) => {
      const { id } = c.req.valid("param");
      const present = diagnosis.latest?.findings.find((finding) => finding.id === id);
      const finding = present ?? incidents.all.find((incident) => incident.findings.includes(id))?.finding ?? undefined;
      if (finding === undefined) throw new HeaptideError("NOT_FOUND", { what: `finding ${JSON.stringify(id)}` });
      return c.json(finding, 200);
    });
}
