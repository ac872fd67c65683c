import { OpenAPIHono } from "@hono/zod-openapi";
import { HeaptideError } from "@heaptide/base";
import { allocationRoutes } from "./allocations.ts";
import { alertRoutes } from "./alerts.ts";
import { changeRoutes } from "./changes.ts";
import type { ApiSources } from "./contract.ts";
import { diagnosisRoutes } from "./diagnosis.ts";
import { eventRoutes } from "./events.ts";
import { flowDayRoutes } from "./flow-days.ts";
import { flowRoutes } from "./flow.ts";
import { gapRoutes } from "./gaps.ts";
import { answerFailure, limitedBody, onlyOwnHosts, onlyReadersFromAfar } from "./guard.ts";
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
  /** The address that is bound: its name is allowed as Host. */
  readonly host: string;
  readonly onBug: (error: unknown) => void;
  /** Folder of the built pages; null answers requests for them with what to do. */
  readonly pages: string | null;
}

/** The HTTP API, without a socket: tests call `app.request()`. */
export function createApp({ sources, host, onBug, pages }: AppOptions): OpenAPIHono {
  const app = new OpenAPIHono();
  app.use(onlyOwnHosts(host));
  app.use(onlyReadersFromAfar(host));
  app.onError(answerFailure(onBug));
  app.notFound((c) => c.json(new HeaptideError("NOT_FOUND", { what: `page ${c.req.path}` }).toJSON(), 404));

  // Before the bound of ordinary requests: they have bounds of their own.
  app.route("/", receiverRoutes(sources.intake));
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
  app.route("/", pageRoutes(pages));
  app.doc31("/api/openapi.json", { openapi: "3.1.0", info: { title: "Heaptide", version: "1" } });
  return app;
}
