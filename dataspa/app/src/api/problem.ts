import { z } from "@hono/zod-openapi";
import type { Context } from "hono";

/** What every failure of the API looks like. */
export const Problem = z.object({ code: z.string(), message: z.string(), next: z.string() }).openapi("Problem");

/** A request that does not fit the contract is answered with what is wrong about it, in words. */
export function refuseInvalid(result: { success: boolean; error?: unknown }, c: Context) {
  if (result.success) return undefined;
  const issue = told((result.error as z.ZodError).issues[0]!);
  const where = issue.path.join(".");
  const message = `The request is not valid: ${where === "" ? "" : `${where}: `}${issue.message}.`;
  return c.json({ code: "INVALID_REQUEST", message, next: "GET /api/openapi.json describes every request." }, 400);
}

type Issue = z.ZodError["issues"][number];

/** Of what may have one form or another, the form that it comes nearest to says what is wrong: the one whose complaint lies deepest. */
function told(issue: Issue): Issue {
  if (issue.code !== "invalid_union") return issue;
  const nearest = issue.errors.map((issues) => issues[0]!).toSorted((a, b) => b.path.length - a.path.length)[0];
  return nearest === undefined ? issue : told(nearest);
}
