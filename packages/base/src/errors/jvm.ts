import { entry } from "./entry.ts";

/** A live JVM that cannot be found, read or attached to. */
export const JVM_ERRORS = {
  NO_SUCH_PROCESS: entry<{ pid: number }>(
    (d) => `There is no process ${d.pid}: it has ended, or it lives in another PID namespace.`,
    () => "heaptide ps",
  ),
  NOT_A_JVM: entry<{ pid: number; command: string }>(
    (d) => `Process ${d.pid} (${d.command}) is not a HotSpot JVM.`,
    () => "heaptide ps",
  ),
  ATTACH_WRONG_USER: entry<{ pid: number; owner: string; self: string }>(
    (d) => `Process ${d.pid} belongs to ${d.owner}; HotSpot lets only ${d.owner} or root attach, and this is ${d.self}.`,
    (d) => `sudo -u ${d.owner} heaptide histogram ${d.pid}`,
  ),
} as const;
