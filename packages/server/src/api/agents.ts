import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { HeaptideError } from "@heaptide/base";
import { AgentSeen, type Observation } from "@heaptide/model";
import { Hono } from "hono";
import type { Principal } from "../access/scopes.ts";
import { AgentName, decodeObservations, Report } from "../agents/protocol.ts";
import { foreignNameIn } from "../agents/qualify.ts";
import type { AgentRegistry } from "../agents/registry.ts";
import type { Admission } from "../receive/admission.ts";
import { readBody } from "../receive/body.ts";
import { sizeOf } from "../receive/routes.ts";
import { answers } from "./contract.ts";

export interface AgentSources {
  readonly agents: AgentRegistry;
  readonly admission: Admission;
  /** Resolves when it is on the disk. */
  readonly takeObserved: (observations: readonly Observation[]) => Promise<void>;
}

const list = createRoute({
  method: "get",
  path: "/agents",
  responses: answers(z.array(AgentSeen), "The agents that push to this server, and when they were heard last"),
});

export function agentListRoutes({ agents }: Pick<AgentSources, "agents">) {
  return new OpenAPIHono().openapi(list, (c) => c.json(agents.all, 200));
}

/** What agents push. The answer comes after it is on the disk. */
export function agentRoutes({ agents, admission, takeObserved }: AgentSources): Hono {
  const app = new Hono();
  app.post("/observations", async (c) => {
    const agent = AgentName.safeParse(c.req.query("agent"));
    if (!agent.success) throw new HeaptideError("INVALID_REQUEST", { problem: "agent is no name" });
    onlyAs(c.get("principal"), agent.data);
    const leave = admission.enter(sizeOf(c));
    try {
      const observations = decodeObservations((await readBody(c.req.raw)).toString("utf8"));
      onlyOwn(c.get("principal"), observations);
      await takeObserved(observations);
      return c.json({ taken: observations.length });
    } finally {
      leave();
    }
  });
  app.post("/report", async (c) => {
    const leave = admission.enter(sizeOf(c));
    try {
      const report = Report.safeParse(JSON.parse((await readBody(c.req.raw)).toString("utf8")));
      if (!report.success) throw new HeaptideError("INVALID_REQUEST", { problem: report.error.issues[0]?.message ?? "no report" });
      onlyAs(c.get("principal"), report.data.agent);
      return c.json(await agents.hear(report.data));
    } catch (error) {
      if (error instanceof SyntaxError) throw new HeaptideError("INVALID_REQUEST", { problem: "the body is not JSON" }, { cause: error });
      throw error;
    } finally {
      leave();
    }
  });
  return app;
}

/** @throws OTHER_AGENT */
function onlyAs({ name, agent }: Principal, asked: string): void {
  if (agent !== null && asked !== agent) throw new HeaptideError("OTHER_AGENT", { name, agent, other: asked });
}

/** The name in the address says little: what is told must be of that agent's host as well. @throws OTHER_AGENT */
function onlyOwn({ name, agent }: Principal, observations: readonly Observation[]): void {
  if (agent === null) return;
  for (const observation of observations) {
    const other = foreignNameIn(observation, agent);
    if (other !== null) throw new HeaptideError("OTHER_AGENT", { name, agent, other });
  }
}
