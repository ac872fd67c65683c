import { HeaptideError } from "@heaptide/base";
import { oncePerIncarnation } from "../incarnation.ts";
import { parseCommandLine, readArguments, switchOf } from "../proc/command-line.ts";
import { readJvmMapping, type PerfDataMapping } from "../proc/memory-map.ts";
import { isErrno, readStatus } from "../proc/status.ts";
import { requireLinux } from "../proc/platform.ts";
import { selfName, userName } from "../proc/users.ts";

const located = oncePerIncarnation(locate);

/**
 * The file of a JVM's counters, as it is reachable from here: through the JVM's own root directory, so that containers need nothing special.
 *
 * The memory map names it. A search of /tmp would also find the file that an earlier process with the same pid left behind: in
 * containers, where each JVM is pid 1, the usual case.
 */
export async function locatePerfData(pid: number): Promise<string> {
  requireLinux("Reading a JVM's counters");
  return (await located(pid)).path;
}

async function locate(pid: number): Promise<{ path: string }> {
  const [status, argv] = await Promise.all([readStatus(pid), readArguments(pid)]);
  const mapping = await readJvmMapping(status, argv);
  if (!mapping.perfData) throw new HeaptideError("PERFDATA_OFF", { pid, cause: whyOff(argv) });
  return { path: pathFromHere(pid, mapping.perfData) };
}

/** Why the file cannot be opened. @throws NO_SUCH_PROCESS where the process is gone. */
export async function explainUnreadable(pid: number, path: string, cause: unknown): Promise<HeaptideError> {
  const { uid } = await readStatus(pid);
  if (isErrno(cause, "ENOENT")) return new HeaptideError("PERFDATA_OFF", { pid, cause: `${path} was removed` }, { cause });
  return new HeaptideError("PROCESS_HIDDEN", { pid, what: path, owner: userName(uid), self: selfName() }, { cause });
}

function pathFromHere(pid: number, mapping: PerfDataMapping): string {
  // What a cleaner removed from /tmp is still open through the mapping; only root gets that far.
  return mapping.deleted ? `/proc/${pid}/map_files/${mapping.range}` : `/proc/${pid}/root${mapping.path}`;
}

function whyOff(argv: readonly string[]): string {
  const { vmArguments } = parseCommandLine(argv);
  if (switchOf(vmArguments, "UsePerfData") === false) return "it was started with -XX:-UsePerfData";
  if (switchOf(vmArguments, "PerfDisableSharedMem") === true) return "it was started with -XX:+PerfDisableSharedMem";
  return "they are switched off, or another JVM with the same pid shares its /tmp";
}
