import { z } from "@hono/zod-openapi";
import type { Context } from "hono";

/** What every failure of the API looks like. */
export const Problem = z.object({ code: z.string(), message: z.string(), next: z.string() }).openapi("Problem");

/** A request that does not fit the contract is answered with what is wrong about it, in words. */
export function refuseInvalid(result: { success: boolean; error?: unknown }, c: Context) {
  if (result.success) return undefined;
  const [issue] = (result.error as z.ZodError).issues;
  const where = issue!.path.join(".");
  const message = `The request is not valid: ${where === "" ? "" : `${where}: `}${issue!.message}.`;
  return c.json({ code: "INVALID_REQUEST", message, next: "GET /api/openapi.json describes every request." }, 400);
}
