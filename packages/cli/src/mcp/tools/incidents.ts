import { Diagnosis, Incident, IncidentState } from "@heaptide/model";
import { z } from "zod";
import { defineTool } from "../tool.ts";

export const listIncidents = defineTool({
  name: "list_incidents",
  title: "List incidents",
  description:
    "Incidents that the Heaptide server keeps, the latest first: leaks, data gaps, lost processes, each with its state. read_incident tells one in full.",
  input: { state: IncidentState.optional().describe("only those in this state") },
  touches: "nothing",
  async run({ server }, { state }) {
    const incidents = await server.get(`/api/incidents${state === undefined ? "" : `?state=${state}`}`, Incident.array());
    return {
      incidents: incidents.map(({ id, kind, state: now, severity, headline, process, job, firstSeen, lastSeen, verification }) => ({
        ...{ id, kind, state: now, severity, headline, process: process?.name ?? null, job, firstSeen, lastSeen },
        fix: verification?.verdict ?? null,
      })),
    };
  },
});

export const readIncident = defineTool({
  name: "read_incident",
  title: "Read an incident",
  description:
    "One incident in full: what grows (class and what grows with it), the line of code that makes it, what holds it, the operator and job with the law of growth, " +
    "the change that brought it, log lines, every piece of evidence for and against, its timeline, and whether a fix was proved. Enough to write the patch.",
  input: { id: z.string().describe("as list_incidents gives it") },
  touches: "nothing",
  run: ({ server }, { id }) => server.get(`/api/incidents/${encodeURIComponent(id)}`, Incident),
});

export const findings = defineTool({
  name: "findings",
  title: "Present findings, with why",
  description:
    "The server's diagnosis of this moment: a verdict for each process (healthy, warming-up, growing, leaking, unknown) with why, the findings with their evidence, " +
    "what looking has cost, and what is still missing, with the next step for each.",
  input: {},
  touches: "nothing",
  run: ({ server }) => server.get("/api/diagnosis", Diagnosis),
});
