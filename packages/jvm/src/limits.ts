import { isHeaptideError } from "@heaptide/base";
import type { Incarnation, Limit } from "@heaptide/model";
import { countersOrNull, jvmOptions } from "./options.ts";
import { memoryView } from "./perfdata/collectors.ts";
import type { PerfCounters } from "./perfdata/read.ts";
import { readCgroupLimits } from "./proc/cgroup.ts";
import { sizeOf } from "./proc/command-line.ts";
import { isErrno, readProcFile, readStatus } from "./proc/status.ts";
import { jcmd } from "./jcmd/command.ts";

type Limits = Incarnation["limits"];

/**
 * What the resources of a JVM run into: a resource without a limit is absent.
 *
 * The JVM's own are taken from its counters and its options; only where both are silent (no counters, no -Xmx) is it asked by attaching.
 * Limits of the kernel are those of this process, read live: JVMs raise their descriptor limit themselves.
 * @throws NO_SUCH_PROCESS. What cannot be read (another user's process) is left out.
 */
export async function readLimits(pid: number): Promise<Limits> {
  const [status, counters, options] = await Promise.all([readStatus(pid), countersOrNull(pid), jvmOptions(pid)]);
  const [kernel, cgroup] = await Promise.all([readUlimits(pid), readCgroupLimits(pid)]);
  const heap = await heapLimit(pid, counters, options);
  // The kernel lets root's processes pass over nproc.
  const nproc = status.uid === 0 ? null : kernel.processes;
  return {
    ...limit("heap", "B", heap),
    ...limit("metaspace", "B", named(sizeOf(options, "MaxMetaspaceSize"), "-XX:MaxMetaspaceSize")),
    ...limit("direct-memory", "B", directLimit(options, heap)),
    ...limit("native-memory", "B", cgroup.memory),
    ...limit("threads", "1", smaller(cgroup.pids, named(nproc, "ulimit -u (nproc)"))),
    ...limit("descriptors", "1", named(kernel.descriptors, "ulimit -n (nofile)")),
  };
}

interface Found {
  readonly value: number;
  readonly source: string;
}

async function heapLimit(pid: number, counters: PerfCounters | null, options: readonly string[]): Promise<Found | null> {
  if (counters) return named(memoryView(counters).heapMax, "-Xmx");
  const given = sizeOf(options, "MaxHeapSize");
  if (given !== undefined) return named(given, "-Xmx");
  try {
    return named(await jcmd(pid, "VM.flags", maxHeapSize), "-Xmx (default)");
  } catch (error) {
    if (isHeaptideError(error)) return null;
    throw error;
  }
}

function maxHeapSize(flags: string): number | null {
  const match = /-XX:MaxHeapSize=(\d+)/.exec(flags);
  return match ? Number(match[1]) : null;
}

/** Without an option of its own direct memory may take as much as the heap. Source: jdk.internal.misc.VM.maxDirectMemory(). */
function directLimit(options: readonly string[], heap: Found | null): Found | null {
  const given = sizeOf(options, "MaxDirectMemorySize");
  if (given) return named(given, "-XX:MaxDirectMemorySize");
  return heap && named(heap.value, "-Xmx, as MaxDirectMemorySize is not set");
}

/** `/proc/PID/limits`, soft limits; null where unlimited or not shown to us. */
async function readUlimits(pid: number): Promise<{ descriptors: number | null; processes: number | null }> {
  try {
    return parseUlimits(await readProcFile(pid, "limits"));
  } catch (error) {
    if (isErrno(error, "EACCES", "EPERM")) return { descriptors: null, processes: null };
    throw error;
  }
}

function parseUlimits(text: string): { descriptors: number | null; processes: number | null } {
  const soft = (name: string) => {
    const match = new RegExp(`^${name} +(\\d+) `, "m").exec(text);
    return match ? Number(match[1]) : null;
  };
  return { descriptors: soft("Max open files"), processes: soft("Max processes") };
}

function named(value: number | null | undefined, source: string): Found | null {
  return value ? { value, source } : null;
}

function smaller(a: Found | null, b: Found | null): Found | null {
  if (!a || !b) return a ?? b;
  return a.value <= b.value ? a : b;
}

function limit(resource: keyof Limits, unit: Limit["unit"], found: Found | null): Limits {
  return found ? { [resource]: { ...found, unit } } : {};
}
