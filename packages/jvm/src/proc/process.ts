import { requireLinux } from "./platform.ts";
import { countDescriptors } from "./descriptors.ts";
import { type ProcessStatus, type ProcessTimes, readStatus, readTimes } from "./status.ts";
import { userName } from "./users.ts";

/** What the kernel tells about a process at one moment. */
export interface ProcReading extends ProcessTimes, Pick<ProcessStatus, "pid" | "nsPid" | "uid" | "rss" | "threads"> {
  readonly user: string;
  /** Open descriptors; null for another user's process, whose count the kernel does not show. */
  readonly descriptors: number | null;
}

/** Costs the process nothing. @throws NO_SUCH_PROCESS, PLATFORM_UNSUPPORTED. */
export async function readProc(pid: number): Promise<ProcReading> {
  requireLinux("Reading a process");
  const [{ nsPid, uid, rss, threads }, times, descriptors] = await Promise.all([readStatus(pid), readTimes(pid), countDescriptors(pid)]);
  return { pid, nsPid, uid, user: userName(uid), rss, threads, descriptors, ...times };
}
