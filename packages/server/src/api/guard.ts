import { HeaptideError, isHeaptideError } from "@heaptide/base";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import type { Context, MiddlewareHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

const BODY_LIMIT = 1 << 20;
const LOOPBACK = new Set(["127.0.0.1", "localhost", "::1", "[::1]"]);

export const isLoopback = (address: string): boolean => LOOPBACK.has(address.toLowerCase());

/**
 * Refuses requests whose Host header is a name of somebody else's. A web page can let its own name resolve to 127.0.0.1 and then read what listens there as if it were
 * its own ("DNS rebinding"); what it cannot do is send another Host.
 * @param bound the address that the server was told to bind; bound to another than loopback, that one is allowed too, or any for a wildcard
 */
export function onlyOwnHosts(bound: string): MiddlewareHandler {
  const wildcard = bound === "0.0.0.0" || bound === "::";
  return async (c, next) => {
    const host = c.req.header("host") ?? "";
    const name = host.replace(/:\d+$/, "").toLowerCase();
    if (!wildcard && !LOOPBACK.has(name) && name !== bound.toLowerCase()) throw new HeaptideError("FOREIGN_HOST", { host });
    await next();
  };
}

export const limitedBody: MiddlewareHandler = bodyLimit({
  maxSize: BODY_LIMIT,
  onError: () => {
    throw new HeaptideError("REQUEST_TOO_LARGE", { limit: BODY_LIMIT });
  },
});

const STATUS: Readonly<Record<string, ContentfulStatusCode>> = {
  NOT_FOUND: 404,
  INVALID_REQUEST: 400,
  FOREIGN_HOST: 403,
  FOREIGN_ORIGIN: 403,
  REQUEST_TOO_LARGE: 413,
  DISK_FULL: 507,
  STORE_CLOSED: 503,
  TOO_BUSY: 429,
  TOO_MANY_REQUESTS: 429,
  NO_CHANNEL: 404,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  OTHER_AGENT: 403,
};

/** Every failure leaves as `{ code, message, next }`; a bug tells nothing of its inside, it is in the log. */
export function answerFailure(onBug: (error: unknown) => void): (error: Error, c: Context) => Response {
  return (error, c) => {
    // Hono's own, for a body that is no JSON.
    if (error instanceof HTTPException && error.status === 400) {
      return c.json(new HeaptideError("INVALID_REQUEST", { problem: error.message }).toJSON(), 400);
    }
    if (isHeaptideError(error, "UNAUTHORIZED") && c.req.method === "GET" && c.req.header("accept")?.includes("text/html")) {
      return c.redirect(`/login?next=${encodeURIComponent(c.req.path)}`);
    }
    if (isHeaptideError(error)) return c.json(error.toJSON(), STATUS[error.code] ?? 503);
    onBug(error);
    return c.json(
      { code: "BUG", message: "The request failed because of a bug.", next: "Please report it, with the log of the server." },
      500,
    );
  };
}
