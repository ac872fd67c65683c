import { formatBytes, formatDuration } from "@heaptide/base";
import type { JvmProcess } from "@heaptide/jvm";
import type { PsResult } from "../commands/ps.ts";
import type { Terminal } from "../terminal.ts";
import { type Column, table } from "./table.ts";

const ROLE_NAMES = { taskmanager: "Flink TaskManager", jobmanager: "Flink JobManager", jvm: "" } as const;

/** A table, then each reason why one cannot be looked into, once, with the processes that it holds for. */
export function formatPs(result: PsResult, terminal: Terminal): string {
  if (result.processes.length === 0) return "No JVM runs here, or none that this user may see.";
  const rows = table(columns(result.at, terminal), result.processes, terminal.width);
  return [rows, ...remarks(result.processes)].join("\n");
}

function columns(now: number, terminal: Terminal): Column<JvmProcess>[] {
  return [
    { title: "pid", align: "right", cell: (jvm) => String(jvm.pid) },
    { title: "user", align: "left", cell: (jvm) => jvm.user },
    { title: "heap", align: "right", cell: (jvm) => heap(jvm) },
    { title: "gc", align: "left", cell: (jvm) => jvm.collector ?? "-" },
    { title: "java", align: "left", cell: (jvm) => jvm.javaVersion ?? "-" },
    { title: "uptime", align: "right", cell: (jvm) => formatDuration(Math.max(0, now - jvm.startedAt)) },
    { title: "attach", align: "left", cell: (jvm) => (jvm.attach.ok ? "yes" : terminal.style("yellow", "no")) },
    { title: "what", align: "left", cell: (jvm) => nameOf(jvm) },
  ];
}

/** `~`: as of the last collection, as the JVM tells it no more often. */
function heap({ heapUsed, heapUsedAt, heapMax }: JvmProcess): string {
  if (heapUsed === null || heapMax === null) return "-";
  return `${heapUsedAt === "last-collection" ? "~" : ""}${formatBytes(heapUsed)} of ${formatBytes(heapMax)}`;
}

function nameOf(jvm: JvmProcess): string {
  const role = ROLE_NAMES[jvm.role];
  if (role !== "") return jvm.flinkId === null ? role : `${role} ${jvm.flinkId}`;
  return jvm.mainClass ?? jvm.command;
}

function remarks(processes: readonly JvmProcess[]): string[] {
  const found = new Map<string, { why: string; next: string; alike: number[] }>();
  for (const jvm of processes) {
    for (const obstacle of [jvm.attach, jvm.counters]) {
      // Who may not attach mostly may not read the counters either: one reason is enough.
      if (obstacle.ok || (obstacle === jvm.counters && !jvm.attach.ok && obstacle.code === "PROCESS_HIDDEN")) continue;
      const key = `${obstacle.code} ${jvm.user}`;
      const known = found.get(key);
      if (known) known.alike.push(jvm.pid);
      else found.set(key, { why: obstacle.why, next: obstacle.next, alike: [] });
    }
  }
  return [...found.values()].flatMap(({ why, next, alike }) => {
    const also = alike.length > 0 ? [`  also:  ${alike.join(", ")}`] : [];
    return ["", why, ...also, `  next:  ${next}`];
  });
}
