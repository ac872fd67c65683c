import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { z } from "zod";
import { search, SearchQuery } from "./search.ts";
import { type Trouble, Troubles } from "./trouble.ts";

/** The one version of the API that is documented. */
export const API_VERSION = "2025-06-17";

export interface PlacesOptions {
  readonly host?: string;
  /** 0 lets the system choose. */
  readonly port?: number;
  /** The service key that callers must send. */
  readonly key?: string;
  /** Of every answer, milliseconds. */
  readonly latency?: number;
  /** Decides where the places are. */
  readonly seed?: number;
  /** All places are there: Berlin, Hamburg, Leipzig, Köln or München. By default anywhere of these. */
  readonly town?: string;
}

export interface PlacesServer {
  /** Without a slash at its end. */
  readonly url: string;
  readonly port: number;
  readonly key: string;
  /** Requests so far, whatever became of them. */
  requests(): number;
  /** More trouble from the next request on. */
  fail(trouble: Trouble): void;
  /** No more trouble. */
  recover(): void;
  /** Closes the port and every connection, stalled ones too. Any number of calls. */
  stop(): Promise<void>;
}

/**
 * A stand-in of the Foursquare Places API on this machine: the search, its authentication, its errors and its bad days.
 * Source: docs.foursquare.com, Places API, "Place Search" and "Errors", API version 2025-06-17.
 */
export async function startPlaces(options: PlacesOptions = {}): Promise<PlacesServer> {
  const { host = "127.0.0.1", port = 0, key = "dataspa", latency = 0, seed = 1 } = options;
  const troubles = new Troubles();
  const stopped = new AbortController();
  let requests = 0;

  const app = new Hono();
  app.use(async (c, next) => {
    requests++;
    const trouble = troubles.next();
    await delay(latencyWith(trouble, latency), AbortSignal.any([stopped.signal, c.req.raw.signal]));
    if (!trouble || !("status" in trouble)) return next();
    return c.json({ message: MESSAGES[trouble.status] ?? "Error." }, trouble.status as ContentfulStatusCode);
  });
  app.use("/places/*", async (c, next) => {
    if (c.req.header("Authorization") !== `Bearer ${key}`) return c.json({ message: MESSAGES[401] }, 401);
    if (c.req.header("X-Places-Api-Version") !== API_VERSION) {
      return c.json({ message: `The header X-Places-Api-Version must be ${API_VERSION}.` }, 400);
    }
    return next();
  });
  app.get("/places/search", (c) => {
    const query = SearchQuery.safeParse(c.req.query());
    return query.success ? c.json(search(query.data, seed, options.town)) : c.json({ message: z.prettifyError(query.error) }, 400);
  });
  app.notFound((c) => c.json({ message: MESSAGES[404] }, 404));

  const server = serve({ fetch: app.fetch, hostname: host, port }) as Server;
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host}:${address.port}`,
    port: address.port,
    key,
    requests: () => requests,
    fail: (trouble) => troubles.add(trouble),
    recover: () => troubles.clear(),
    stop: async () => {
      if (stopped.signal.aborted) return;
      stopped.abort();
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** As documented; the limit of requests and the servers' trouble have no documented text. */
const MESSAGES: Readonly<Record<number, string>> = {
  401: "Invalid request token.",
  403: "The requested information is restricted.",
  404: "Endpoint does not exist.",
  429: "Too many requests.",
  500: "Internal server error.",
  503: "Service unavailable.",
};

function latencyWith(trouble: Trouble | undefined, usual: number): number {
  if (trouble && "stall" in trouble) return Number.POSITIVE_INFINITY;
  return trouble && "latency" in trouble ? trouble.latency : usual;
}

/** Until the time (milliseconds, infinite too) is over, or nobody waits for the answer any more. */
async function delay(time: number, given: AbortSignal): Promise<void> {
  if (time === 0 || given.aborted) return;
  if (time === Number.POSITIVE_INFINITY) await once(given, "abort");
  else
    await pause(time, undefined, { signal: given }).catch((error: Error) => {
      if (error.name !== "AbortError") throw error;
    });
}
