import { request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import { HeaptideError, isHeaptideError } from "@heaptide/base";
import type { OutgoingRequest } from "./channels/channel.ts";
import { publicLookup, refusePrivateLiteral } from "./private-targets.ts";

const TIMEOUT = 15_000;

/**
 * POSTs to a channel's target. Redirects are not followed: where they lead, nobody has configured. The answer's body is not read into a message, it may repeat a secret.
 * @throws DELIVERY_FAILED, DELIVERY_REFUSED, TARGET_IS_PRIVATE
 */
export async function sendRequest(
  channel: string,
  { url, headers, body }: OutgoingRequest,
  allowPrivate: boolean,
  signal: AbortSignal,
): Promise<void> {
  const target = new URL(url);
  if (!allowPrivate) refusePrivateLiteral(target.hostname);
  const status = await new Promise<number>((resolve, reject) => {
    const request = (target.protocol === "https:" ? overHttps : overHttp)(target, {
      method: "POST",
      headers: { ...headers, "content-length": Buffer.byteLength(body) },
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
      ...(!allowPrivate && { lookup: publicLookup }),
    });
    request.on("error", reject);
    request.on("response", (response) => {
      response.resume();
      response.on("error", reject);
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    request.end(body);
  }).catch((error: unknown) => {
    if (isHeaptideError(error)) throw error;
    const { code, name } = error as NodeJS.ErrnoException;
    throw new HeaptideError("DELIVERY_FAILED", { channel, cause: `${target.host}: ${code ?? name}` }, { cause: error });
  });
  if (status < 200 || status >= 300) throw new HeaptideError("DELIVERY_REFUSED", { channel, status });
}
