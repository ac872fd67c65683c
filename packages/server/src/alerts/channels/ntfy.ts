import { type Channel, headlineOf, type SendRequest, targetOf, textOf } from "./channel.ts";

export interface NtfySettings {
  readonly name: string;
  /** Address of the server, without the topic. */
  readonly url: string;
  readonly topic: string;
  readonly token?: string | undefined;
  readonly allowPrivate: boolean;
}

/** ntfy's own scale: 5 the most urgent, 3 the default. */
const PRIORITY = { critical: 5, warning: 4, info: 3 } as const;

/** ntfy: JSON by POST to the server's root. Layout: docs.ntfy.sh/publish. */
export function ntfy({ name, url, topic, token, allowPrivate }: NtfySettings, send: SendRequest): Channel {
  return {
    name,
    kind: "ntfy",
    target: targetOf(url),
    send: (message, signal) => {
      const severity = message.event === "resolved" ? "info" : (message.alarms[0]?.severity ?? "info");
      const body = {
        topic,
        title: headlineOf(message),
        message: textOf(message),
        priority: PRIORITY[severity],
        ...(message.link !== null && { click: message.link }),
      };
      const headers = { "content-type": "application/json", ...(token !== undefined && { authorization: `Bearer ${token}` }) };
      return send({ url, headers, body: JSON.stringify(body) }, allowPrivate, signal);
    },
  };
}
