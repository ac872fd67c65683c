import { Hono } from "hono";
import { CONTENT_TYPE, exposition } from "../metrics/exposition.ts";
import type { ApiSources } from "./contract.ts";

/** `GET /metrics`, for Prometheus and whatever reads OpenMetrics. */
export function metricRoutes(sources: ApiSources): Hono {
  return new Hono().get("/metrics", (c) => c.text(exposition(sources), 200, { "content-type": CONTENT_TYPE }));
}
