import { Delivery } from "@heaptide/model";
import { defineCommand } from "../command.ts";
import { formatDeliveries } from "../format/alert.ts";
import { textArgument } from "../options.ts";
import { SERVER_OPTIONS, ServerClient } from "../server-client.ts";

export interface AlertRetryResult {
  readonly type: "alert-retry";
  readonly server: string;
  readonly delivery: Delivery;
}

export const command = defineCommand({
  description:
    "Puts a notification that was given up back into its channel's queue. `heaptide alert` lists those, with their ids and what the problem was.",
  options: { delivery: textArgument("delivery", "id of the notification"), ...SERVER_OPTIONS },
  examples: [{ line: "heaptide alert retry 0mabc-000000003-1f2e3d4c", says: "after the channel was mended" }],
  async run({ environment, signal }, { server, delivery: id }): Promise<AlertRetryResult> {
    const client = new ServerClient(server, environment, signal);
    const delivery = await client.post(`/api/alerts/deliveries/${encodeURIComponent(id)}/retry`, {}, Delivery);
    return { type: "alert-retry", server: client.url, delivery };
  },
  format: ({ delivery }, terminal) => formatDeliveries([delivery], terminal),
});
