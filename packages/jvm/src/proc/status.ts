import { readFileSync } from "node:fs";
import { HeaptideError } from "@heaptide/base";
import { clockTicksPerSecond, bootTime } from "./clock.ts";

/**
 * `/proc/PID/status` and `/proc/PID/stat`: readable for every user, whoever owns the process.
 * Source: man 5 proc_pid_status, proc_pid_stat.
 */
export interface ProcessStatus {
  readonly pid: number;
  /** The process's id in its own, innermost PID namespace: what the JVM itself believes its pid to be. */
  readonly nsPid: number;
  /** PID namespaces between ours and the process's own: 0 where it shares ours. */
  readonly nsDepth: number;
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of memory resident. */
  readonly rss: number;
  readonly threads: number;
  /** Bit n-1 is set where the process handles signal n itself. Only the low 32 signals. */
  readonly signalsCaught: number;
}

/** What the scheduler knows. Times in milliseconds; `startedAt` since the epoch. */
export interface ProcessTimes {
  readonly cpuTime: number;
  readonly startedAt: number;
}

/** @throws NO_SUCH_PROCESS also for a zombie: it has ended, only its parent has not noticed. */
export async function readStatus(pid: number): Promise<ProcessStatus> {
  return parseStatus(pid, await readProcFile(pid, "status"));
}

/** The signals that a process handles, by the shortest way, for looking at all processes of a host. 0 for one that has ended. */
export function signalsCaughtBy(pid: number): number {
  try {
    const match = /^SigCgt:\s*[0-9a-f]*([0-9a-f]{8})$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"));
    return match ? Number.parseInt(match[1]!, 16) : 0;
  } catch {
    return 0;
  }
}

/** @throws NO_SUCH_PROCESS also for a zombie. */
export async function readTimes(pid: number): Promise<ProcessTimes> {
  const [stat, booted] = await Promise.all([readProcFile(pid, "stat"), bootTime()]);
  return parseTimes(pid, stat, booted, clockTicksPerSecond());
}

export function parseStatus(pid: number, text: string): ProcessStatus {
  const fields = new Map<string, string>();
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  if (/^[ZX]/.test(fields.get("State") ?? "Z")) throw new HeaptideError("NO_SUCH_PROCESS", { pid });
  // Linux before 4.1 has no NStgid: the process is then taken to share our namespace.
  const pids = columns(fields.get("NStgid") ?? String(pid));
  return {
    pid,
    nsPid: pids.at(-1)!,
    nsDepth: pids.length - 1,
    name: fields.get("Name") ?? "",
    // Real, effective, saved, file system: HotSpot compares effective ids.
    uid: columns(fields.get("Uid"))[1] ?? -1,
    gid: columns(fields.get("Gid"))[1] ?? -1,
    rss: (columns(fields.get("VmRSS"))[0] ?? 0) * 1024,
    threads: columns(fields.get("Threads"))[0] ?? 0,
    signalsCaught: Number.parseInt(fields.get("SigCgt")?.slice(-8) ?? "0", 16),
  };
}

export function parseTimes(pid: number, stat: string, booted: number, ticksPerSecond: number): ProcessTimes {
  // The name stands in parentheses and may itself hold blanks and parentheses: count from the last one. Field 3 follows it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (/^[ZX]/.test(fields[0] ?? "Z")) throw new HeaptideError("NO_SUCH_PROCESS", { pid });
  const field = (number: number) => Number(fields[number - 3]);
  const [user, system, started] = [field(14), field(15), field(22)];
  if (!Number.isFinite(user) || !Number.isFinite(system) || !Number.isFinite(started)) throw new HeaptideError("NO_SUCH_PROCESS", { pid });
  const perTick = 1000 / ticksPerSecond;
  return { cpuTime: (user + system) * perTick, startedAt: Math.round(booted + started * perTick) };
}

/**
 * A file under `/proc/PID`. Synchronous inside: the kernel makes these up from memory in 15 µs, a page at a time, and each page would cost ten times
 * that on its way through the thread pool. Looking every second must cost nothing.
 * @throws NO_SUCH_PROCESS where the process is gone, also in the middle of the read; other errors as they are.
 */
// oxlint-disable-next-line require-await -- a failure is a rejection for every caller, as with any other read
export async function readProcFile(pid: number, name: string): Promise<string> {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1");
  } catch (error) {
    throw isErrno(error, "ENOENT", "ESRCH") ? new HeaptideError("NO_SUCH_PROCESS", { pid }, { cause: error }) : error;
  }
}

export function isErrno(error: unknown, ...codes: readonly string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

function columns(value: string | undefined): number[] {
  return (value ?? "").split(/\s+/).filter(Boolean).map(Number);
}
