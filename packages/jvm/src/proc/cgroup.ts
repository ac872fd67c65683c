import { readFile } from "node:fs/promises";
import { readProcFile } from "./status.ts";

/** What the control groups of a process allow; null where they set no limit. */
export interface CgroupLimits {
  readonly memory: CgroupLimit | null;
  readonly pids: CgroupLimit | null;
}

export interface CgroupLimit {
  readonly value: number;
  /** The file's name, for people: "cgroup memory.max". */
  readonly source: string;
}

/** Where a controller's hierarchy is mounted, and which of its groups stands at the mount point. */
interface Mount {
  readonly point: string;
  readonly root: string;
}

/** v1 writes "no limit" as the largest multiple of the page size below 2^63. */
const V1_UNLIMITED = 2 ** 62;

const FILES = {
  memory: { v1: "memory.limit_in_bytes", v2: "memory.max" },
  pids: { v1: "pids.max", v2: "pids.max" },
} as const;
type Controller = keyof typeof FILES;

/**
 * The tightest limit on the way from the process's group to the top, for v1, v2 and both at once.
 * Source: kernel documentation, cgroup-v1/memory.rst and cgroup-v2.rst; man 7 cgroups.
 */
export async function readCgroupLimits(pid: number): Promise<CgroupLimits> {
  const [groups, mounts] = await Promise.all([readProcFile(pid, "cgroup"), readFile("/proc/self/mountinfo", "utf8")]);
  const limit = (controller: Controller) => tightest(pid, controller, parseGroups(groups), parseMounts(mounts));
  const [memory, pids] = await Promise.all([limit("memory"), limit("pids")]);
  return { memory, pids };
}

async function tightest(
  pid: number,
  controller: Controller,
  groups: Map<string, string>,
  mounts: Map<string, Mount>,
): Promise<CgroupLimit | null> {
  const found: CgroupLimit[] = [];
  for (const [version, key] of [
    ["v1", controller],
    ["v2", ""],
  ] as const) {
    const [group, mount] = [groups.get(key), mounts.get(key)];
    if (group === undefined || mount === undefined) continue;
    const file = FILES[controller][version];
    // A container's own view is the last resort: where its group lies outside of what is mounted here.
    const folders = pathsUp(mount, group) ?? [`/proc/${pid}/root${mount.point}`];
    const values = await Promise.all(folders.map((folder) => readLimit(`${folder}/${file}`)));
    const value = Math.min(...values);
    if (Number.isFinite(value)) found.push({ value, source: `cgroup ${file}` });
  }
  return found.sort((a, b) => a.value - b.value)[0] ?? null;
}

/** Controller -> group of a process; "" is the v2 hierarchy. */
export function parseGroups(text: string): Map<string, string> {
  const groups = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^\d+:([^:]*):(.*)$/.exec(line);
    for (const controller of match?.[1]?.split(",") ?? []) groups.set(controller, match![2]!);
  }
  return groups;
}

/** Controller -> where it is mounted; "" is the v2 hierarchy. Source of the columns: man 5 proc_pid_mountinfo. */
export function parseMounts(text: string): Map<string, Mount> {
  const mounts = new Map<string, Mount>();
  for (const line of text.split("\n")) {
    const match = /^\S+ \S+ \S+ (\S+) (\S+) .* - (cgroup2?) \S+ (\S+)/.exec(line);
    if (!match) continue;
    const mount = { root: match[1]!, point: match[2]! };
    if (match[3] === "cgroup2") mounts.set("", mount);
    else for (const option of match[4]!.split(",")) mounts.set(option, mount);
  }
  return mounts;
}

/** The group's folder and those above it, up to the mount point; null where it cannot be reached from there. */
export function pathsUp(mount: Mount, group: string): string[] | null {
  const root = mount.root === "/" ? "" : mount.root;
  if (group.includes("/..") || (group !== root && !group.startsWith(`${root}/`))) return null;
  const steps = group.slice(root.length).split("/").filter(Boolean);
  return Array.from({ length: steps.length + 1 }, (_, up) => [mount.point, ...steps.slice(0, steps.length - up)].join("/"));
}

/** Infinity for "max" and for a file that is not there, as at the top. */
async function readLimit(path: string): Promise<number> {
  const text = await readFile(path, "latin1").catch(() => "max");
  const value = Number(text.trim());
  return Number.isFinite(value) && value < V1_UNLIMITED ? value : Infinity;
}
