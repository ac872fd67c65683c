import type { Alarm, Delivery, Silence } from "@heaptide/model";
import type { AlertResult } from "../commands/alert.ts";
import type { Terminal } from "../terminal.ts";
import { table } from "./table.ts";

/** What fires, what is silenced, where it is told, and what could not be. Resolved alarms are history: `--json` has them. */
export function formatAlerts({ alarms, silences, channels, deliveries, server }: AlertResult, terminal: Terminal): string {
  const present = alarms.filter(({ state }) => state !== "resolved");
  const undelivered = deliveries.filter(({ state }) => state !== "delivered");
  const now = new Date().toISOString();
  const lasting = silences.filter(({ to }) => to > now);
  return [
    present.length === 0
      ? "No alarm."
      : table(
          ALARM,
          present.map((alarm) => coloured(alarm, terminal)),
          terminal.width,
        ),
    ...(lasting.length === 0 ? [] : ["", table(SILENCE, lasting, terminal.width)]),
    "",
    channels.length === 0
      ? "No channel is configured: alarms are told to nobody (heaptide serve --alerts alerts.yaml)."
      : `Channels: ${channels.map(({ name, kind, target }) => `${name} (${kind}, ${target})`).join("; ")}`,
    ...(undelivered.length === 0 ? [] : ["", formatDeliveries(undelivered, terminal)]),
    ...(undelivered.some(({ state }) => state === "dead") ? ["", `  next:  heaptide alert retry <id> --server ${server}`] : []),
  ].join("\n");
}

export function formatDeliveries(deliveries: readonly Delivery[], terminal: Terminal): string {
  return table(DELIVERY, deliveries, terminal.width);
}

const left = <Row>(title: string, cell: (row: Row) => string) => ({ title, align: "left" as const, cell });

const ALARM = [
  left<Alarm>("state", ({ state, silencedBy, acknowledged }) =>
    silencedBy !== null ? "silenced" : acknowledged ? `${state}, seen to` : state,
  ),
  left<Alarm>("severity", ({ severity }) => severity),
  left<Alarm>("rule", ({ rule }) => rule),
  left<Alarm>("since", ({ since }) => since.slice(0, 19)),
  left<Alarm>("what", ({ title }) => title),
];

const SILENCE = [
  left<Silence>("silence", ({ id }) => id),
  left<Silence>("until", ({ to }) => to.slice(0, 19)),
  left<Silence>("by", ({ by }) => by),
  left<Silence>("alarms with", ({ matchers }) =>
    Object.entries(matchers)
      .map(([label, value]) => `${label}=${value}`)
      .join(","),
  ),
];

const DELIVERY = [
  left<Delivery>("channel", ({ channel }) => channel),
  left<Delivery>("state", ({ state }) => ({ waiting: "waiting", delivered: "delivered", dead: "given up" })[state]),
  left<Delivery>("notification", ({ id }) => id),
  left<Delivery>("attempts", ({ attempts }) => String(attempts)),
  left<Delivery>("what", ({ event, title, problem }) => problem ?? `${event}: ${title}`),
];

function coloured(alarm: Alarm, terminal: Terminal): Alarm {
  const colour = alarm.severity === "critical" ? "red" : "yellow";
  return alarm.state === "firing" && alarm.silencedBy === null ? { ...alarm, title: terminal.style(colour, alarm.title) } : alarm;
}
