import { type CensusGroup, tallied } from "./census.ts";
import { isErrno, readProcFile } from "./status.ts";

/**
 * Resident memory by what it is mapped for: files by path, the malloc heap, malloc's arenas, stacks, the Java heap up to 32 GiB, and the rest.
 * Reads `/proc/PID/smaps`: the kernel walks the page tables, a millisecond for some hundred megabytes, while the process cannot change its mappings. For
 * once or twice a minute. Empty for another user's process. Source: man 5 proc_pid_smaps.
 */
export async function residentCensus(pid: number): Promise<CensusGroup[]> {
  try {
    return parseResident(await readProcFile(pid, "smaps"));
  } catch (error) {
    if (isErrno(error, "EACCES", "EPERM")) return [];
    throw error;
  }
}

const HEAD = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ (\d+) *(.*)$/;
/** glibc reserves an arena of 64 MiB, aligned to its size, and makes its beginning writable. */
const ARENA = 64 * 1024 * 1024;
/** The heap is put where compressed references reach it, below 32 GiB, and so are its archive and classes; nothing else is put that low. */
const COMPRESSED_BELOW = 2 ** 36;
/** ZGC maps its heap at several addresses, for which it has to be a file: one in memory, of this name. Source: hotspot, zPhysicalMemoryBacking_linux.cpp. */
const HEAP_OF_ZGC = "/memfd:java_heap";
/** Below this an anonymous mapping is a stack or a small buffer, above the heap or a large allocation of its own. */
const LARGE = 128 * 1024 * 1024;

export function parseResident(smaps: string): CensusGroup[] {
  const [names, values]: [string[], number[]] = [[], []];
  let name = "";
  for (const line of smaps.split("\n")) {
    const head = HEAD.exec(line);
    if (head) {
      name = describe(Number.parseInt(head[1]!, 16), Number.parseInt(head[2]!, 16), head[3]!, head[5]!);
      continue;
    }
    const resident = /^Rss: +(\d+) kB/.exec(line)?.[1];
    if (resident === undefined) continue;
    names.push(name);
    values.push(Number(resident) * 1024);
  }
  return tallied(names, values);
}

function describe(from: number, to: number, permissions: string, path: string): string {
  if (path.startsWith(HEAP_OF_ZGC)) return "java heap";
  if (path.startsWith("/")) return `file ${path.replace(/ \(deleted\)$/, "").replace(/\d+/g, "N")}`;
  if (path === "[heap]") return "malloc heap";
  if (path.startsWith("[")) return path.slice(1, -1).replace(/\d+/g, "N");
  if (permissions.includes("x")) return "compiled code";
  if (from < COMPRESSED_BELOW) return "java heap";
  if (to - from >= LARGE) return "large mappings";
  return from % ARENA === 0 ? "malloc arenas" : "small mappings";
}
