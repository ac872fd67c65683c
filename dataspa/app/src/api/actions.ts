import { TransportBusyError } from "@dataspa/transport";
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { ActionIntake } from "../actions/intake.ts";
import type { Buckets } from "../buckets.ts";
import { Problem, refuseInvalid } from "./problem.ts";

const MOST_AT_ONCE = 100;

const Action = z.strictObject({
  id: z
    .string()
    .regex(/^[\w-]{8,64}$/)
    .openapi({
      description: "Chosen by the client, a UUID: the same action sent again has the same",
      example: "0b8f2c1e-1f0a-4a8e-9d55-6f0a5c1e9b77",
    }),
  type: z.enum(["view", "save", "hide", "went"]),
  event: z.string().min(1).max(200),
  user: z
    .string()
    .regex(/^[\w-]{8,64}$/)
    .openapi({ description: "Chosen by the client at random; nothing else is known of a user" }),
});
const Actions = z.union([Action, z.array(Action).min(1).max(MOST_AT_ONCE)]);

const route = createRoute({
  method: "post",
  path: "/actions",
  request: { body: { required: true, content: { "application/json": { schema: Actions } } } },
  responses: {
    202: {
      description: "On the disk; what is done with them comes later",
      content: { "application/json": { schema: z.object({ accepted: z.int(), repeated: z.int() }) } },
    },
    400: { description: "Not valid; nothing of it was taken", content: { "application/json": { schema: Problem } } },
    429: { description: "Too many of this user", content: { "application/json": { schema: Problem } } },
    503: { description: "Cannot be kept now; send it again", content: { "application/json": { schema: Problem } } },
  },
});

export function actionRoutes(intake: ActionIntake, buckets: Buckets): OpenAPIHono {
  return new OpenAPIHono({ defaultHook: refuseInvalid }).openapi(route, async (c) => {
    const body = c.req.valid("json");
    const actions = Array.isArray(body) ? body : [body];
    const wait = buckets.take(actions[0]!.user, actions.length, Date.now());
    if (wait > 0) {
      c.header("Retry-After", String(Math.ceil(wait / 1000)));
      return c.json(
        { code: "TOO_MANY_ACTIONS", message: "This user sends more actions than a person can.", next: `Try again in ${wait} ms.` },
        429,
      );
    }
    try {
      return c.json(await intake.take(actions), 202);
    } catch (error) {
      c.header("Retry-After", "1");
      const busy = error instanceof TransportBusyError;
      const message = busy ? "More actions wait to be written than is allowed." : "The actions could not be written.";
      return c.json({ code: busy ? "BUSY" : "NOT_WRITTEN", message, next: "Send them again, with the same ids." }, 503);
    }
  });
}
