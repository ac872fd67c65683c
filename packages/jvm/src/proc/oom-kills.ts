import { type FileHandle, open, readFile } from "node:fs/promises";
import { parseGroups, parseMounts, pathsUp } from "./cgroup.ts";
import { readProcFile } from "./status.ts";

/** Where the kernel counts, in each version of control groups; in both a line says `oom_kill N`. Source: kernel documentation, cgroup-v1/memory.rst and cgroup-v2.rst. */
const FILES = [
  ["memory", "memory.oom_control"],
  ["", "memory.events"],
] as const;

/**
 * How often the kernel has ended a process of a control group because the memory of the group was used up. The file stays open while it is counted: when the process is
 * gone, a container's own view of its group is gone too.
 */
export class OomKills {
  readonly #file: FileHandle;
  readonly #before: number;

  private constructor(file: FileHandle, before: number) {
    this.#file = file;
    this.#before = before;
  }

  /** Counts from now on. @returns null where the kernel does not count, or not for us */
  static async of(pid: number): Promise<OomKills | null> {
    for (const path of await pathsOf(pid).catch(() => [])) {
      const file = await open(path).catch(() => null);
      if (file === null) continue;
      const count = await countIn(file);
      if (count !== null) return new OomKills(file, count);
      await file.close();
    }
    return null;
  }

  /** Has the kernel ended a process of the group since? That it was this one can be said of a group that has no other. */
  async haveRisen(): Promise<boolean> {
    return ((await countIn(this.#file)) ?? 0) > this.#before;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

async function pathsOf(pid: number): Promise<string[]> {
  const groups = parseGroups(await readProcFile(pid, "cgroup"));
  const mounts = parseMounts(await readFile("/proc/self/mountinfo", "utf8"));
  return FILES.flatMap(([controller, file]) => {
    const [group, mount] = [groups.get(controller), mounts.get(controller)];
    if (group === undefined || mount === undefined) return [];
    return [`${pathsUp(mount, group)?.[0] ?? `/proc/${pid}/root${mount.point}`}/${file}`];
  });
}

/** null where the group has no such count, or is no more. */
async function countIn(file: FileHandle): Promise<number | null> {
  const { buffer, bytesRead } = await file
    .read({ buffer: Buffer.alloc(1024), position: 0 })
    .catch(() => ({ buffer: Buffer.alloc(0), bytesRead: 0 }));
  const count = /^oom_kill (\d+)$/m.exec(buffer.toString("latin1", 0, bytesRead))?.[1];
  return count === undefined ? null : Number(count);
}
