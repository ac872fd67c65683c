import { lookup } from "node:dns/promises";
import type { FlinkClient } from "./rest/client.ts";
import { flinkProcesses, type LocalFlinkProcess, listens, ownsAddress } from "./proc.ts";

/** Where a JVM of the cluster runs. `pid` is in the namespace of whoever looks; null where it is not seen, with the reason and the next step. */
export type Located =
  | { readonly flinkId: string; readonly host: string; readonly pid: number }
  | { readonly flinkId: string; readonly host: string; readonly pid: null; readonly why: string; readonly next: string };

export interface LocateOptions {
  readonly proc?: string;
  /** Where a JVM was found before, if that still holds: it is not looked for again. Looking costs a read of every descriptor of every candidate. */
  readonly known?: (flinkId: string) => Located | undefined;
}

/**
 * Which local processes the TaskManagers of a cluster are.
 *
 * A configured resource id stands in the command line (Kubernetes, YARN). Else the process must listen on both of the TaskManager's
 * ports, RPC and data, in its own network namespace, and that namespace must own the TaskManager's address: ports alone prove nothing, since
 * every host of a fleet of containers has the same ones. Linux only.
 */
export async function locateTaskManagers(client: FlinkClient, { proc = "/proc", known }: LocateOptions = {}): Promise<Located[]> {
  const taskManagers = await client.taskManagers();
  const isAllKnown = taskManagers.every(({ id }) => known?.(id) !== undefined);
  const processes = isAllKnown ? [] : (await flinkProcesses(proc)).filter(({ role }) => role === "taskmanager");
  return Promise.all(
    taskManagers.map(async ({ id, path, dataPort }): Promise<Located> => {
      const found = known?.(id);
      if (found !== undefined) return found;
      const { host, port } = rpcAddress(path) ?? { host: id, port: 0 };
      const named = processes.filter(({ command }) => resourceIdIn(command) === id);
      if (named.length === 1) return { flinkId: id, host, pid: named[0]!.pid };
      return { flinkId: id, host, ...(await byPorts(processes, host, [port, dataPort], "TaskManager")) };
    }),
  );
}

/** Flink gives its JobManager no id. */
const JOB_MANAGER = "jobmanager";

/** Which local process the cluster's JobManager is: the one that listens on its RPC port. Its `flinkId` is "jobmanager". */
export async function locateJobManager(client: FlinkClient, { proc = "/proc", known }: LocateOptions = {}): Promise<Located> {
  const found = known?.(JOB_MANAGER);
  if (found !== undefined) return found;
  const config = await client.jobManagerConfig();
  const host = config.get("jobmanager.rpc.address") ?? new URL(client.url).hostname;
  const port = Number(config.get("jobmanager.rpc.port") ?? 6123);
  const processes = (await flinkProcesses(proc)).filter(({ role }) => role === "jobmanager");
  return { flinkId: JOB_MANAGER, host, ...(await byPorts(processes, host, [port], "JobManager")) };
}

type Found = { readonly pid: number } | { readonly pid: null; readonly why: string; readonly next: string };

async function byPorts(processes: readonly LocalFlinkProcess[], host: string, ports: readonly number[], role: string): Promise<Found> {
  if (process.platform !== "linux") {
    return {
      pid: null,
      why: `local processes are found on Linux only, this is ${process.platform}`,
      next: "Name it yourself: heaptide diagnose --pid <pid>",
    };
  }
  if (processes.length === 0) {
    return {
      pid: null,
      why: `no ${role} runs in this PID namespace`,
      next: `Run heaptide on ${host}, in a container with the TaskManager's PID namespace (docker run --pid=container:<name>)`,
    };
  }
  const address = await addressOf(host);
  const matches: number[] = [];
  let hidden = 0;
  for (const candidate of processes) {
    const answer = await matchesPorts(candidate, address, ports);
    if (answer === "hidden") hidden++;
    else if (answer) matches.push(candidate.pid);
  }
  if (matches.length === 1) return { pid: matches[0]! };
  if (matches.length > 1)
    return {
      pid: null,
      why: `processes ${matches.join(" and ")} listen on the ports ${ports.join(" and ")} alike`,
      next: "Give each a taskmanager.resource-id",
    };
  if (hidden > 0)
    return {
      pid: null,
      why: `the sockets of ${hidden} local ${role}${hidden === 1 ? "" : "s"} may not be read`,
      next: "Run heaptide as root or as the user that runs Flink",
    };
  return { pid: null, why: `it runs on another host, ${host}`, next: `Run heaptide on ${host}` };
}

async function matchesPorts(
  { pid, proc }: LocalFlinkProcess,
  address: string | null,
  ports: readonly number[],
): Promise<boolean | "hidden"> {
  for (const port of ports) {
    const answer = await listens(proc, pid, port);
    if (answer !== true) return answer;
  }
  return address === null || ownsAddress(proc, pid, address);
}

/** @returns null for a name that this host cannot resolve: then only the ports can tell. */
async function addressOf(host: string): Promise<string | null> {
  try {
    return (await lookup(host, { family: 4 })).address;
  } catch {
    return null;
  }
}

/** `pekko.tcp://flink@host:port/user/rpc/taskmanager_0`; `akka.ssl.tcp://` where RPC is encrypted. @returns `undefined` for anything else. */
export function rpcAddress(path: string): { host: string; port: number } | undefined {
  const match = /^[\w.]+:\/\/[^@/]+@(.+):(\d+)(?:\/|$)/.exec(path);
  return match ? { host: match[1]!.replace(/^\[|\]$/g, ""), port: Number(match[2]) } : undefined;
}

/** `-D taskmanager.resource-id=x` as one argument or two. */
export function resourceIdIn(command: readonly string[]): string | undefined {
  const setting = command.find((part) => /^(-D)?taskmanager\.resource-id=/.test(part));
  return setting?.slice(setting.indexOf("=") + 1);
}
