import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { HeaptideError } from "@heaptide/base";
import type { OpenAPIHono } from "@hono/zod-openapi";

export interface Listening {
  readonly url: string;
  /** Ends open event streams too. */
  close(): Promise<void>;
}

/** Certificate chain and private key, as PEM. */
export interface Tls {
  readonly cert: string;
  readonly key: string;
}

/** Whoever sends slower, more or longer than this is cut off; nothing of it is kept. */
export const BOUNDS = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 20_000,
  connectionsCheckingInterval: 2000,
  maxHeaderSize: 16 << 10,
};
const MOST_HEADERS = 100;
const MOST_CONNECTIONS = 2000;

/** @param port 0 takes any free one. @throws PORT_IN_USE, CANNOT_LISTEN */
export async function listen(
  app: Pick<OpenAPIHono, "fetch">,
  host: string,
  port: number,
  { tls, bounds = BOUNDS }: { readonly tls?: Tls | undefined; readonly bounds?: typeof BOUNDS } = {},
): Promise<Listening> {
  const answer = getRequestListener(app.fetch);
  const server = serverOf((request, response) => void answer(request, response), { host, port }, bounds, tls);
  server.maxHeadersCount = MOST_HEADERS;
  server.maxConnections = MOST_CONNECTIONS;
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") throw new HeaptideError("PORT_IN_USE", { host, port }, { cause: error });
    throw new HeaptideError("CANNOT_LISTEN", { host, port, cause: message }, { cause: error });
  }
  const { address, family, port: bound } = server.address() as AddressInfo;
  const scheme = tls === undefined ? "http" : "https";
  return { url: `${scheme}://${family === "IPv6" ? `[${address}]` : address}:${bound}`, close: () => closeServer(server) };
}

/** @throws CANNOT_LISTEN for a key that does not fit its certificate */
function serverOf(
  answer: RequestListener,
  { host, port }: { host: string; port: number },
  bounds: typeof BOUNDS,
  tls: Tls | undefined,
): Server {
  if (tls === undefined) return createServer(bounds, answer);
  try {
    return createSecureServer({ ...bounds, ...tls }, answer);
  } catch (error) {
    throw new HeaptideError("CANNOT_LISTEN", { host, port, cause: (error as Error).message }, { cause: error });
  }
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
