import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";

/**
 * Refuses bodies above so many bytes. One whose length is announced, which is nearly every one, is judged by that alone: Node ends it there. Hono's own limit opens
 * every body as a stream, which costs more than all the rest that is done for an action.
 */
export function limitBody(bytes: number, refuse: (c: Context) => Response): MiddlewareHandler {
  const whileItComes = bodyLimit({ maxSize: bytes, onError: refuse });
  return async (c, next) => {
    if (c.req.method === "GET" || c.req.method === "HEAD") return next();
    const announced = c.req.header("content-length");
    if (announced === undefined || c.req.header("transfer-encoding") !== undefined) return whileItComes(c, next);
    return Number(announced) > bytes ? refuse(c) : next();
  };
}
