import type { Alarm } from "@heaptide/model";
import { type Channel, type Message, type SendRequest, targetOf, textOf } from "./channel.ts";

export interface WebhookSettings {
  readonly name: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** `{{title}}` and the like, escaped for JSON; by default a document with everything. */
  readonly template?: string | undefined;
  readonly allowPrivate: boolean;
}

/** POSTs JSON to an address: the whole message, or what a template makes of it. */
export function webhook({ name, url, headers = {}, template, allowPrivate }: WebhookSettings, send: SendRequest): Channel {
  return {
    name,
    kind: "webhook",
    target: targetOf(url),
    send: (message, signal) => {
      const body = template === undefined ? JSON.stringify(documentOf(message)) : filled(template, message);
      return send({ url, headers: { "content-type": "application/json", ...headers }, body }, allowPrivate, signal);
    },
  };
}

function documentOf({ id, event, at, title, alarms, link }: Message): Record<string, unknown> {
  return { id, event, at: new Date(at).toISOString(), title, link, alarms: alarms.map(shown) };
}

const shown = ({ key, rule, state, severity, title, text, labels, incident, since, resolvedAt }: Alarm) => ({
  key,
  rule,
  state,
  severity,
  title,
  text,
  labels,
  incident,
  since,
  resolvedAt,
});

function filled(template: string, message: Message): string {
  const first = message.alarms[0];
  const values: Record<string, string> = {
    id: message.id,
    event: message.event,
    at: new Date(message.at).toISOString(),
    title: message.title,
    text: textOf(message),
    link: message.link ?? "",
    severity: first?.severity ?? "info",
    incident: first?.incident ?? "",
    process: first?.labels["process_name"] ?? "",
    job: first?.labels["job"] ?? "",
  };
  return template.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : JSON.stringify(value).slice(1, -1);
  });
}
