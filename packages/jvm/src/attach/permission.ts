import { HeaptideError, type ErrorCode } from "@heaptide/base";
import { switchOf } from "../proc/command-line.ts";
import type { ProcessStatus } from "../proc/status.ts";
import { selfName, selfUid, userName } from "../proc/users.ts";

/** Can commands be sent to a JVM, and if not, why not and what to do. */
export type Attachability =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: ErrorCode; readonly why: string; readonly next: string };

const SIGQUIT = 3;

/**
 * What forbids attaching, as far as it shows without trying.
 *
 * @param vmArguments the JVM's options; where it publishes counters, its own account of them, which includes JAVA_TOOL_OPTIONS.
 */
export function attachObstacle(status: ProcessStatus, vmArguments: readonly string[]): HeaptideError | null {
  const self = selfUid();
  if (self !== 0 && self !== status.uid) {
    return new HeaptideError("ATTACH_WRONG_USER", { pid: status.pid, owner: userName(status.uid), self: selfName() });
  }
  if (switchOf(vmArguments, "DisableAttachMechanism") === true) return new HeaptideError("ATTACH_DISABLED", { pid: status.pid });
  return null;
}

/** Would it come to answer commands? Started with -Xrs a JVM handles no SIGQUIT, but opens its socket from the start. */
export function canListen(status: ProcessStatus, vmArguments: readonly string[]): boolean {
  return handlesSigQuit(status) || vmArguments.includes("-Xrs") || switchOf(vmArguments, "ReduceSignalUsage") === true;
}

/** Would SIGQUIT make it open its socket? Unhandled, that signal ends a process. */
export function handlesSigQuit(status: ProcessStatus): boolean {
  return (status.signalsCaught & (1 << (SIGQUIT - 1))) !== 0;
}
