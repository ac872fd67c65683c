import { type Channel, headlineOf, type Message, type SendRequest, targetOf, textOf } from "./channel.ts";

export interface ChatSettings {
  readonly name: string;
  readonly url: string;
  readonly allowPrivate: boolean;
}

/** Each room for chat has its own document; all take it by POST at an address that is its own password. */
function room(kind: string, documentOf: (message: Message) => unknown) {
  return ({ name, url, allowPrivate }: ChatSettings, send: SendRequest): Channel => ({
    name,
    kind,
    target: targetOf(url),
    send: (message, signal) =>
      send({ url, headers: { "content-type": "application/json" }, body: JSON.stringify(documentOf(message)) }, allowPrivate, signal),
  });
}

/** Slack's longest text of a section is 3,000 characters, its longest header 150. */
export const slack = room("slack", (message) => ({
  text: headlineOf(message),
  blocks: [
    { type: "header", text: { type: "plain_text", text: headlineOf(message).slice(0, 150) } },
    { type: "section", text: { type: "mrkdwn", text: escapedForSlack(textOf(message)).slice(0, 3000) || " " } },
  ],
}));

const escapedForSlack = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** A workflow of Microsoft Teams takes an adaptive card. */
export const teams = room("teams", (message) => ({
  type: "message",
  attachments: [
    {
      contentType: "application/vnd.microsoft.card.adaptive",
      content: {
        $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
        type: "AdaptiveCard",
        version: "1.4",
        body: [
          { type: "TextBlock", size: "Medium", weight: "Bolder", wrap: true, text: headlineOf(message) },
          { type: "TextBlock", wrap: true, text: textOf(message) },
        ],
        actions: message.link === null ? [] : [{ type: "Action.OpenUrl", title: "Incident", url: message.link }],
      },
    },
  ],
}));

const DISCORD_RED = 0xd0_3b_3b;
const DISCORD_GREEN = 0x2e_9e_6b;

/** Discord cuts titles at 256 and descriptions at 4,096 characters with an error, so they are cut here. Mentions in a log line must call nobody. */
export const discord = room("discord", (message) => ({
  allowed_mentions: { parse: [] },
  embeds: [
    {
      title: headlineOf(message).slice(0, 256),
      description: textOf(message).slice(0, 4096),
      color: message.event === "resolved" ? DISCORD_GREEN : DISCORD_RED,
      ...(message.link !== null && { url: message.link }),
      timestamp: new Date(message.at).toISOString(),
    },
  ],
}));
