import { Delivery } from "@heaptide/model";
import { defineCommand } from "../command.ts";
import { formatDeliveries } from "../format/alert.ts";
import { optionalText } from "../options.ts";
import { SERVER_OPTIONS, ServerClient } from "../server-client.ts";

export interface AlertTestResult {
  readonly type: "alert-test";
  readonly server: string;
  readonly deliveries: readonly Delivery[];
}

export const command = defineCommand({
  description:
    "Has a running server send a test message through one of its channels, or through all, at once and past any silence. " +
    "Says for each whether it was taken, and what the problem was. Exit code 1 where one was not.",
  options: { channel: optionalText("channel", "name of a channel; by default all of them"), ...SERVER_OPTIONS },
  examples: [
    { line: "heaptide alert test", says: "can every channel be reached?" },
    { line: "heaptide alert test on-call", says: "can this one?" },
  ],
  async run({ environment, signal }, { server, channel }): Promise<AlertTestResult> {
    const client = new ServerClient(server, environment, signal);
    const deliveries = await client.post("/api/alerts/test", { channel: channel ?? null }, Delivery.array());
    return { type: "alert-test", server: client.url, deliveries };
  },
  format: ({ deliveries }, terminal) => formatDeliveries(deliveries, terminal),
  exitCode: ({ deliveries }) => (deliveries.every(({ state }) => state === "delivered") ? 0 : 1),
});
