import { HeaptideError, isHeaptideError } from "@heaptide/base";
import { setTimeout as delay } from "node:timers/promises";
import { oncePerIncarnation } from "../incarnation.ts";
import { jvmOptions } from "../options.ts";
import { requireLinux } from "../proc/platform.ts";
import { type ProcessStatus, readStatus, readTimes } from "../proc/status.ts";
import { attachObstacle } from "./permission.ts";
import { encodeRequest, MAX_V1_ARGUMENT, type ProtocolVersion, type Reply, versionFrom } from "./protocol.ts";
import { selfUid } from "../proc/users.ts";
import { connectToListener } from "./trigger.ts";

export interface AttachOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for everything: waiting for its turn, waking the listener, running the command, reading the reply. Default 60,000. */
  readonly timeout?: number | undefined;
}

const DEFAULT_TIMEOUT = 60_000;

const protocolVersion = oncePerIncarnation(negotiate);

/** The last request of each process: the next one waits for it. */
const turns = new Map<number, Promise<unknown>>();

/**
 * Sends one operation to a JVM and gives its reply. Requests to one process queue up, as its listener takes one at a time anyway;
 * a queue on this side can be left.
 *
 * @throws NO_SUCH_PROCESS, JVM_VANISHED (it ended before the reply did), ATTACH_WRONG_USER, ATTACH_DISABLED, ATTACH_NO_SIGNAL,
 *   ATTACH_REFUSED, ATTACH_TIMEOUT, or the signal's reason.
 */
export async function attach(pid: number, operation: string, args: readonly string[], options: AttachOptions = {}): Promise<Reply> {
  requireLinux("Attaching to a JVM");
  const timeout = options.timeout ?? DEFAULT_TIMEOUT;
  const deadline = AbortSignal.timeout(timeout);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  const during = args[0]?.split(" ")[0] || operation;
  try {
    return await inTurn(pid, signal, () => request(pid, during, operation, args, signal));
  } catch (error) {
    if (deadline.aborted && !options.signal?.aborted && !isHeaptideError(error)) {
      throw new HeaptideError("ATTACH_TIMEOUT", { pid, waited: timeout, during }, { cause: error });
    }
    throw error;
  }
}

async function request(pid: number, during: string, operation: string, args: readonly string[], signal: AbortSignal): Promise<Reply> {
  signal.throwIfAborted();
  const [status, { startedAt }, vmArguments] = await Promise.all([readStatus(pid), readTimes(pid), jvmOptions(pid)]);
  const obstacle = attachObstacle(status, vmArguments);
  if (obstacle) throw obstacle;
  try {
    const bytes = encodeRequest(await versionFor(pid, args), operation, args);
    return await converse(status, bytes, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw await explain(error, { status, startedAt, during });
  }
}

/** One request and its reply; as root, a second time under the JVM's own ids where it does not know root for root. */
async function converse(status: ProcessStatus, request: Uint8Array, signal: AbortSignal): Promise<Reply> {
  try {
    return await (await connectToListener(status, signal)).exchange(request);
  } catch (error) {
    // Only what was turned away unread may be sent again.
    const turnedAway = isHeaptideError(error, "TRUNCATED_INPUT") && error.detail.have === 0;
    if (!turnedAway || selfUid() !== 0 || status.uid === 0) throw error;
    return await (await connectToListener(status, signal, status)).exchange(request);
  }
}

/** Every JVM takes version 1: asking for more is worth a round trip only for what does not fit. */
async function versionFor(pid: number, args: readonly string[]): Promise<ProtocolVersion> {
  const fits = args.length <= 3 && args.every((argument) => Buffer.byteLength(argument) <= MAX_V1_ARGUMENT);
  return fits ? 1 : protocolVersion(pid);
}

async function negotiate(pid: number): Promise<ProtocolVersion> {
  const request = encodeRequest(1, "getversion", ["options"]);
  return versionFrom(await converse(await readStatus(pid), request, AbortSignal.timeout(DEFAULT_TIMEOUT)));
}

/** A connection that broke: did the process end, or did the JVM turn us away? */
async function explain(error: unknown, context: { status: ProcessStatus; startedAt: number; during: string }): Promise<unknown> {
  const { pid } = context.status;
  const broken = isHeaptideError(error, "TRUNCATED_INPUT") || isHeaptideError(error, "NO_SUCH_PROCESS");
  if (!broken) return error;
  if (await isEnding(pid, context.startedAt)) return new HeaptideError("JVM_VANISHED", { pid, during: context.during }, { cause: error });
  return new HeaptideError("ATTACH_REFUSED", { pid, cause: "the JVM closed the connection without a reply" }, { cause: error });
}

/** A process that was killed closes its sockets first and stays visible until its last thread is gone. */
const DYING = 500;

/** Has the process ended, or does it within half a second? Asked only where an answer broke off. The start time tells a reused pid. */
export async function isEnding(pid: number, startedAt: number): Promise<boolean> {
  for (let waited = 0; waited < DYING; waited += 20) {
    const times = await readStatus(pid)
      .then(() => readTimes(pid))
      .catch(() => null);
    if (times?.startedAt !== startedAt) return true;
    await delay(20);
  }
  return false;
}

function inTurn<T>(pid: number, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  const before = turns.get(pid) ?? Promise.resolve();
  const mine = settled(before, signal).then(run);
  // A turn that is given up does not let the next one jump the queue.
  const over = Promise.allSettled([before, mine]);
  turns.set(pid, over);
  void over.then(() => {
    if (turns.get(pid) === over) turns.delete(pid);
  });
  return mine;
}

function settled(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    void promise.finally(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    });
  });
}
