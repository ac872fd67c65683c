import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Test only: plays what no healthy Flink can be asked for: garbage, restarts, things that vanish between two calls. */
export interface AnsweringServer {
  readonly url: string;
  /** Paths asked for so far, with their query. */
  readonly asked: string[];
  answer: (path: string, request: IncomingMessage, response: ServerResponse) => void;
  stop(): Promise<void>;
}

export async function startAnsweringServer(): Promise<AnsweringServer> {
  const http = createServer((request, response) => {
    server.asked.push(request.url!);
    server.answer(request.url!, request, response);
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const server: AnsweringServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    asked: [],
    answer: (_path, _request, response) => response.end("{}"),
    stop: () =>
      new Promise((resolve) => {
        http.closeAllConnections();
        http.close(() => resolve());
      }),
  };
  return server;
}

/** Answers everything alike. */
export function always(body: string, status = 200, headers: Record<string, string> = {}): AnsweringServer["answer"] {
  return (_path, _request, response) => response.writeHead(status, headers).end(body);
}
