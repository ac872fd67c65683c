import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ServingStore } from "@dataspa/serving";
import type { TopicWriter } from "@dataspa/transport";
import { serve } from "@hono/node-server";
import { OpenAPIHono } from "@hono/zod-openapi";
import { HTTPException } from "hono/http-exception";
import { ActionIntake } from "./actions/intake.ts";
import { actionRoutes } from "./api/actions.ts";
import { eventRoutes } from "./api/events.ts";
import { flowRoutes } from "./api/flow.ts";
import { limitBody } from "./body-limit.ts";
import { Buckets } from "./buckets.ts";
import type { FlowSource } from "./flow-source.ts";
import { metricsOf } from "./metrics.ts";
import { serveStatic } from "./static.ts";

/** The topic of users' actions. */
export const ACTIONS_TOPIC = "actions";

export interface AppOptions {
  readonly store: ServingStore;
  readonly flow: FlowSource;
  /** Of actions. */
  readonly writer: TopicWriter;
  readonly timeZone: string;
  readonly host?: string;
  /** 0 lets the system choose. */
  readonly port?: number;
  /** Milliseconds; by default the present. */
  readonly now?: () => number;
  /** Told what failed because of a bug. */
  readonly onBug?: (error: unknown) => void;
  /** Actions of one user: a second, and at once. */
  readonly rate?: { readonly perSecond: number; readonly burst: number };
}

export interface App extends AsyncDisposable {
  readonly url: string;
}

const LARGEST_BODY = 64 * 1024;
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** The platform's face: events, actions, data flow, metrics and the pages that show them. */
export async function startApp(options: AppOptions): Promise<App> {
  const { host = "127.0.0.1", port = 0, rate = { perSecond: 20, burst: 100 } } = options;
  const intake = new ActionIntake(options.writer);
  const app = createApp(options, intake, new Buckets(rate.perSecond, rate.burst), host);
  const server = serve({ fetch: app.fetch, hostname: host, port }) as Server;
  const failed = once(server, "error").then(([error]) => Promise.reject(error as Error));
  await Promise.race([once(server, "listening"), failed]);
  failed.catch(() => {});
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host}:${address.port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      // Requests under way get their answer; connections that only wait are ended.
      server.closeIdleConnections();
      const patience = setTimeout(() => server.closeAllConnections(), 3_000);
      await closed;
      clearTimeout(patience);
      await intake[Symbol.asyncDispose]();
    },
  };
}

function createApp(options: AppOptions, intake: ActionIntake, buckets: Buckets, host: string): OpenAPIHono {
  const app = new OpenAPIHono();
  const metrics = metricsOf(options.flow, intake);
  // A foreign page can let its own name resolve to this address; its Host header gives it away.
  app.use(async (c, next) => {
    const name = (c.req.header("host") ?? "").replace(/:\d+$/, "").toLowerCase();
    if (LOOPBACK.has(host) && !LOOPBACK.has(name))
      return c.json(problem("FOREIGN_HOST", "This server answers to loopback names only."), 403);
    return next();
  });
  app.use(
    "/api/*",
    limitBody(LARGEST_BODY, (c) => c.json(problem("TOO_LARGE", `The body is larger than ${LARGEST_BODY} bytes.`), 413)),
  );
  app.route("/api", actionRoutes(intake, buckets));
  app.route("/api", eventRoutes(options.store, { timeZone: options.timeZone, now: options.now ?? Date.now }));
  app.route("/api", flowRoutes(options.flow));
  app.get("/metrics", async (c) => c.text(await metrics.text(), 200, { "Content-Type": metrics.contentType }));
  app.doc31("/api/openapi.json", { openapi: "3.1.0", info: { title: "dataspa: what is on in my town", version: "1" } });
  serveStatic(app);
  app.notFound((c) => c.json(problem("NOT_FOUND", `There is nothing at ${c.req.path}.`), 404));
  app.onError((error, c) => {
    if (error instanceof HTTPException && error.status < 500) return c.json(problem("INVALID_REQUEST", error.message), error.status);
    options.onBug?.(error);
    return c.json(problem("BUG", "The request failed because of a bug."), 500);
  });
  return app;
}

const problem = (code: string, message: string) => ({ code, message, next: "GET /api/openapi.json describes every request." });
