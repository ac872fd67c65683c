import type { Alarm, Delivery } from "@heaptide/model";

/** What a channel is asked to say. */
export interface Message {
  /** The same for every attempt to deliver it: a receiver can tell a repetition. */
  readonly id: string;
  readonly event: Delivery["event"];
  readonly at: number;
  readonly title: string;
  readonly alarms: readonly Alarm[];
  /** Page of the incident in Heaptide's UI; null where no address of it is configured. */
  readonly link: string | null;
}

/** A request to send. Channels that are not HTTP bring their own way. */
export interface OutgoingRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Channel {
  readonly name: string;
  readonly kind: string;
  /** Where it leads, for people, without its secrets. */
  readonly target: string;
  /** Alarms that fire are sent again so often, as a receiver requires that takes silence for their end. */
  readonly refreshEvery?: number;
  /** @throws DELIVERY_FAILED, DELIVERY_REFUSED, TARGET_IS_PRIVATE */
  send(message: Message, signal: AbortSignal): Promise<void>;
}

/** Sends a request; given to channels so that one place guards all targets. */
export type SendRequest = (request: OutgoingRequest, allowPrivate: boolean, signal: AbortSignal) => Promise<void>;

/** Host alone: a hook's path is its password. */
export function targetOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}/…`;
}

const SIGNS: Readonly<Record<Delivery["event"], string>> = { firing: "🔴", resolved: "✅", escalated: "🔺", test: "🔔" };

export const headlineOf = ({ event, title }: Message): string => `${SIGNS[event]} ${event === "firing" ? "" : `[${event}] `}${title}`;

/** One line an alarm, for people. */
export function textOf({ alarms, link }: Message): string {
  const lines = alarms.map(({ text, labels }) => {
    const where = [labels["process_name"], labels["job"]].filter(Boolean).join(", ");
    return where === "" ? text : `${text} (${where})`;
  });
  return [...lines, ...(link === null ? [] : [link])].join("\n");
}
