import type { Role } from "@heaptide/model";
import { readProcFile } from "./status.ts";

/** Options of the `java` launcher and the JVM that take the next argument as their value. Source: `java --help`, JDK 25. */
const WITH_VALUE = new Set([
  "-cp",
  "-classpath",
  "--class-path",
  "-p",
  "--module-path",
  "--upgrade-module-path",
  "--add-modules",
  "--enable-native-access",
  "-d",
  "--describe-module",
  "--add-exports",
  "--add-opens",
  "--add-reads",
  "--limit-modules",
  "--patch-module",
  "--source",
  "--illegal-native-access",
  "--sun-misc-unsafe-memory-access",
]);
const FLINK_TASK_MANAGER = /\.(TaskManagerRunner|YarnTaskExecutorRunner|KubernetesTaskExecutorRunner)$/;
const FLINK_JOB_MANAGER = /^org\.apache\.flink\..*ClusterEntrypoint$/;

/** How a JVM was started. */
export interface CommandLine {
  /** Options for the JVM, those before the main class. */
  readonly vmArguments: readonly string[];
  /** Main class, or the path of the jar, or `module/class`; null where there is none to be seen. */
  readonly mainClass: string | null;
  readonly programArguments: readonly string[];
}

/** The arguments of a process, as it was started or as it has rewritten them. Empty for kernel threads. Linux gives at most 4 MiB. */
export async function readArguments(pid: number): Promise<string[]> {
  const text = Buffer.from(await readProcFile(pid, "cmdline"), "latin1").toString("utf8");
  return text === "" ? [] : text.replace(/\0$/, "").split("\0");
}

/** Splits the arguments of a `java` command. Option files (`@file`) are not opened: they stay among the JVM's options by name. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  for (let i = 1; i < argv.length; i++) {
    const argument = argv[i]!;
    if (argument === "-jar" || argument === "-m" || argument === "--module") {
      return { vmArguments: argv.slice(1, i), mainClass: argv[i + 1] ?? null, programArguments: argv.slice(i + 2) };
    }
    if (argument.startsWith("--module=")) {
      return { vmArguments: argv.slice(1, i), mainClass: argument.slice(9), programArguments: argv.slice(i + 1) };
    }
    if (WITH_VALUE.has(argument)) i++;
    else if (!argument.startsWith("-") && !argument.startsWith("@")) {
      return { vmArguments: argv.slice(1, i), mainClass: argument, programArguments: argv.slice(i + 1) };
    }
  }
  return { vmArguments: argv.slice(1), mainClass: null, programArguments: [] };
}

/** Is a switch on? The last mention wins, as in HotSpot; undefined where it is not mentioned. */
export function switchOf(vmArguments: readonly string[], name: string): boolean | undefined {
  const mention = vmArguments.findLast((argument) => argument === `-XX:+${name}` || argument === `-XX:-${name}`);
  return mention === undefined ? undefined : mention[4] === "+";
}

/** The value of `-XX:<name>=<size>`, or of `-Xmx` for `MaxHeapSize`, in bytes; undefined where it is not mentioned. */
export function sizeOf(vmArguments: readonly string[], name: string): number | undefined {
  const prefixes = name === "MaxHeapSize" ? ["-Xmx", "-XX:MaxHeapSize="] : [`-XX:${name}=`];
  for (const argument of vmArguments.toReversed()) {
    const prefix = prefixes.find((p) => argument.startsWith(p));
    if (prefix) return parseSize(argument.slice(prefix.length));
  }
  return undefined;
}

/** `64m`, `1G`, `0x100k`: HotSpot's sizes, binary multiples. */
function parseSize(text: string): number | undefined {
  const match = /^(0x[0-9a-f]+|\d+)([kmgt]?)$/i.exec(text);
  return match ? Number(match[1]) * 1024 ** ["", "k", "m", "g", "t"].indexOf(match[2]!.toLowerCase()) : undefined;
}

export function roleOf(mainClass: string | null): Role {
  if (mainClass === null) return "jvm";
  if (FLINK_TASK_MANAGER.test(mainClass)) return "taskmanager";
  return FLINK_JOB_MANAGER.test(mainClass) ? "jobmanager" : "jvm";
}

/** Flink's resource id where the command line sets one (Kubernetes, YARN and this project's launcher do); a standalone TaskManager makes up its own. */
export function flinkIdOf(programArguments: readonly string[]): string | null {
  for (const [i, argument] of programArguments.entries()) {
    const setting = argument === "-D" ? (programArguments[i + 1] ?? "") : argument.replace(/^-D/, "");
    const match = /^taskmanager\.resource-id=(.+)$/.exec(setting);
    if (match && (argument === "-D" || argument.startsWith("-D"))) return match[1]!;
  }
  return null;
}
