import { access, constants } from "node:fs/promises";
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
  const status = await readStatus(pid);
  const mapping = await readJvmMapping(status);
  const argv = await readArguments(pid);
  if (!mapping) throw new HeaptideError("NOT_A_JVM", { pid, command: argv[0] ?? status.name });
  if (!mapping.perfData) throw new HeaptideError("PERFDATA_OFF", { pid, cause: whyOff(argv) });
  const path = pathFromHere(pid, mapping.perfData);
  try {
    await access(path, constants.R_OK);
  } catch (error) {
    if (isErrno(error, "ENOENT")) throw new HeaptideError("PERFDATA_OFF", { pid, cause: `${path} was removed` }, { cause: error });
    throw new HeaptideError("PROCESS_HIDDEN", { pid, what: path, owner: userName(status.uid), self: selfName() }, { cause: error });
  }
  return { path };
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
