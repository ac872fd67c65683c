import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { dirname, basename } from "node:path";
import { type Reply, ReplyCollector } from "./protocol.ts";

/** Whom the JVM sees on the other side of its socket. */
export interface Peer {
  readonly uid: number;
  readonly gid: number;
}

/** A connection to a JVM's attach socket, good for one request. It listens from the first moment: a JVM that turns us away closes at once. */
export class Connection {
  readonly #socket: Socket;
  readonly #reply = new ReplyCollector();
  readonly #ended: Promise<void>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#reply.add(chunk));
    this.#ended = new Promise((resolve, reject) => {
      socket.once("end", resolve);
      socket.once("close", () => resolve());
      // A broken connection is an ended one: what has come until then tells whether it is enough.
      socket.once("error", (error: NodeJS.ErrnoException) =>
        error.code === "EPIPE" || error.code === "ECONNRESET" ? resolve() : reject(error),
      );
    });
    // Heard by whoever exchanges; nobody may.
    this.#ended.catch(() => {});
  }

  /** @throws the system's error as it is (ENOENT, ECONNREFUSED, EACCES say what to do next), or the abort's reason. */
  static async open(path: string, signal: AbortSignal, as?: Peer): Promise<Connection> {
    signal.throwIfAborted();
    // Opened as who we are: the other user may not be let through `/proc/PID/root`.
    const folder = as ? await open(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY) : null;
    try {
      const socket = folder && as ? connectAs(as, `/proc/self/fd/${folder.fd}/${basename(path)}`) : connect({ path });
      const connection = new Connection(socket);
      const abort = () => socket.destroy(signal.reason as Error);
      signal.addEventListener("abort", abort, { once: true });
      socket.once("close", () => signal.removeEventListener("abort", abort));
      await connected(socket);
      return connection;
    } finally {
      await folder?.close();
    }
  }

  /**
   * Sends a request and reads the reply to its end.
   * @throws TRUNCATED_INPUT where the JVM closed before its code was there (`have` 0: it turned us away), or the abort's reason.
   */
  async exchange(request: Uint8Array): Promise<Reply> {
    // Not end(): a half-closed socket makes some versions of the listener drop the request.
    this.#socket.write(request);
    await this.#ended;
    this.#socket.destroy();
    return this.#reply.finish();
  }
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve();
    });
  });
}

/**
 * Connects as another user; only root can. The JVM reads the ids from the socket, and a user namespace of its own may know ours only as
 * "nobody", while its owner's ids are known there.
 *
 * Ids belong to the whole process, so they are changed for the one system call that connects, which Node makes at once, and no longer.
 */
function connectAs({ uid, gid }: Peer, path: string): Socket {
  const [self, group] = [process.geteuid!(), process.getegid!()];
  process.setegid!(gid);
  try {
    process.seteuid!(uid);
    return connect({ path });
  } finally {
    process.seteuid!(self);
    process.setegid!(group);
  }
}
