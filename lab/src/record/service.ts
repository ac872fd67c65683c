import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Service extends AsyncDisposable {
  readonly url: string;
}

/** What jobs call that have to call something: answers everything with an empty object, and keeps connections open. */
export async function startService(): Promise<Service> {
  const server = createServer({ keepAliveTimeout: 600_000 }, (_, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
