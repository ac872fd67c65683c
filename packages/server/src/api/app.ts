import { OpenAPIHono } from "@hono/zod-openapi";
import { HeaptideError } from "@heaptide/base";
import { agentListRoutes, agentRoutes } from "./agents.ts";
import { allocationRoutes } from "./allocations.ts";
import { alertRoutes } from "./alerts.ts";
import { changeRoutes } from "./changes.ts";
import type { ApiSources } from "./contract.ts";
import { diagnosisRoutes } from "./diagnosis.ts";
import { eventRoutes } from "./events.ts";
import { flowDayRoutes } from "./flow-days.ts";
import { flowRoutes } from "./flow.ts";
import { gapRoutes } from "./gaps.ts";
import { type Access, gate, onlyOwnOrigin } from "../access/gate.ts";
import { loginRoutes } from "../access/login.ts";
import { auditRoutes } from "./audit.ts";
import { answerFailure, limitedBody, onlyOwnHosts } from "./guard.ts";
import { incidentRoutes } from "./incidents.ts";
import { metricRoutes } from "./metrics.ts";
import { overviewRoutes } from "./overview.ts";
import { pageRoutes } from "./pages.ts";
import { patternRoutes } from "./patterns.ts";
import { processRoutes } from "./processes.ts";
import { receiverRoutes } from "../receive/routes.ts";
import { statusRoutes } from "./status.ts";
import { targetRoutes } from "./targets.ts";

export interface AppOptions {
  readonly sources: ApiSources;
  readonly access: Access;
  /** The address that is bound: its name is allowed as Host. */
  readonly host: string;
  readonly onBug: (error: unknown) => void;
  /** Folder of the built pages; null answers requests for them with what to do. */
  readonly pages: string | null;
}

/** The HTTP API, without a socket: tests call `app.request()`. */
export function createApp({ sources, access, host, onBug, pages }: AppOptions): OpenAPIHono {
  const app = new OpenAPIHono();
  // Where everybody has to show a token, a name of somebody else's gets nobody in.
  if (access.tokens === null) app.use(onlyOwnHosts(host));
  app.use(onlyOwnOrigin(access));
  app.onError(answerFailure(onBug));
  app.notFound((c) => c.json(new HeaptideError("NOT_FOUND", { what: `page ${c.req.path}` }).toJSON(), 404));

  // What restarts a container that hangs has no token, and learns no more than that this one does not.
  app.get("/healthz", (c) => c.text("ok\n"));
  app.route("/", loginRoutes(access));
  app.use(gate(access));
  // Before the bound of ordinary requests: they have bounds of their own.
  app.route("/", receiverRoutes(sources.intake, sources.admission));
  app.route("/api/agent", agentRoutes(sources));
  app.use(limitedBody);
  app.route("/", metricRoutes(sources));
  app.route("/api", statusRoutes(sources));
  app.route("/api", targetRoutes(sources));
  app.route("/api", overviewRoutes(sources));
  app.route("/api", processRoutes(sources));
  app.route("/api", allocationRoutes(sources));
  app.route("/api", changeRoutes(sources));
  app.route("/api", flowRoutes(sources));
  app.route("/api", flowDayRoutes(sources));
  app.route("/api", gapRoutes(sources));
  app.route("/api", patternRoutes(sources));
  app.route("/api", diagnosisRoutes(sources));
  app.route("/api", incidentRoutes(sources));
  app.route("/api", alertRoutes(sources));
  app.route("/api", eventRoutes(sources));
  app.route("/api", agentListRoutes(sources));
  app.route("/api", auditRoutes(access));
  app.route("/", pageRoutes(pages));
  app.doc31("/api/openapi.json", { openapi: "3.1.0", info: { title: "Heaptide", version: "1" } });
  return app;
}
