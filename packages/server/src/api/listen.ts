import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { HeaptideError } from "@heaptide/base";
import type { OpenAPIHono } from "@hono/zod-openapi";

export interface Listening {
  readonly url: string;
  /** Ends open event streams too. */
  close(): Promise<void>;
}

/** @param port 0 takes any free one. @throws PORT_IN_USE, CANNOT_LISTEN */
export async function listen(app: OpenAPIHono, host: string, port: number): Promise<Listening> {
  const answer = getRequestListener(app.fetch);
  const server = createServer((request, response) => void answer(request, response));
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") throw new HeaptideError("PORT_IN_USE", { host, port }, { cause: error });
    throw new HeaptideError("CANNOT_LISTEN", { host, port, cause: message }, { cause: error });
  }
  const { address, family, port: bound } = server.address() as AddressInfo;
  return { url: `http://${family === "IPv6" ? `[${address}]` : address}:${bound}`, close: () => closeServer(server) };
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
