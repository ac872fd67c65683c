import { isHeaptideError } from "@heaptide/base";
import { oncePerIncarnation } from "./incarnation.ts";
import { reading } from "./perfdata/collectors.ts";
import { type PerfCounters, readPerfData } from "./perfdata/read.ts";
import { parseCommandLine, readArguments } from "./proc/command-line.ts";

/**
 * The options a JVM was started with. Where it publishes counters these are by its own account, which holds those of option files and
 * JAVA_TOOL_OPTIONS too; else those of its command line. Remembered, as they never change.
 * @throws NO_SUCH_PROCESS, NOT_A_JVM.
 */
export const jvmOptions: (pid: number) => Promise<string[]> = oncePerIncarnation(async (pid) => {
  const counters = await countersOrNull(pid);
  return counters ? optionsFrom(counters) : [...parseCommandLine(await readArguments(pid)).vmArguments];
});

/** An option that itself holds a blank falls apart here; none of those that are looked for does. */
export function optionsFrom(counters: PerfCounters): string[] {
  const { text } = reading(counters);
  return `${text("java.rt.vmFlags")} ${text("java.rt.vmArgs")}`.split(" ").filter(Boolean);
}

/** The counters where there are any to be read by us. @throws NO_SUCH_PROCESS, NOT_A_JVM. */
export async function countersOrNull(pid: number): Promise<PerfCounters | null> {
  try {
    return await readPerfData(pid);
  } catch (error) {
    if (isHeaptideError(error) && error.code !== "NO_SUCH_PROCESS" && error.code !== "NOT_A_JVM") return null;
    throw error;
  }
}
