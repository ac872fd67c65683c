import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { Alarm, AlertRule, ChannelShown, Delivery, Silence } from "@heaptide/model";
import { answers, type ApiSources } from "./contract.ts";
import { refuseInvalid } from "./validation.ts";

const Id = z.object({ id: z.string() });
const json = <Schema extends z.ZodType>(schema: Schema) => ({ required: true, content: { "application/json": { schema } } });

const overview = createRoute({
  method: "get",
  path: "/alerts",
  responses: answers(
    z.object({
      alarms: z.array(Alarm),
      rules: z.array(AlertRule),
      silences: z.array(Silence),
      channels: z.array(ChannelShown),
      deliveries: z.array(Delivery),
    }),
    "Alarms (firing first), rules, silences, channels, and the latest notifications with what became of them",
  ),
});

/** Everything but what a rule is about. */
const RuleChange = AlertRule.omit({ id: true, when: true }).partial().strict();

const changeRule = createRoute({
  method: "patch",
  path: "/alerts/rules/{id}",
  request: { params: Id, body: json(RuleChange) },
  responses: answers(AlertRule, "The rule as it is now; the change outlives a restart"),
});

const silence = createRoute({
  method: "post",
  path: "/alerts/silences",
  request: {
    body: json(
      Silence.omit({ id: true })
        .extend({ from: z.iso.datetime().optional() })
        .strict()
        .refine(({ matchers }) => Object.keys(matchers).length > 0, { path: ["matchers"], message: "at least one label is needed" }),
    ),
  },
  responses: answers(Silence, "The silence, from now on unless it says otherwise"),
});

const endSilence = createRoute({
  method: "delete",
  path: "/alerts/silences/{id}",
  request: { params: Id },
  responses: answers(Silence, "The silence, ended now"),
});

const test = createRoute({
  method: "post",
  path: "/alerts/test",
  request: { body: json(z.strictObject({ channel: z.string().nullable().default(null) })) },
  responses: answers(z.array(Delivery), "A test message was sent to the channel, or to all; what became of it"),
});

const retry = createRoute({
  method: "post",
  path: "/alerts/deliveries/{id}/retry",
  request: { params: Id },
  responses: answers(Delivery, "A notification that was given up waits again"),
});

const SHOWN_DELIVERIES = 200;

export function alertRoutes({ alerts, now }: Pick<ApiSources, "alerts" | "now">) {
  return new OpenAPIHono({ defaultHook: refuseInvalid })
    .openapi(overview, async (c) => {
      const { alarms, rules, silences, channels, deliveries } = alerts;
      return c.json(
        {
          alarms: [...alarms],
          rules: [...rules],
          silences: [...silences],
          channels: [...channels],
          deliveries: deliveries.slice(0, SHOWN_DELIVERIES),
        },
        200,
      );
    })
    .openapi(changeRule, async (c) => {
      const given = Object.entries(c.req.valid("json")).filter(([, value]) => value !== undefined);
      return c.json(await alerts.changeRule(c.req.valid("param").id, Object.fromEntries(given)), 200);
    })
    .openapi(silence, async (c) => {
      const { from, ...rest } = c.req.valid("json");
      return c.json(await alerts.silence({ ...rest, from: from ?? new Date(now()).toISOString() }), 200);
    })
    .openapi(endSilence, async (c) => c.json(await alerts.endSilence(c.req.valid("param").id), 200))
    .openapi(test, async (c) => c.json(await alerts.test(c.req.valid("json").channel), 200))
    .openapi(retry, async (c) => c.json(await alerts.retry(c.req.valid("param").id), 200));
}
