import { Alarm, ChannelShown, Delivery, Silence } from "@heaptide/model";
import { z } from "zod";
import { defineCommand } from "../command.ts";
import { formatAlerts } from "../format/alert.ts";
import { SERVER_OPTIONS, ServerClient } from "../server-client.ts";

const Alerts = z.object({
  alarms: z.array(Alarm),
  silences: z.array(Silence),
  channels: z.array(ChannelShown),
  deliveries: z.array(Delivery),
});

export interface AlertResult extends z.infer<typeof Alerts> {
  readonly type: "alert";
  readonly server: string;
}

export const command = defineCommand({
  description:
    "Shows what a running server alarms about: alarms that fire or are pending, silences, channels, and the notifications that wait or were given up, each with " +
    "its last problem. Exit code 1 where an alarm fires that no silence covers.",
  options: SERVER_OPTIONS,
  examples: [
    { line: "heaptide alert", says: "what fires, and whether it was delivered" },
    { line: "heaptide alert --json", says: "the same, with everything that is kept, for a program" },
  ],
  async run({ environment, signal }, { server }): Promise<AlertResult> {
    const client = new ServerClient(server, environment, signal);
    return { type: "alert", server: client.url, ...(await client.get("/api/alerts", Alerts)) };
  },
  format: formatAlerts,
  exitCode: ({ alarms }) => (alarms.some(({ state, silencedBy }) => state === "firing" && silencedBy === null) ? 1 : 0),
});
