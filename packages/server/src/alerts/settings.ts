import { readFile } from "node:fs/promises";
import { HeaptideError, parseDuration } from "@heaptide/base";
import { ALERT_CONDITIONS, type AlertRule, SEVERITIES } from "@heaptide/model";
import { parseDocument } from "yaml";
import { z } from "zod";
import { alertmanager } from "./channels/alertmanager.ts";
import type { Channel } from "./channels/channel.ts";
import { discord, slack, teams } from "./channels/chat.ts";
import { email } from "./channels/email.ts";
import { ntfy } from "./channels/ntfy.ts";
import { webhook } from "./channels/webhook.ts";
import { DEFAULT_RULES } from "./rules.ts";
import { sendRequest } from "./send-request.ts";

const name = z.string().regex(/^[\w.-]{1,60}$/, "letters, digits, dots and dashes");
const url = z.url({ protocol: /^https?$/ });
const duration = z.string().transform((text, context) => {
  const parsed = parseDuration(text);
  if (parsed !== undefined) return Number(parsed);
  context.addIssue({ code: "custom", message: "a duration such as 90s, 5m or 2h" });
  return z.NEVER;
});

const Hook = z.strictObject({ name, url, "allow-private": z.boolean().default(false) });
const ChannelSettings = z.discriminatedUnion("kind", [
  Hook.extend({ kind: z.literal("webhook"), headers: z.record(z.string(), z.string()).optional(), template: z.string().optional() }),
  Hook.extend({ kind: z.literal("slack") }),
  Hook.extend({ kind: z.literal("teams") }),
  Hook.extend({ kind: z.literal("discord") }),
  Hook.extend({ kind: z.literal("alertmanager") }),
  Hook.extend({ kind: z.literal("ntfy"), url: url.default("https://ntfy.sh"), topic: z.string().min(1), token: z.string().optional() }),
  z.strictObject({
    kind: z.literal("email"),
    name,
    host: z.string().min(1),
    port: z.number().int().min(1).max(65_535).default(587),
    secure: z.boolean().default(false),
    user: z.string().optional(),
    password: z.string().optional(),
    from: z.string().min(1),
    to: z.array(z.string().min(1)).min(1),
  }),
]);

/** What is not said stays as the default rule of that id, or of that condition, has it. */
const RuleSettings = z.strictObject({
  id: name,
  name: z.string().optional(),
  when: z.enum(ALERT_CONDITIONS).optional(),
  enabled: z.boolean().optional(),
  severity: z.enum(SEVERITIES).optional(),
  within: duration.optional(),
  for: duration.optional(),
  keep: duration.optional(),
  repeat: duration.nullable().optional(),
  "escalate-after": duration.nullable().optional(),
  "escalate-to": z.array(name).optional(),
  channels: z.array(name).nullable().optional(),
});

const AlertsFile = z.strictObject({
  channels: z.array(ChannelSettings).default([]),
  rules: z.array(RuleSettings).default([]),
});

export interface AlertSettings {
  readonly channels: readonly Channel[];
  readonly rules: readonly AlertRule[];
}

export const NO_ALERT_SETTINGS: AlertSettings = { channels: [], rules: DEFAULT_RULES };

type Fail = (problem: string) => never;
type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Channels and rules from a YAML file. `${NAME}` in a value is the variable of the environment: a secret need not stand in a file.
 * @throws ALERTS_FILE_UNREADABLE
 */
export async function readAlertSettings(file: string, variables: Variables): Promise<AlertSettings> {
  const fail: Fail = (problem) => {
    throw new HeaptideError("ALERTS_FILE_UNREADABLE", { file, problem });
  };
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
  const document = parseDocument(text);
  if (document.errors[0]) fail(document.errors[0].message.split("\n")[0]!.replace(/[.:]$/, ""));
  const parsed = AlertsFile.safeParse(substituted(document.toJS() ?? {}, variables, fail));
  if (!parsed.success) return fail(parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
  const { channels, rules } = parsed.data;
  const names = channels.map((channel) => channel.name);
  for (const used of rules.flatMap((rule) => [...(rule.channels ?? []), ...(rule["escalate-to"] ?? [])])) {
    if (!names.includes(used)) fail(`there is no channel ${used}`);
  }
  if (new Set(names).size < names.length) fail("two channels have the same name");
  return { channels: channels.map(channelOf), rules: withRules(rules, fail) };
}

function channelOf(settings: z.infer<typeof ChannelSettings>): Channel {
  if (settings.kind === "email") return email(settings);
  const send = sendRequest.bind(null, settings.name);
  const own = { ...settings, allowPrivate: settings["allow-private"] };
  switch (own.kind) {
    case "webhook":
      return webhook(own, send);
    case "slack":
      return slack(own, send);
    case "teams":
      return teams(own, send);
    case "discord":
      return discord(own, send);
    case "alertmanager":
      return alertmanager(own, send);
    case "ntfy":
      return ntfy(own, send);
  }
}

function withRules(settings: readonly z.infer<typeof RuleSettings>[], fail: Fail): AlertRule[] {
  const rules = new Map(DEFAULT_RULES.map((rule) => [rule.id, rule]));
  for (const { "escalate-after": escalateAfter, "escalate-to": escalateTo, ...own } of settings) {
    const model = rules.get(own.id) ?? DEFAULT_RULES.find(({ when }) => when === own.when);
    if (model === undefined) return fail(`rule ${own.id} is none of the default ones, and names no condition (when)`);
    const changed = { ...own, escalateAfter, escalateTo };
    const given = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined));
    rules.set(own.id, { ...model, ...given });
  }
  return [...rules.values()];
}

function substituted(value: unknown, variables: Variables, fail: Fail): unknown {
  if (typeof value === "string")
    return value.replaceAll(/\$\{(\w+)\}/g, (_, variable: string) => variables[variable] ?? fail(`the variable ${variable} is not set`));
  if (Array.isArray(value)) return value.map((one) => substituted(one, variables, fail));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, substituted(one, variables, fail)]));
}
