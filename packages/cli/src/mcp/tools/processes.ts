import { isHeaptideError } from "@heaptide/base";
import { listJvms } from "@heaptide/jvm/processes";
import { Overview } from "@heaptide/model";
import { defineTool, type Workbench } from "../tool.ts";

export const listProcesses = defineTool({
  name: "list_processes",
  title: "List JVMs",
  description:
    "The JVMs of this host (pid, main class or Flink role, heap, uptime, whether they can be looked into) and the processes that the Heaptide server watches, " +
    "each with its verdict. Reads shared counters and /proc: costs the processes nothing. Begin here.",
  input: {},
  touches: "nothing",
  run: async (bench, _, signal) => ({ here: await here(signal), watched: await watched(bench) }),
});

async function here(signal: AbortSignal): Promise<object[]> {
  return (await listJvms({ signal })).map(({ pid, user, role, mainClass, command, startedAt, heapUsed, heapMax, javaVersion, attach }) => ({
    pid,
    user,
    role,
    name: mainClass ?? command.slice(0, 200),
    startedAt: new Date(startedAt).toISOString(),
    heapUsed,
    heapMax,
    javaVersion,
    attachable: attach.ok,
    ...(!attach.ok && { why: attach.why, next: attach.next }),
  }));
}

/** Without a server the JVMs of this host can still be looked into. */
async function watched({ server }: Workbench): Promise<object> {
  try {
    const { processes } = await server.get("/api/overview", Overview);
    return {
      server: server.url,
      processes: processes.map(({ process, incarnation, verdict, why, finding, exhaustion, jobs }) => ({
        ...{ key: process.key, name: process.name, role: process.role, pid: incarnation.pid, verdict, why, finding, exhaustion, jobs },
      })),
    };
  } catch (error) {
    if (isHeaptideError(error, "SERVER_UNREACHABLE")) return { server: null, why: error.message, next: error.next };
    throw error;
  }
}
