import { HeaptideError, isHeaptideError } from "@heaptide/base";
import type { Role } from "@heaptide/model";
import { readdir } from "node:fs/promises";
import { type Attachability, attachObstacle, canListen } from "./attach/permission.ts";
import { optionsFrom } from "./options.ts";
import { type Collector, memoryView, type MemoryView, reading } from "./perfdata/collectors.ts";
import { type PerfCounters, readPerfData } from "./perfdata/read.ts";
import { type CommandLine, flinkIdOf, parseCommandLine, readArguments, roleOf } from "./proc/command-line.ts";
import { requireLinux } from "./proc/platform.ts";
import { type ProcessStatus, readStatus, readTimes, signalsCaughtBy } from "./proc/status.ts";
import { userName } from "./proc/users.ts";

/** A JVM on this host, in whatever container, of whatever user. Sizes in bytes, `startedAt` in milliseconds since the epoch. */
export interface JvmProcess {
  readonly pid: number;
  /** Its pid in its own PID namespace. */
  readonly nsPid: number;
  readonly user: string;
  readonly role: Role;
  /** Flink's resource id, where the command line sets one. */
  readonly flinkId: string | null;
  /** null where the command line does not tell. */
  readonly mainClass: string | null;
  /** The whole command line. */
  readonly command: string;
  readonly startedAt: number;
  readonly threads: number;
  readonly rss: number;
  /** These five are null where the JVM publishes no counters, or not to us: see `counters`. */
  readonly javaVersion: string | null;
  readonly collector: Collector | null;
  readonly heapUsed: number | null;
  readonly heapUsedAt: MemoryView["heapUsedAt"] | null;
  readonly heapMax: number | null;
  readonly counters: Attachability;
  readonly attach: Attachability;
}

/** Every HotSpot handles SIGILL, SIGBUS, SIGFPE and SIGSEGV itself, and hardly any other program does. */
const HOTSPOT_SIGNALS = (1 << 3) | (1 << 6) | (1 << 7) | (1 << 10);

/** All JVMs that the kernel shows us, by pid. Attaches to none, so it costs them nothing: about 2 ms for each JVM, 20 µs for any other process. */
export async function listJvms(options: { signal?: AbortSignal } = {}): Promise<JvmProcess[]> {
  requireLinux("Listing JVMs");
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const candidates = pids.filter((pid) => (signalsCaughtBy(pid) & HOTSPOT_SIGNALS) === HOTSPOT_SIGNALS);
  const found = await Promise.all(candidates.map((pid) => describeIfJvm(pid)));
  options.signal?.throwIfAborted();
  return found.filter((jvm) => jvm !== null).sort((a, b) => a.pid - b.pid);
}

/** @returns null for what is no JVM, or has ended since it was listed. */
async function describeIfJvm(pid: number): Promise<JvmProcess | null> {
  try {
    return await describeJvm(pid);
  } catch (error) {
    if (isHeaptideError(error, "NO_SUCH_PROCESS") || isHeaptideError(error, "NOT_A_JVM")) return null;
    throw error;
  }
}

/** One JVM. @throws NO_SUCH_PROCESS, NOT_A_JVM. */
export async function describeJvm(pid: number): Promise<JvmProcess> {
  requireLinux("Looking at a JVM");
  const [status, { startedAt }, argv, read] = await Promise.all([readStatus(pid), readTimes(pid), readArguments(pid), tryCounters(pid)]);
  const counters = read instanceof HeaptideError ? null : read;
  const line = commandLine(argv, counters);
  const view = counters && memoryView(counters);
  return {
    pid: status.pid,
    nsPid: status.nsPid,
    user: userName(status.uid),
    role: roleOf(line.mainClass),
    flinkId: flinkIdOf(line.programArguments),
    mainClass: line.mainClass,
    command: argv.join(" "),
    startedAt,
    threads: status.threads,
    rss: status.rss,
    javaVersion: (counters && reading(counters).text("java.property.java.version")) || null,
    collector: view?.collector ?? null,
    heapUsed: view?.heapUsed ?? null,
    heapUsedAt: view?.heapUsedAt ?? null,
    heapMax: view?.heapMax ?? null,
    counters: said(read instanceof HeaptideError ? read : null),
    attach: said(obstacle(status, counters ? optionsFrom(counters) : line.vmArguments)),
  };
}

function obstacle(status: ProcessStatus, options: readonly string[]): HeaptideError | null {
  return (
    attachObstacle(status, options) ?? (canListen(status, options) ? null : new HeaptideError("ATTACH_NO_SIGNAL", { pid: status.pid }))
  );
}

async function tryCounters(pid: number): Promise<PerfCounters | HeaptideError> {
  try {
    return await readPerfData(pid);
  } catch (error) {
    if (isHeaptideError(error) && error.code !== "NO_SUCH_PROCESS" && error.code !== "NOT_A_JVM") return error;
    throw error;
  }
}

/** The kernel's command line is whole; a launcher other than `java` shows its main class only in the counters. */
function commandLine(argv: readonly string[], counters: PerfCounters | null): CommandLine {
  const line = parseCommandLine(argv);
  if (!counters || /(^|\/)java$/.test(argv[0] ?? "")) return line;
  const [mainClass, ...programArguments] = reading(counters).text("sun.rt.javaCommand").split(" ");
  return { vmArguments: optionsFrom(counters), mainClass: mainClass || null, programArguments };
}

function said(error: HeaptideError | null): Attachability {
  return error ? { ok: false, code: error.code, why: error.message, next: error.next } : { ok: true };
}
