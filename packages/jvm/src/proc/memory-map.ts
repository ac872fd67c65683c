import { HeaptideError } from "@heaptide/base";
import { isErrno, readProcFile, type ProcessStatus } from "./status.ts";
import { selfName, userName } from "./users.ts";

/** What the memory map of a process tells about the JVM inside. Paths are those of the process's own file system. */
export interface JvmMapping {
  readonly libjvm: string;
  /** null where the JVM shares no counters. */
  readonly perfData: PerfDataMapping | null;
}

export interface PerfDataMapping {
  readonly path: string;
  /** The file was removed after the JVM mapped it, as cleaners of /tmp do; the memory is still there. */
  readonly deleted: boolean;
  /** The address range, as the links in `/proc/PID/map_files` are named. */
  readonly range: string;
}

const LINE = /^([0-9a-f]+)-([0-9a-f]+) \S+ \S+ \S+ \d+ +(\/.*?)( \(deleted\))?$/;

/**
 * Finds HotSpot's library and the counters among the mappings. Where the kernel hides them (another user's process, init), the command line tells whether it is a JVM.
 *
 * Costs the kernel about 2 µs a mapping (a JVM has two for each thread): for looking once, not for sampling.
 * @throws NOT_A_JVM; PROCESS_HIDDEN for another user's JVM, unless we are root.
 */
export async function readJvmMapping(status: ProcessStatus, argv: readonly string[]): Promise<JvmMapping> {
  // The program only: the arguments of a process that is none of ours may hold its secrets.
  const none = () => new HeaptideError("NOT_A_JVM", { pid: status.pid, command: argv[0] || status.name });
  try {
    const mapping = parseJvmMapping(await readProcFile(status.pid, "maps"));
    if (mapping) return mapping;
    throw none();
  } catch (error) {
    if (!isErrno(error, "EACCES", "EPERM")) throw error;
    if (!/(^|\/)java$/.test(argv[0] ?? "")) throw none();
    const detail = { pid: status.pid, what: "the memory map", owner: userName(status.uid), self: selfName() };
    throw new HeaptideError("PROCESS_HIDDEN", detail, { cause: error });
  }
}

export function parseJvmMapping(maps: string): JvmMapping | null {
  let libjvm: string | null = null;
  let perfData: PerfDataMapping | null = null;
  for (const line of maps.split("\n")) {
    if (!line.includes("libjvm.so") && !line.includes("/hsperfdata_")) continue;
    const match = LINE.exec(line);
    if (!match) continue;
    const path = match[3]!;
    if (path.endsWith("/libjvm.so")) libjvm ??= path;
    else if (/\/hsperfdata_[^/]+\/\d+$/.test(path))
      perfData ??= { path, deleted: match[4] !== undefined, range: `${trim(match[1]!)}-${trim(match[2]!)}` };
  }
  return libjvm === null ? null : { libjvm, perfData };
}

/** map_files names addresses without leading zeros; maps pads them to 8 digits. */
function trim(address: string): string {
  return address.replace(/^0+(?=.)/, "");
}
