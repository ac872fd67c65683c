import type { Alarm } from "@heaptide/model";
import { type Channel, type SendRequest, targetOf } from "./channel.ts";
import type { ChatSettings } from "./chat.ts";

/** Alertmanager takes an alert for over that nobody has repeated for its `endsAt`; Prometheus itself repeats each minute and names four times that. */
const REFRESH_EVERY = 60_000;
const HOLDS_FOR = 4 * REFRESH_EVERY;

/**
 * Prometheus Alertmanager, API v2: POST /api/v2/alerts with a list of alerts. Layout: github.com/prometheus/alertmanager, api/v2/openapi.yaml. Labels are the identity
 * of an alert, so they hold nothing that changes while it lasts; what changes are annotations.
 */
export function alertmanager({ name, url, allowPrivate }: ChatSettings, send: SendRequest): Channel {
  const address = `${url.replace(/\/+$/, "")}/api/v2/alerts`;
  return {
    name,
    kind: "alertmanager",
    target: targetOf(url),
    refreshEvery: REFRESH_EVERY,
    send: ({ alarms, at, link, event, id, title }, signal) => {
      const alerts = event === "test" ? [testAlert(id, title, at)] : alarms.map((alarm) => alertOf(alarm, at, link));
      return send({ url: address, headers: { "content-type": "application/json" }, body: JSON.stringify(alerts) }, allowPrivate, signal);
    },
  };
}

function alertOf({ key, title, text, labels, since, resolvedAt }: Alarm, at: number, link: string | null): Record<string, unknown> {
  const { class: _, ...stable } = labels;
  return {
    labels: { ...stable, source: "heaptide", key },
    annotations: { summary: title, description: text },
    startsAt: since,
    endsAt: resolvedAt ?? new Date(at + HOLDS_FOR).toISOString(),
    ...(link !== null && { generatorURL: link }),
  };
}

const testAlert = (id: string, title: string, at: number): Record<string, unknown> => ({
  labels: { alertname: "heaptide-test", severity: "info", source: "heaptide", key: id },
  annotations: { summary: title },
  startsAt: new Date(at).toISOString(),
  endsAt: new Date(at + REFRESH_EVERY).toISOString(),
});
