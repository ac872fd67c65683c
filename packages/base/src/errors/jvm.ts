import { formatBytes } from "../units.ts";
import { formatDuration } from "../units.ts";
import { entry } from "./entry.ts";

/** A live JVM that cannot be found, read or attached to, or that refuses what it was asked. */
export const JVM_ERRORS = {
  NO_SUCH_PROCESS: entry<{ pid: number }>(
    (d) => `There is no process ${d.pid}: it has ended, or it lives in another PID namespace.`,
    () => "heaptide ps",
  ),
  NOT_A_JVM: entry<{ pid: number; command: string }>(
    (d) => `Process ${d.pid} (${d.command}) is not a HotSpot JVM.`,
    () => "heaptide ps",
  ),
  JVM_VANISHED: entry<{ pid: number; during: string }>(
    (d) => `Process ${d.pid} ended during ${d.during}.`,
    () => "heaptide ps",
  ),
  PROCESS_HIDDEN: entry<{ pid: number; what: string; owner: string; self: string }>(
    (d) =>
      `The kernel does not show ${d.what} of process ${d.pid} to ${d.self}: the process belongs to ${d.owner}, or is protected from being traced.`,
    (d) => `Run Heaptide as ${d.owner} or as root: sudo -u '${d.owner}' heaptide ps`,
  ),
  ATTACH_WRONG_USER: entry<{ pid: number; owner: string; self: string }>(
    (d) =>
      `Process ${d.pid} belongs to ${d.owner}; HotSpot lets only ${d.owner === "root" ? "root" : `${d.owner} or root`} attach, and this is ${d.self}.`,
    (d) => `sudo -u '${d.owner}' heaptide histogram ${d.pid}`,
  ),
  ATTACH_DISABLED: entry<{ pid: number }>(
    (d) => `Process ${d.pid} was started with -XX:+DisableAttachMechanism: it answers no command.`,
    () => "Start it again without -XX:+DisableAttachMechanism. Counters (heaptide ps) and, on Flink, REST metrics can be read as they are.",
  ),
  ATTACH_NO_SIGNAL: entry<{ pid: number }>(
    (d) =>
      `Process ${d.pid} does not handle SIGQUIT, which would end it instead of opening its attach socket: it has just begun to start, or runs with -Xrs and its socket was removed.`,
    () => "Try again in a second; if that does not help, start the JVM again, and keep .java_pid* in its /tmp from being cleaned away.",
  ),
  ATTACH_TIMEOUT: entry<{ pid: number; waited: number; during: string }>(
    (d) => `Process ${d.pid} did not answer within ${formatDuration(d.waited)} (${d.during}).`,
    (d) => `It may be stopped, swapped out or in a long collection; see its state with: grep State /proc/${d.pid}/status`,
  ),
  ATTACH_REFUSED: entry<{ pid: number; cause: string }>(
    (d) => `Process ${d.pid} refused the connection to its attach socket: ${d.cause}.`,
    () => "Run Heaptide as the user that the JVM runs as, in the JVM's user namespace where it has its own.",
  ),
  JVM_COMMAND_UNKNOWN: entry<{ pid: number; command: string }>(
    (d) =>
      `The JVM of process ${d.pid} does not know the command ${d.command}: its version lacks it, or its run-time image was built without the module.`,
    (d) => (d.command.startsWith("JFR.") ? "Use a run-time image that holds the module jdk.jfr." : "Use JDK 17 or newer."),
  ),
  JVM_COMMAND_FAILED: entry<{ pid: number; command: string; said: string }>(
    (d) => `The JVM of process ${d.pid} could not do ${d.command}. It said: ${d.said || "nothing"}`,
    (d) => `Look into the log of process ${d.pid}.`,
  ),
  JVM_DISK_FULL: entry<{ pid: number; path: string; said: string }>(
    (d) => `The JVM of process ${d.pid} could not write ${d.path} on its file system. It said: ${d.said}`,
    (d) => `Free space there, or name another folder: df -h /proc/${d.pid}/root${folderOf(d.path)}`,
  ),
  HEAP_DUMP_NO_ROOM: entry<{ pid: number; folder: string; needed: number; free: number }>(
    (d) =>
      `A dump of process ${d.pid} may take ${formatBytes(d.needed)}, and ${d.folder} of its file system has ${formatBytes(d.free)} free: it was not asked for one.`,
    (d) => `Name a file on a larger disk: heaptide heap --pid ${d.pid} --to /another/folder/heap.hprof`,
  ),
  JVM_FILE_UNREACHABLE: entry<{ pid: number; path: string; cause: string }>(
    (d) => `Process ${d.pid} wrote ${d.path}, but it cannot be read from here: ${d.cause}.`,
    (d) => `Run Heaptide as root or in the same container; the file is at /proc/${d.pid}/root${d.path}`,
  ),
  PERFDATA_OFF: entry<{ pid: number; cause: string }>(
    (d) => `Process ${d.pid} publishes no counters (hsperfdata): ${d.cause}.`,
    () => "Start it without -XX:-UsePerfData and -XX:+PerfDisableSharedMem; until then the heap is read by attaching.",
  ),
  PERFDATA_NOT_READY: entry<{ what: string }>(
    (d) => `${d.what} is not filled in yet: the JVM is starting.`,
    () => "Try again in a second.",
  ),
  JOLOKIA_UNREACHABLE: entry<{ url: string; cause: string }>(
    (d) => `The Jolokia agent at ${d.url} does not answer: ${d.cause}.`,
    (d) => `Check that the JVM runs with its agent: curl ${d.url}version`,
  ),
  JOLOKIA_REFUSED: entry<{ url: string; cause: string }>(
    (d) => `The Jolokia agent at ${d.url} does not do what was asked: ${d.cause}.`,
    () =>
      "Its policy has to allow reading java.lang:* and java.nio:*, and, for histograms, the operation gcClassHistogram of com.sun.management:type=DiagnosticCommand.",
  ),
  SCRAPE_FAILED: entry<{ url: string; cause: string }>(
    (d) => `No metrics can be read at ${d.url}: ${d.cause}.`,
    (d) => `Check the address of the exporter: curl ${d.url}`,
  ),
  PLATFORM_UNSUPPORTED: entry<{ what: string; platform: string }>(
    (d) => `${d.what} needs Linux's /proc; this is ${d.platform}.`,
    () => "Run Heaptide on the Linux host or in the container of the JVM, or watch a Flink cluster by REST: heaptide diagnose --flink URL",
  ),
} as const;

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
