import { HeaptideError } from "@heaptide/base";
import { access, chown, rm, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { isErrno, readStatus, type ProcessStatus } from "../proc/status.ts";
import { selfUid } from "../proc/users.ts";
import { handlesSigQuit } from "./permission.ts";
import { Connection, type Peer } from "./socket.ts";

/** A JVM looks for the trigger file when SIGQUIT comes; its socket is up about 10 ms later. */
const POLL = 10;

/**
 * Connects to a JVM's attach listener, waking it first where it sleeps.
 *
 * A JVM opens the socket on demand: when it gets SIGQUIT and finds a file `.attach_pid<pid>` of its own user or root in its working
 * directory or in /tmp. Without that file it takes the signal for a request to print its threads.
 *
 * @throws ATTACH_NO_SIGNAL, ATTACH_REFUSED, NO_SUCH_PROCESS, the abort's reason.
 */
export async function connectToListener(status: ProcessStatus, signal: AbortSignal, as?: Peer): Promise<Connection> {
  const path = await socketPath(status);
  return (await tryOpen(status, path, signal, as)) ?? (await wake(status, path, signal, as));
}

/** Seen from here: through the JVM's own root, so that a container's /tmp is found; a socket path may have 108 bytes, this has 50 at most. */
async function socketPath({ pid, nsPid, nsDepth }: ProcessStatus): Promise<string> {
  const root = `/proc/${pid}/root`;
  const reachable = await access(`${root}/tmp`).then(
    () => true,
    () => false,
  );
  // Where the kernel does not let us through (a process protected from tracing), its /tmp may still be ours.
  return `${reachable || nsDepth > 0 ? root : ""}/tmp/.java_pid${nsPid}`;
}

/** @returns null where nobody listens yet: no file, or one that an earlier process with this pid left behind. */
async function tryOpen(status: ProcessStatus, path: string, signal: AbortSignal, as: Peer | undefined): Promise<Connection | null> {
  try {
    return await Connection.open(path, signal, as);
  } catch (error) {
    if (isErrno(error, "ENOENT", "ECONNREFUSED")) return null;
    if (isErrno(error, "EACCES", "EPERM"))
      throw new HeaptideError("ATTACH_REFUSED", { pid: status.pid, cause: error.message }, { cause: error });
    throw error;
  }
}

async function wake(status: ProcessStatus, path: string, signal: AbortSignal, as: Peer | undefined): Promise<Connection> {
  // Anew: between the first look and now the JVM may have set up its handlers, or ended and given its pid away.
  if (!handlesSigQuit(await readStatus(status.pid))) throw new HeaptideError("ATTACH_NO_SIGNAL", { pid: status.pid });
  const trigger = await writeTrigger(status, path);
  try {
    sendSigQuit(status.pid);
    for (;;) {
      await delay(POLL, undefined, { signal });
      const connection = await tryOpen(status, path, signal, as);
      if (connection) return connection;
      await readStatus(status.pid);
    }
  } finally {
    await rm(trigger, { force: true });
  }
}

async function writeTrigger({ pid, nsPid, uid, gid }: ProcessStatus, socket: string): Promise<string> {
  const name = `.attach_pid${nsPid}`;
  const beside = `${socket.slice(0, socket.lastIndexOf("/"))}/${name}`;
  let lastError: unknown;
  for (const path of [`/proc/${pid}/cwd/${name}`, beside]) {
    try {
      await writeFile(path, "", { mode: 0o600 });
      // In a user namespace of its own the JVM may not know root for root.
      if (selfUid() === 0 && uid !== 0) await chown(path, uid, gid);
      return path;
    } catch (error) {
      lastError = error;
    }
  }
  const cause = `neither its working directory nor its /tmp can be written to (${lastError instanceof Error ? lastError.message : String(lastError)})`;
  throw new HeaptideError("ATTACH_REFUSED", { pid, cause }, { cause: lastError });
}

function sendSigQuit(pid: number): void {
  try {
    process.kill(pid, "SIGQUIT");
  } catch (error) {
    if (isErrno(error, "ESRCH")) throw new HeaptideError("NO_SUCH_PROCESS", { pid }, { cause: error });
    throw new HeaptideError("ATTACH_REFUSED", { pid, cause: "the signal that wakes its listener is not permitted" }, { cause: error });
  }
}
