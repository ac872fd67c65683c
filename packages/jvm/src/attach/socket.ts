import { connect, type Socket } from "node:net";
import { type Reply, ReplyCollector } from "./protocol.ts";

/** Connects; the socket is ready to be written to. @throws the system's error as it is: ENOENT, ECONNREFUSED, EACCES say what to do next. */
export function open(path: string, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = connect({ path });
    const abort = () => socket.destroy(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    socket.once("close", () => signal.removeEventListener("abort", abort));
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
  });
}

/**
 * Sends a request over a fresh connection and reads the reply to its end. The connection is used up.
 *
 * @throws the abort's reason; TRUNCATED_INPUT where the JVM closed without a reply; the socket's own error.
 */
export function exchange(socket: Socket, request: Uint8Array): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const reply = new ReplyCollector();
    socket.on("data", (chunk: Buffer) => reply.add(chunk));
    socket.once("error", reject);
    socket.once("end", () => {
      try {
        resolve(reply.finish());
      } catch (error) {
        reject(error as Error);
      }
    });
    // Without `end` or `error` before it: destroyed by our own abort.
    socket.once("close", () => reject(new Error("The connection was closed")));
    // Not end(): a half-closed socket makes some versions of the listener drop the request.
    socket.write(request);
  });
}
