import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { AuditEntry } from "../access/audit.ts";
import type { Access } from "../access/gate.ts";
import { answers } from "./contract.ts";

const list = createRoute({
  method: "get",
  path: "/audit",
  responses: answers(z.array(AuditEntry), "Who ordered looks that pause a process, changed something or logged in; the latest first"),
});

export function auditRoutes({ audit }: Pick<Access, "audit">) {
  return new OpenAPIHono().openapi(list, (c) => c.json([...audit.latest], 200));
}
