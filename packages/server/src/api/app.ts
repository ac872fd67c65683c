import { OpenAPIHono } from "@hono/zod-openapi";
import { HeaptideError } from "@heaptide/base";
import { changeRoutes } from "./changes.ts";
import type { ApiSources } from "./contract.ts";
import { diagnosisRoutes } from "./diagnosis.ts";
import { eventRoutes } from "./events.ts";
import { answerFailure, limitedBody, onlyOwnHosts } from "./guard.ts";
import { processRoutes } from "./processes.ts";
import { statusRoutes } from "./status.ts";

export interface AppOptions {
  readonly sources: ApiSources;
  /** The address that is bound: its name is allowed as Host. */
  readonly host: string;
  readonly onBug: (error: unknown) => void;
}

/** The HTTP API, without a socket: tests call `app.request()`. */
export function createApp({ sources, host, onBug }: AppOptions): OpenAPIHono {
  const app = new OpenAPIHono();
  app.use(onlyOwnHosts(host), limitedBody);
  app.onError(answerFailure(onBug));
  app.notFound((c) => c.json(new HeaptideError("NOT_FOUND", { what: `page ${c.req.path}` }).toJSON(), 404));

  app.get("/", (c) => c.json({ name: "heaptide", api: "/api/openapi.json", diagnosis: "/api/diagnosis", events: "/api/events" }));
  app.route("/api", statusRoutes(sources));
  app.route("/api", processRoutes(sources));
  app.route("/api", changeRoutes(sources));
  app.route("/api", diagnosisRoutes(sources));
  app.route("/api", eventRoutes(sources));
  app.doc31("/api/openapi.json", { openapi: "3.1.0", info: { title: "Heaptide", version: "1" } });
  return app;
}
